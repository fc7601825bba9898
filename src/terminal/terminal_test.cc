#include "terminal/terminal.h"

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "codec/tlv.h"
#include "emv/program.h"
#include "fakes/seeded_random.h"

namespace florin::terminal {
namespace {

using std::chrono::December;
using std::chrono::January;
using std::chrono::March;
using std::chrono::sys_days;

Bytes bytes(std::string_view hex) { return base::fromHex(hex).value(); }

// The answers of a K2 card, in order, each open to change.
struct Script {
  Bytes directory;
  Bytes fci;
  Bytes options;
  std::vector<Bytes> records;
  Bytes cryptogram;

  [[nodiscard]] std::deque<Bytes> answers() const {
    std::deque<Bytes> all = {directory, fci, options};
    all.insert(all.end(), records.begin(), records.end());
    all.push_back(cryptogram);
    return all;
  }
};

Bytes ok(Bytes data) {
  base::append(data, Bytes{0x90, 0x00});
  return data;
}

Script goodScript() {
  emv::TokenFacts token;
  token.dpan = SecretBytes::copyOf(base::asBytes("9999990000000006"));
  token.psn = 1;
  token.expiry = "1229";
  const emv::Profile profile = emv::makeProfile(emv::programK2(), token).value();
  const Bytes entry =
      codec::encodeTlv(0x61, codec::TlvWriter().add(0x4F, profile.aid).add(0x87, Bytes{1}).bytes());
  Script script;
  script.directory = ok(codec::encodeTlv(
      0x6F, codec::TlvWriter().add(0xA5, codec::encodeTlv(0xBF0C, entry)).bytes()));
  script.fci = ok(profile.fci);
  script.options = ok(codec::encodeTlv(
      0x77, codec::TlvWriter().add(0x82, profile.aip).add(0x94, profile.afl).bytes()));
  for (const emv::ProfileRecord& record : profile.records) {
    script.records.push_back(ok(base::toBytes(record.content.expose())));
  }
  const Bytes iad = emv::encodeIssuerData(
      {.asked = emv::CryptogramType::kArqc, .answered = emv::CryptogramType::kArqc});
  script.cryptogram = ok(codec::encodeTlv(0x77, codec::TlvWriter()
                                                    .add(0x9F27, Bytes{0x80})
                                                    .add(0x9F36, Bytes{0x00, 0x05})
                                                    .add(0x9F26, bytes("0102030405060708"))
                                                    .add(0x9F10, iad)
                                                    .bytes()));
  return script;
}

// Keeps what was sent and shown.
class Recorder : public TraceSink {
 public:
  void step(const TraceStep& step) override { steps.push_back(step); }
  std::vector<TraceStep> steps;
};

struct Tapped {
  Result<TapResult> result;
  std::vector<TraceStep> steps;
};

TapRequest request() {
  TapRequest request;
  request.amount = {1250, 978};
  request.country = 276;
  request.now = sys_days(std::chrono::year(2026) / March / 31) + std::chrono::hours(12);
  return request;
}

Tapped run(const Script& script, const TapRequest& tapRequest = request()) {
  std::deque<Bytes> answers = script.answers();
  const Transceive card = [&answers](ByteView) -> Result<Bytes> {
    if (answers.empty()) return Error(Code::kUnavailable, "the card is gone");
    Bytes next = answers.front();
    answers.pop_front();
    return next;
  };
  fakes::SeededRandom random;
  Recorder recorder;
  auto result = tap(tapRequest, random, card, recorder);
  return {std::move(result), recorder.steps};
}

DeclineReason reasonOf(const Script& script, const TapRequest& tapRequest = request()) {
  const Tapped ran = run(script, tapRequest);
  EXPECT_TRUE(ran.result.ok());
  EXPECT_EQ(ran.result->request.has_value(), ran.result->reason == DeclineReason::kNone);
  return ran.result->reason;
}

TEST(TerminalTest, TapEndsInARequestWithWhatTheCardSaid) {
  const Tapped ran = run(goodScript());
  ASSERT_TRUE(ran.result.ok());
  ASSERT_EQ(ran.result->reason, DeclineReason::kNone);
  EXPECT_EQ(ran.result->label, "FLORIN K2");
  EXPECT_EQ(ran.result->statusWord, 0x9000);
  const emv::CryptogramRequest& online = *ran.result->request;
  EXPECT_EQ(base::asText(online.dpan.expose()), "9999990000000006");
  EXPECT_EQ(online.psn, 1);
  EXPECT_EQ(online.expiry, "1229");
  EXPECT_EQ(online.input.atc, 5);
  EXPECT_EQ(base::toHex(online.input.amountAuthorised), "000000001250");
  EXPECT_EQ(base::toHex(online.input.date), "260331");
  EXPECT_EQ(base::toHex(online.input.currency), "0978");
  EXPECT_EQ(base::toHex(online.input.aip), "1280");
  EXPECT_EQ(base::toHex(online.cryptogram), "0102030405060708");
  EXPECT_TRUE(emv::decodeCryptogramRequest(emv::encodeCryptogramRequest(online).expose()).ok());
}

TEST(TerminalTest, CommandsAreThoseOfKernel2InOrder) {
  const Tapped ran = run(goodScript());
  ASSERT_EQ(ran.steps.size(), 7U);
  EXPECT_EQ(ran.steps[0].commandHex, "00a404000e325041592e5359532e444446303100");
  EXPECT_EQ(ran.steps[1].commandHex, "00a4040009f000464c4f52494e0200");
  EXPECT_EQ(ran.steps[2].commandHex, "80a80000088306e0480802762100");
  EXPECT_EQ(ran.steps[3].commandHex, "00b2010c00");
  EXPECT_EQ(ran.steps[4].commandHex, "00b2011400");
  EXPECT_EQ(ran.steps[5].commandHex, "00b2021400");
  const auto& input = ran.result->request->input;
  EXPECT_EQ(ran.steps[6].commandHex,
            "80ae80002000000000125000000000000002768000000000097826033100" +
                base::toHex(input.unpredictableNumber) + "1f0602" + "00");
}

TEST(TerminalTest, TraceShowsNoCardNumber) {
  const Tapped ran = run(goodScript());
  for (const TraceStep& step : ran.steps) {
    EXPECT_EQ(step.commandHex.find("999999"), std::string::npos) << step.name;
    EXPECT_EQ(step.responseHex.find("999999"), std::string::npos) << step.name;
    for (const TraceLine& line : step.lines) {
      EXPECT_EQ(line.value.find("999999"), std::string::npos) << step.name << line.tag;
    }
  }
  EXPECT_NE(ran.steps[4].responseHex.find("************0006"), std::string::npos);
}

TEST(TerminalTest, CardIsGoodToTheLastDayOfItsMonth) {
  TapRequest lastDay = request();
  lastDay.now = sys_days(std::chrono::year(2029) / December / 31) + std::chrono::hours(23);
  EXPECT_EQ(reasonOf(goodScript(), lastDay), DeclineReason::kNone);
  TapRequest dayAfter = request();
  dayAfter.now = sys_days(std::chrono::year(2030) / January / 1);
  EXPECT_EQ(reasonOf(goodScript(), dayAfter), DeclineReason::kExpired);
}

TEST(TerminalTest, AboveTheLimitTheCardholderMustBeVerified) {
  TapRequest large = request();
  large.amount.minorUnits = 5000;
  EXPECT_EQ(reasonOf(goodScript(), large), DeclineReason::kNone);
  large.amount.minorUnits = 5001;
  const Tapped trusting = run(goodScript(), large);
  EXPECT_EQ(trusting.result->reason, DeclineReason::kNone) << "the device says who it is";
  EXPECT_EQ(trusting.steps[6].commandHex.substr(68, 6), "010002");
  Script silent = goodScript();
  silent.options = ok(codec::encodeTlv(0x77, codec::TlvWriter()
                                                 .add(0x82, Bytes{0x10, 0x80})
                                                 .add(0x94, bytes("080101001001"
                                                                  "0200"))
                                                 .bytes()));
  EXPECT_EQ(reasonOf(silent, large), DeclineReason::kCardholderUnverified) << "it says nothing";
  Script refusing = goodScript();
  refusing.cryptogram = bytes("6985");
  EXPECT_EQ(reasonOf(refusing, large), DeclineReason::kVerificationWanted);
  large.cardholderVerified = true;
  const Tapped ran = run(goodScript(), large);
  ASSERT_EQ(ran.result->reason, DeclineReason::kNone);
  EXPECT_EQ(base::toHex(ran.result->request->input.tvr), "8000040000");
}

TEST(TerminalTest, CardWithoutApplicationIsDeclined) {
  Script script = goodScript();
  script.directory = bytes("6a82");
  EXPECT_EQ(reasonOf(script), DeclineReason::kNoApplication);
  script = goodScript();
  script.fci = bytes("6a82");
  EXPECT_EQ(reasonOf(script), DeclineReason::kNoApplication);
}

TEST(TerminalTest, HighestPriorityIsSelectedAndTheNextOneWhenItIsNotThere) {
  Script script = goodScript();
  const auto entry = [](std::string_view aid, std::uint8_t priority) {
    return codec::encodeTlv(
        0x61, codec::TlvWriter().add(0x4F, bytes(aid)).add(0x87, Bytes{priority}).bytes());
  };
  const Bytes entries =
      base::concat(entry("f000000001", 0), entry("f000000002", 2), entry("f000000003", 1));
  script.directory =
      ok(codec::encodeTlv(0x6F, codec::encodeTlv(0xA5, codec::encodeTlv(0xBF0C, entries))));
  script.fci = bytes("6a82");
  const Tapped ran = run(script);
  ASSERT_GE(ran.steps.size(), 3U);
  EXPECT_EQ(ran.steps[1].commandHex, "00a4040005f00000000300");
  EXPECT_EQ(ran.steps[2].commandHex, "00a4040005f00000000200");
}

TEST(TerminalTest, StatusWordsOfTheCardAreRefusals) {
  Script script = goodScript();
  script.options = bytes("6985");
  EXPECT_EQ(reasonOf(script), DeclineReason::kCardRefused);
  EXPECT_EQ(run(script).result->statusWord, 0x6985);
  script = goodScript();
  script.records[1] = bytes("6a83");
  EXPECT_EQ(reasonOf(script), DeclineReason::kCardRefused);
  script = goodScript();
  script.cryptogram = bytes("6985");
  EXPECT_EQ(reasonOf(script), DeclineReason::kCardRefused);
}

TEST(TerminalTest, AacIsADeclineOfTheCard) {
  Script script = goodScript();
  script.cryptogram[5] = 0x00;
  EXPECT_EQ(reasonOf(script), DeclineReason::kCardDeclined);
  EXPECT_EQ(run(script).result->atc, 5);
  script.cryptogram[5] = 0x40;  // TC was not asked for
  EXPECT_EQ(reasonOf(script), DeclineReason::kCryptogramMalformed);
}

TEST(TerminalTest, AnswersCutAnywhereAreDeclined) {
  const Script good = goodScript();
  struct Part {
    std::function<Bytes&(Script&)> answer;
    DeclineReason reason;
  };
  const std::vector<Part> parts = {
      {[](Script& s) -> Bytes& { return s.directory; }, DeclineReason::kDirectoryMalformed},
      {[](Script& s) -> Bytes& { return s.fci; }, DeclineReason::kApplicationMalformed},
      {[](Script& s) -> Bytes& { return s.options; }, DeclineReason::kOptionsMalformed},
      {[](Script& s) -> Bytes& { return s.records[0]; }, DeclineReason::kRecordMalformed},
      {[](Script& s) -> Bytes& { return s.records[1]; }, DeclineReason::kRecordMalformed},
      {[](Script& s) -> Bytes& { return s.records[2]; }, DeclineReason::kRecordMalformed},
      {[](Script& s) -> Bytes& { return s.cryptogram; }, DeclineReason::kCryptogramMalformed}};
  for (const Part& part : parts) {
    Script copy = good;
    const std::size_t whole = part.answer(copy).size() - 2;
    for (std::size_t length = 0; length < whole; ++length) {
      Script cut = good;
      Bytes& answer = part.answer(cut);
      answer.resize(length);
      EXPECT_NE(reasonOf(cut), DeclineReason::kNone) << length;  // without a status word
      if (length < 2) {
        EXPECT_EQ(reasonOf(cut), part.reason) << length;
      }
      base::append(answer, Bytes{0x90, 0x00});
      EXPECT_EQ(reasonOf(cut), part.reason) << length;
    }
  }
}

TEST(TerminalTest, ObjectTwiceInTheRecordsIsWrongData) {
  Script script = goodScript();
  script.records[2] = script.records[1];
  EXPECT_EQ(reasonOf(script), DeclineReason::kDataContradicts);
}

TEST(TerminalTest, CardThatLeavesTheFieldIsAnError) {
  for (std::size_t answered = 0; answered < 7; ++answered) {
    std::deque<Bytes> answers = goodScript().answers();
    answers.resize(answered);
    const Transceive card = [&answers](ByteView) -> Result<Bytes> {
      if (answers.empty()) return Error(Code::kUnavailable, "the card is gone");
      Bytes next = answers.front();
      answers.pop_front();
      return next;
    };
    fakes::SeededRandom random;
    Recorder recorder;
    const auto result = tap(request(), random, card, recorder);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code(), Code::kUnavailable);
    EXPECT_EQ(recorder.steps.size(), answered);
  }
}

TEST(TerminalTest, RequestsWithoutAnEmvFormAreRefused) {
  std::vector<TapRequest> requests(5, request());
  requests[0].amount.minorUnits = -1;
  requests[1].amount.minorUnits = 1'000'000'000'000;
  requests[2].amount.currency = 0;
  requests[3].country = 1000;
  requests[4].now = sys_days(std::chrono::year(1999) / December / 31);
  for (const TapRequest& wrong : requests) {
    const Tapped ran = run(goodScript(), wrong);
    ASSERT_FALSE(ran.result.ok());
    EXPECT_EQ(ran.result.error().code(), Code::kInvalidArgument);
    EXPECT_TRUE(ran.steps.empty());
  }
}

}  // namespace
}  // namespace florin::terminal
