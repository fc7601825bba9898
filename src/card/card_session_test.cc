#include "card/card_session.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "card/test_cards.h"
#include "codec/tlv.h"
#include "emv/issuer_data.h"

namespace florin::card {
namespace {

// Well-formed commands of one tap.
constexpr std::string_view kSelectPpse = "00a404000e325041592e5359532e444446303100";
constexpr std::string_view kSelectK2 = "00a4040009f000464c4f52494e0200";
constexpr std::string_view kGpo = "80a80000088306e0f0c802762200";
constexpr std::string_view kReadRecord = "00b2011400";
// 12.50 EUR in Germany on 2026-03-31, unpredictable number 01020304.
constexpr std::string_view kCdolData = "0000000012500000000000000276000004000009782603310001020304";

constexpr std::string_view kNoVerification = "3f0002";  // 9F34: none was needed

std::string generateAc(std::string_view p1, std::string_view data = kCdolData,
                       std::string_view results = kNoVerification) {
  return "80ae" + std::string(p1) + "0020" + std::string(data) + std::string(results) + "00";
}

class CardSessionTest : public testing::Test {
 protected:
  Bytes send(std::string_view hex) { return session_.process(base::fromHex(hex).value()); }

  std::string status(std::string_view hex) {
    const std::string response = base::toHex(send(hex));
    return response.substr(response.size() - 4);
  }

  void initiate() {
    ASSERT_EQ(status(kSelectK2), "9000");
    ASSERT_EQ(status(kGpo), "9000");
  }

