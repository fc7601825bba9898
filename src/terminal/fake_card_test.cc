// The terminal against a card that computes its cryptograms from the commands alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/tlv.h"
#include "emv/apdu.h"
#include "emv/program.h"
#include "fakes/seeded_random.h"
#include "terminal/terminal.h"

namespace florin::terminal {
namespace {

using std::chrono::March;

constexpr std::uint16_t kAtc = 0x1234;

SecretBytes sessionKey() {
  return SecretBytes::copyOf(base::fromHex("0123456789abcdeffedcba9876543210").value());
}

emv::Profile makeK2() {
  emv::TokenFacts token;
  token.dpan = SecretBytes::copyOf(base::asBytes("9999990000000006"));
  token.psn = 1;
  token.expiry = "1229";
  return emv::makeProfile(emv::programK2(), token).value();
}

// Answers by the first bytes of a command; what a test adds comes before what the profile says.
class FakeCard {
 public:
  using Reply = std::function<Bytes(const emv::Command&)>;

  FakeCard() : profile_(makeK2()) {}

  void on(std::string_view prefixHex, Reply reply) {
    replies_.emplace(replies_.begin(), base::fromHex(prefixHex).value(), std::move(reply));
  }
  void on(std::string_view prefixHex, Bytes data) {
    on(prefixHex, [data = std::move(data)](const emv::Command&) { return data; });
  }

  const emv::Profile& profile() const { return profile_; }
  Bytes& cdol1() { return profile_.cdol1; }
  std::size_t commands() const { return commands_; }

  Result<Bytes> answer(ByteView apdu) {
    ++commands_;
    const auto command = emv::parseCommand(apdu);
    if (!command.ok()) return emv::encodeResponse({}, emv::StatusWord::kWrongLength);
    for (const auto& [prefix, reply] : replies_) {
      if (apdu.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), apdu.begin())) {
        return emv::encodeResponse(reply(*command), emv::StatusWord::kOk);
      }
    }
    const auto data = ownAnswer(*command);
    if (!data.ok()) return emv::encodeResponse({}, emv::StatusWord::kFileNotFound);
    return emv::encodeResponse(*data, emv::StatusWord::kOk);
  }

 private:
  Result<Bytes> ownAnswer(const emv::Command& command) {
    switch (command.ins) {
      case 0xA4: return select(command.data);
      case 0xA8:
        return codec::encodeTlv(
            0x77, codec::TlvWriter().add(0x82, profile_.aip).add(0x94, profile_.afl).bytes());
      case 0xB2: return record(command);
      case 0xAE: return generateAc(command.data);
      default: return Error(Code::kNotFound, "no such command");
    }
  }

  Result<Bytes> select(ByteView name) const {
    if (base::asText(name) != emv::kPpseName) return profile_.fci;
    const Bytes entry = codec::encodeTlv(0x61, codec::encodeTlv(0x4F, profile_.aid));
    const Bytes directory = codec::encodeTlv(0xA5, codec::encodeTlv(0xBF0C, entry));
    return codec::encodeTlv(
        0x6F, base::concat(codec::encodeTlv(0x84, base::asBytes(emv::kPpseName)), directory));
  }

  Result<Bytes> record(const emv::Command& command) const {
    for (const emv::ProfileRecord& record : profile_.records) {
      if (record.sfi == command.p2 >> 3 && record.number == command.p1) {
        return base::toBytes(record.content.expose());
      }
    }
    return Error(Code::kNotFound, "no such record");
  }

  Result<Bytes> generateAc(ByteView data) const {
    FLORIN_TRY_ASSIGN(const auto cdol1, codec::decodeDol(profile_.cdol1));
    FLORIN_TRY_ASSIGN(emv::CryptogramInput input, emv::readTerminalData(cdol1, data));
    input.aip = profile_.aip;
    input.atc = kAtc;
    input.iad = emv::encodeIssuerData(
        {.asked = emv::CryptogramType::kArqc, .answered = emv::CryptogramType::kArqc});
    const emv::Cryptogram cryptogram = emv::applicationCryptogram(
        sessionKey(), emv::cryptogramData(input), emv::Mac::kRetailPadding2);
    return codec::encodeTlv(0x77, codec::TlvWriter()
                                      .add(0x9F27, Bytes{0x80})
                                      .add(0x9F36, base::bigEndian(kAtc))
                                      .add(0x9F26, cryptogram)
                                      .add(0x9F10, input.iad)
                                      .bytes());
  }