  emv::Profile profile_ = testProfile();
  TestKeys keys_;
  TestCardholder cardholder_;
  CardSession session_{{{testToken(1), &profile_, true}}, keys_, cardholder_};
};

Bytes valueOf(const Bytes& response, std::initializer_list<std::uint32_t> path) {
  const auto parsed = emv::parseResponse(response);
  const auto found = codec::findTlv(parsed->data, path);
  return found.ok() ? base::toBytes(*found) : Bytes{};
}

TEST_F(CardSessionTest, DirectoryNamesTheCard) {
  const Bytes response = send(kSelectPpse);
  EXPECT_EQ(base::asText(valueOf(response, {0x6F, 0x84})), "2PAY.SYS.DDF01");
  EXPECT_EQ(valueOf(response, {0x6F, 0xA5, 0xBF0C, 0x61, 0x4F}), profile_.aid);
  EXPECT_EQ(valueOf(response, {0x6F, 0xA5, 0xBF0C, 0x61, 0x87}), Bytes{1});
}

TEST_F(CardSessionTest, WholeTapEndsInACryptogramThatTheIssuerVerifies) {
  ASSERT_EQ(status(kSelectPpse), "9000");
  ASSERT_EQ(valueOf(send(kSelectK2), {0x6F, 0x84}), profile_.aid);
  const Bytes options = send(kGpo);
  EXPECT_EQ(base::toHex(valueOf(options, {0x77, 0x82})), "1280");
  EXPECT_EQ(valueOf(options, {0x77, 0x94}), profile_.afl);
  EXPECT_EQ(base::toHex(valueOf(send(kReadRecord), {0x70, 0x5A})), kTestDpan);
  const Bytes response = send(generateAc("80"));
  EXPECT_EQ(valueOf(response, {0x77, 0x9F27}), Bytes{0x80});
  EXPECT_EQ(base::toHex(valueOf(response, {0x77, 0x9F36})), "0001");

  const Bytes data = base::concat(base::fromHex(kCdolData).value(), profile_.aip, Bytes{0, 1},
                                  valueOf(response, {0x77, 0x9F10}));
  const auto expected = emv::applicationCryptogram(emv::commonSessionKey(testMasterKey(), 1), data,
                                                   emv::Mac::kRetailPadding2);
  EXPECT_EQ(base::toHex(valueOf(response, {0x77, 0x9F26})), base::toHex(expected));
  EXPECT_EQ(keys_.spent(), 1U);
}

TEST_F(CardSessionTest, TcAskedIsAnsweredByArqc) {
  initiate();
  const Bytes response = send(generateAc("40"));
  EXPECT_EQ(valueOf(response, {0x77, 0x9F27}), Bytes{0x80});
  const auto iad = emv::decodeIssuerData(valueOf(response, {0x77, 0x9F10}));
  ASSERT_TRUE(iad.ok());
  EXPECT_EQ(iad->asked, emv::CryptogramType::kTc);
  EXPECT_EQ(iad->answered, emv::CryptogramType::kArqc);
}

TEST_F(CardSessionTest, AacSpendsAKeyToo) {
  initiate();
  const Bytes response = send(generateAc("00"));
  EXPECT_EQ(valueOf(response, {0x77, 0x9F27}), Bytes{0x00});
  EXPECT_EQ(keys_.spent(), 1U);
}

TEST_F(CardSessionTest, SecondCryptogramIsRefusedAndSpendsNothing) {
  initiate();
  ASSERT_EQ(status(generateAc("80")), "9000");
  EXPECT_EQ(status(generateAc("80")), "6985");
  EXPECT_EQ(status(generateAc("40")), "6985");
  EXPECT_EQ(keys_.spent(), 1U);
}

TEST_F(CardSessionTest, RecordsCanBeReadAfterTheCryptogram) {
  initiate();
  ASSERT_EQ(status(generateAc("80")), "9000");
  EXPECT_EQ(status(kReadRecord), "9000");
}

TEST_F(CardSessionTest, CommandsOutOfOrderAreRefused) {
  for (const std::string& hex : {std::string(kGpo), std::string(kReadRecord), generateAc("80")}) {
    EXPECT_EQ(status(hex), "6985") << hex;
  }
  ASSERT_EQ(status(kSelectK2), "9000");
  EXPECT_EQ(status(kReadRecord), "6985");
  EXPECT_EQ(status(generateAc("80")), "6985");
  ASSERT_EQ(status(kGpo), "9000");
  EXPECT_EQ(status(kGpo), "6985");
  EXPECT_EQ(keys_.spent(), 0U);
}

TEST_F(CardSessionTest, SelectingTheDirectoryOrNothingEndsTheTransaction) {
  initiate();
  ASSERT_EQ(status(kSelectPpse), "9000");
  EXPECT_EQ(status(generateAc("80")), "6985");
  initiate();
  ASSERT_EQ(status("00a4040007a000000004101000"), "6a82");
  EXPECT_EQ(status(generateAc("80")), "6985");
}

TEST_F(CardSessionTest, DeactivationEndsTheTransaction) {
  initiate();
  session_.deactivated();
  EXPECT_EQ(status(generateAc("80")), "6985");
  initiate();
  EXPECT_EQ(status(generateAc("80")), "9000");
}

TEST_F(CardSessionTest, ParametersThatAreNoneAreRefused) {
  initiate();
  for (const std::string_view hex :
       {"00a4000009f000464c4f52494e0200", "00a4040109f000464c4f52494e0200",
        "80a80100088306e0f0c802762200", "80a80001088306e0f0c802762200", "00b2001400", "00b2ff1400",
        "00b2010400", "00b201fc00", "00b2011500", "00b2011000"}) {
    EXPECT_EQ(status(hex), "6a86") << hex;
  }
  for (const std::string_view p1 : {"c0", "d0", "a0", "01", "20"}) {
    EXPECT_EQ(status(generateAc(p1)), "6a86") << p1;
  }
  EXPECT_EQ(status("80ae8001021122"), "6a86");
  EXPECT_EQ(keys_.spent(), 0U);
}

TEST_F(CardSessionTest, RecordsThatAreNotThereAreNotFound) {
  initiate();
  EXPECT_EQ(status("00b2021400"), "9000");
  EXPECT_EQ(status("00b2031400"), "6a83");
  EXPECT_EQ(status("00b2011c00"), "6a82");
}

TEST_F(CardSessionTest, ClassesAndInstructionsThatWeDoNotHaveAreRefused) {
  for (const std::string_view hex :
       {"01a40400", "84ae8000", "ffa40400", "80a4040009f000464c4f52494e0200",
        "00a80000088306e0f0c802762200", "80b2011400"}) {
    EXPECT_EQ(status(hex), "6e00") << hex;
  }
  for (const std::string_view hex : {"00b00000", "80ca9f1700", "0082000000", "0020008000"}) {
    EXPECT_EQ(status(hex), "6d00") << hex;
  }
}

TEST_F(CardSessionTest, LengthsThatDoNotFitAreRefused) {
  for (const std::string_view hex :
       {"", "00", "00a404", "00a40400", "00a4040000", "00a4040004f000464c00",
        "00a4040009f000464c4f52494e020000", "00a40400000009f000464c4f52494e",
        "00a4040011f000464c4f52494e020000000000000000000"}) {
    const std::string even = std::string(hex) + (hex.size() % 2 == 0 ? "" : "0");
    EXPECT_EQ(status(even), "6700") << hex;
  }
  ASSERT_EQ(status(kSelectK2), "9000");
  EXPECT_EQ(status("80a80000078305e0f0c8027600"), "6700");
  EXPECT_EQ(status("80a80000028300"), "6700");
  EXPECT_EQ(status("80a8000008770600000000000000"), "6a80");
  ASSERT_EQ(status(kGpo), "9000");
  EXPECT_EQ(status("00b20114"), "9000");
  EXPECT_EQ(status("00b20114010000"), "6700");
  EXPECT_EQ(status("80ae800000"), "6700");
  EXPECT_EQ(status("80ae80001c" + std::string(kCdolData.substr(2))), "6700");
  EXPECT_EQ(keys_.spent(), 0U);
  EXPECT_EQ(status(generateAc("80")), "9000");
}

TEST_F(CardSessionTest, PartialNamesSelectTheCard) {
  EXPECT_EQ(valueOf(send("00a4040005f000464c4f00"), {0x6F, 0x84}), profile_.aid);
  EXPECT_EQ(status("00a404000af000464c4f52494e020000"), "6a82");
}

TEST_F(CardSessionTest, TooSmallLeIsAnsweredWithTheRightOne) {
  const std::size_t size = send(kSelectK2).size() - 2;
  const std::string wrongLe = "6c" + base::toHex(Bytes{static_cast<std::uint8_t>(size)});
  EXPECT_EQ(status("00a4040009f000464c4f52494e0201"), wrongLe);
  EXPECT_EQ(status(kGpo), "9000") << "what was selected before is still";
  EXPECT_EQ(status("00b2011401").substr(0, 2), "6c");
  EXPECT_EQ(status("00b20114ff"), "9000");
  EXPECT_EQ(status("80a80000088306e0f0c802762201"), "6700") << "it is not to be asked twice";
}

TEST_F(CardSessionTest, ExtendedLengthsAreUnderstood) {
  EXPECT_EQ(status("00a40400000009f000464c4f52494e020000"), "9000");
  EXPECT_EQ(status("80a800000000088306e0f0c80276220000"), "9000");
  EXPECT_EQ(status("00b20114000000"), "9000");
  EXPECT_EQ(status("00b2011400"
                   "0000"),
            "9000");
  EXPECT_EQ(status("00a404000000"), "6700");
  EXPECT_EQ(status("00a40400000100f000"), "6700");
}

// 80.00 EUR, above the card's limit of 50.00; and 12.50 in another currency.
constexpr std::string_view kMuch = "0000000080000000000000000276000000000009782603310001020304";
constexpr std::string_view kMuchWithPin =
    "0000000080000000000000000276000004000009782603310001020304";
constexpr std::string_view kDollars = "0000000012500000000000000276000000000008402603310001020304";
constexpr std::string_view kOnDevice = "010002";

TEST_F(CardSessionTest, AboveTheLimitSomebodyVerifiesTheCardholder) {
  for (const std::string_view data : {kMuch, kDollars}) {
    initiate();
    EXPECT_EQ(status(generateAc("80", data)), "6985") << "nobody";
    EXPECT_EQ(cardholder_.wanted, 0U);
    EXPECT_EQ(status(generateAc("80", data, kOnDevice)), "6985");
    EXPECT_EQ(cardholder_.wanted, 1U);
    EXPECT_EQ(keys_.spent(), 0U);
    cardholder_ = {};
  }
  initiate();
  EXPECT_EQ(status(generateAc("80", kMuchWithPin)), "9000");
  cardholder_.verified = true;
  initiate();
  const Bytes response = send(generateAc("80", kMuch, kOnDevice));
  const auto iad = emv::decodeIssuerData(valueOf(response, {0x77, 0x9F10}));
  ASSERT_TRUE(iad.ok());
  EXPECT_EQ(iad->verifier, emv::Verifier::kDevice);
}

TEST_F(CardSessionTest, DeclineNeedsNobodysVerification) {
  initiate();
  EXPECT_EQ(valueOf(send(generateAc("00", kMuch)), {0x77, 0x9F27}), Bytes{0x00});
}

TEST(CardChoiceTest, InactiveCardIsNotThere) {
  const emv::Profile profile = testProfile();
  TestKeys keys;
  TestCardholder cardholder;
  CardSession session({{testToken(1), &profile, false}}, keys, cardholder);
  for (const std::string_view hex : {kSelectPpse, kSelectK2}) {
    EXPECT_EQ(base::toHex(session.process(base::fromHex(hex).value())), "6a82");
  }
  CardSession empty({}, keys, cardholder);
  EXPECT_EQ(base::toHex(empty.process(base::fromHex(kSelectPpse).value())), "6a82");
}

TEST(CardChoiceTest, CardWithoutAKeyDeclinesBeforeItIsRead) {
  const emv::Profile profile = testProfile();
  TestKeys none(0);
  TestCardholder cardholder;
  CardSession session({{testToken(1), &profile, true}}, none, cardholder);
  session.process(base::fromHex(kSelectK2).value());
  EXPECT_EQ(base::toHex(session.process(base::fromHex(kGpo).value())), "6985");
}

// Keys that are gone, or of a wrong size, when they are asked for.
class BrokenKeys : public KeySource {
 public:
  explicit BrokenKeys(std::size_t keySize) : keySize_(keySize) {}
  bool hasKey(const base::TokenId&) override { return true; }
  Result<CardKey> takeKey(const base::TokenId&) override {
    if (keySize_ == 0) return Error(Code::kUnavailable, "the store is gone");
    return CardKey{1, 0, SecretBytes(keySize_)};
  }