  emv::Profile profile_;
  std::vector<std::pair<Bytes, Reply>> replies_;
  std::size_t commands_ = 0;
};

class NoTrace : public TraceSink {
 public:
  void step(const TraceStep&) override {}
};

Result<TapResult> tapCard(FakeCard& card, std::int64_t minorUnits = 1250, bool pin = false) {
  TapRequest request;
  request.amount = {minorUnits, 978};
  request.country = 276;
  request.type = 0x20;
  request.now = std::chrono::sys_days(std::chrono::year(2026) / March / 31);
  request.cardholderVerified = pin;
  fakes::SeededRandom random;
  NoTrace trace;
  return tap(request, random, [&card](ByteView apdu) { return card.answer(apdu); }, trace);
}

DeclineReason reasonOf(FakeCard& card) {
  const auto result = tapCard(card);
  EXPECT_TRUE(result.ok());
  return result.ok() ? result->reason : DeclineReason::kNone;
}

// Record 1 of file 2 (5A and its facts) with other objects.
Bytes facts(std::string_view pan, std::string_view expiry) {
  return codec::encodeTlv(0x70, codec::TlvWriter()
                                    .add(0x5A, base::fromHex(pan).value())
                                    .add(0x5F24, base::fromHex(expiry).value())
                                    .add(0x9F42, Bytes{0x09, 0x78})
                                    .bytes());
}

// Record 2 of file 2 with this CDOL1 and no list of verifications unless it is given.
Bytes rules(ByteView cdol1, std::string_view verifications) {
  codec::TlvWriter writer;
  writer.add(0x8C, cdol1);
  if (!verifications.empty()) writer.add(0x8E, base::fromHex(verifications).value());
  return codec::encodeTlv(0x70, writer.bytes());
}

constexpr std::string_view kFacts = "00b20114";
constexpr std::string_view kRules = "00b20214";
constexpr std::string_view kAnyRule = "00000000000000001f00";