 private:
  const std::size_t keySize_;
};

TEST(CardChoiceTest, KeyThatCannotBeTakenIsACleanDeclineAndEndsTheTransaction) {
  const emv::Profile profile = testProfile();
  for (const std::size_t size : {std::size_t{0}, std::size_t{8}}) {
    BrokenKeys keys(size);
    TestCardholder cardholder;
    CardSession session({{testToken(1), &profile, true}}, keys, cardholder);
    session.process(base::fromHex(kSelectK2).value());
    session.process(base::fromHex(kGpo).value());
    for (int attempt = 0; attempt < 2; ++attempt) {
      const Bytes command = base::fromHex(generateAc("80")).value();
      EXPECT_EQ(base::toHex(session.process(command)), "6985");
    }
  }
}

TEST(CardChoiceTest, DirectoryListsActiveCardsInOrderAndEachAidOnce) {
  const emv::Profile first = testProfile(testProgram(0x12, "SECOND AID"));
  const emv::Profile second = testProfile();
  const emv::Profile hidden = testProfile(testProgram(0x13, "HIDDEN"));
  TestKeys keys;
  TestCardholder cardholder;
  CardSession session({{testToken(1), &first, true},
                       {testToken(2), &hidden, false},
                       {testToken(3), &second, true},
                       {testToken(4), &second, true}},
                      keys, cardholder);
  const Bytes response = session.process(base::fromHex(kSelectPpse).value());
  const Bytes directory = valueOf(response, {0x6F, 0xA5, 0xBF0C});
  const auto entries = codec::decodeTlv(directory);
  ASSERT_EQ(entries->size(), 2U);
  EXPECT_EQ(base::toBytes(*codec::findTlv((*entries)[0].value, {0x4F})), first.aid);
  EXPECT_EQ(base::toBytes(*codec::findTlv((*entries)[1].value, {0x4F})), second.aid);
}

TEST(CardChoiceTest, NextOccurrenceGoesOnToTheNextCard) {
  const emv::Profile first = testProfile(testProgram(0x12, "FIRST"));
  const emv::Profile second = testProfile(testProgram(0x13, "SECOND"));
  TestKeys keys;
  TestCardholder cardholder;
  CardSession session({{testToken(1), &first, true}, {testToken(2), &second, true}}, keys,
                      cardholder);
  const auto select = [&](std::string_view hex) {
    return valueOf(session.process(base::fromHex(hex).value()), {0x6F, 0x84});
  };
  EXPECT_EQ(select("00a4040005f000464c4f00"), first.aid);
  EXPECT_EQ(select("00a4040205f000464c4f00"), second.aid);
  EXPECT_EQ(select("00a4040205f000464c4f00"), Bytes{});
}

TEST(CardChoiceTest, DirectoryOfManyCardsFitsOneAnswer) {
  std::vector<emv::Profile> profiles;
  std::vector<EmulatedCard> cards;
  for (std::uint8_t i = 0; i < 40; ++i) {
    profiles.push_back(testProfile(testProgram(i, "SIXTEEN LETTERS!")));
  }
  for (std::uint8_t i = 0; i < 40; ++i) cards.push_back({testToken(i), &profiles[i], true});
  TestKeys keys;
  TestCardholder cardholder;
  CardSession session(cards, keys, cardholder);
  const Bytes response = session.process(base::fromHex(kSelectPpse).value());
  ASSERT_LE(response.size(), base::limits::kApduResponse);
  const auto entries = codec::decodeTlv(valueOf(response, {0x6F, 0xA5, 0xBF0C}));
  EXPECT_GE(entries->size(), 5U);
}

}  // namespace
}  // namespace florin::card