TEST(FakeCardTest, CryptogramRecomputesFromTheRequest) {
  for (const bool pin : {false, true}) {
    FakeCard card;
    const auto result = tapCard(card, pin ? 123'456'789'012 : 1250, pin);
    ASSERT_TRUE(result.ok());
    ASSERT_EQ(result->reason, DeclineReason::kNone);
    EXPECT_EQ(result->atc, kAtc);
    const emv::CryptogramRequest& request = *result->request;
    EXPECT_EQ(emv::applicationCryptogram(sessionKey(), emv::cryptogramData(request.input),
                                         emv::Mac::kRetailPadding2),
              request.cryptogram);
    EXPECT_EQ(request.input.type, 0x20);
  }
}

TEST(FakeCardTest, CryptogramRecomputesWhenTheCardAsksForMoreInAnotherOrder) {
  FakeCard card;
  const Bytes more = base::fromHex("9f33039f3501").value();
  card.cdol1() = base::concat(more, card.profile().cdol1);
  card.on(kRules, rules(card.profile().cdol1, kAnyRule));
  const auto result = tapCard(card);
  ASSERT_TRUE(result.ok());
  ASSERT_EQ(result->reason, DeclineReason::kNone);
  EXPECT_EQ(emv::applicationCryptogram(sessionKey(), emv::cryptogramData(result->request->input),
                                       emv::Mac::kRetailPadding2),
            result->request->cryptogram);
}

TEST(FakeCardTest, ListThatLeavesOutWhatTheRequestClaimsIsMalformed) {
  FakeCard shorter;
  const Bytes& cdol1 = shorter.profile().cdol1;
  shorter.on(kRules, rules(ByteView(cdol1).first(cdol1.size() - 6), kAnyRule));
  EXPECT_EQ(reasonOf(shorter), DeclineReason::kRecordMalformed);
  FakeCard longer;
  longer.on(kRules, rules(base::concat(cdol1, base::fromHex("9f33ff").value()), kAnyRule));
  EXPECT_EQ(reasonOf(longer), DeclineReason::kRecordMalformed);
}

TEST(FakeCardTest, MandatoryDataMustBeThere) {
  FakeCard noPan;
  noPan.on(kFacts,
           codec::encodeTlv(0x70, codec::encodeTlv(0x5F24, base::fromHex("291231").value())));
  EXPECT_EQ(reasonOf(noPan), DeclineReason::kDataMissing);
  FakeCard noTrack2;
  noTrack2.on("00b2010c", codec::encodeTlv(0x70, codec::encodeTlv(0x9F08, Bytes{0, 2})));
  EXPECT_EQ(reasonOf(noTrack2), DeclineReason::kDataMissing);
  FakeCard noRules;
  noRules.on(kRules, rules(noRules.profile().cdol1, ""));
  EXPECT_EQ(reasonOf(noRules), DeclineReason::kDataMissing);
}

TEST(FakeCardTest, FactsMustHaveTheirFormAndAgree) {
  const std::vector<std::tuple<std::string_view, std::string_view, DeclineReason>> cases = {
      {"9999990000000006", "291231", DeclineReason::kNone},
      {"9999990000000014", "291231", DeclineReason::kDataContradicts},
      {"99999900000006ff", "291231", DeclineReason::kDataContradicts},
      {"99999900000000a6", "291231", DeclineReason::kRecordMalformed},
      {"", "291231", DeclineReason::kRecordMalformed},
      {"9999990000000006", "2912", DeclineReason::kRecordMalformed},
      {"9999990000000006", "291331", DeclineReason::kRecordMalformed},
      {"9999990000000006", "290031", DeclineReason::kRecordMalformed},
      {"9999990000000006", "2912f1", DeclineReason::kRecordMalformed},
      {"9999990000000006", "251231", DeclineReason::kExpired},
  };
  for (const auto& [pan, expiry, reason] : cases) {
    FakeCard card;
    card.on(kFacts, facts(pan, expiry));
    EXPECT_EQ(reasonOf(card), reason) << pan << " " << expiry;
  }
}

TEST(FakeCardTest, AflMustNameRecordsInBounds) {
  for (const std::string_view afl :
       {"", "080101", "08000100", "08020100", "f8010100", "0801ff00"}) {
    FakeCard card;
    card.on("80a8", codec::encodeTlv(0x77, codec::TlvWriter()
                                               .add(0x82, Bytes{0x10, 0x80})
                                               .add(0x94, base::fromHex(afl).value())
                                               .bytes()));
    EXPECT_EQ(reasonOf(card), DeclineReason::kOptionsMalformed) << afl;
    EXPECT_EQ(card.commands(), 3U);
  }
}

TEST(FakeCardTest, AnotherApplicationThanTheSelectedOneIsMalformed) {
  FakeCard card;
  card.on("00a4040009", codec::encodeTlv(0x6F, base::fromHex("8405a000000001a500").value()));
  EXPECT_EQ(reasonOf(card), DeclineReason::kApplicationMalformed);
}

TEST(FakeCardTest, LabelThatWouldSteerAScreenIsNotShown) {
  FakeCard card;
  codec::TlvWriter fci;
  fci.add(0x84, card.profile().aid).add(0xA5, codec::encodeTlv(0x50, base::asBytes("\x1b[31mred")));
  card.on("00a4040009", codec::encodeTlv(0x6F, fci.bytes()));
  const auto result = tapCard(card);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->reason, DeclineReason::kNone);
  EXPECT_EQ(result->label, "");
}

TEST(FakeCardTest, AnswerLongerThanAShortOneIsMalformed) {
  FakeCard card;
  card.on(kFacts, Bytes(base::limits::kApduResponse, 0x00));
  EXPECT_EQ(reasonOf(card), DeclineReason::kRecordMalformed);
}

TEST(FakeCardTest, LongestTapStaysInItsBound) {
  FakeCard card;
  card.on("80a8", codec::encodeTlv(0x77, codec::TlvWriter()
                                             .add(0x82, Bytes{0x10, 0x80})
                                             .add(0x94, Bytes{0x08, 0x01, 0x40, 0x00})
                                             .bytes()));
  card.on("00b2", base::fromHex("7000").value());
  EXPECT_EQ(reasonOf(card), DeclineReason::kDataMissing);
  EXPECT_EQ(card.commands(), 3 + base::limits::kProfileRecords);
}

}  // namespace
}  // namespace florin::terminal
