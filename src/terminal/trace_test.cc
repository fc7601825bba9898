#include "terminal/trace.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/bytes.h"

namespace florin::terminal {
namespace {

Bytes bytes(std::string_view hex) { return base::fromHex(hex).value(); }

TEST(TraceTest, CardNumberShowsItsLastFourDigits) {
  EXPECT_EQ(maskedHex(bytes("70135a0899999900000000065f24032912319c0100")),
            "70135a08************00065f24032912319c0100");
  EXPECT_EQ(maskedHex(bytes("5a08999999000000006f")), "5a08***********0006*");
}

TEST(TraceTest, Track2ShowsNothingBehindTheCardNumber) {
  EXPECT_EQ(maskedHex(bytes("570c9999990000000006d2912221")), "570c************0006********");
}

TEST(TraceTest, CardNumberIsHiddenInsideTemplates) {
  EXPECT_EQ(maskedHex(bytes("700c700a5a089999990000000006")), "700c700a5a08************0006");
}

TEST(TraceTest, CertificateOfTheCardsKeyIsHidden) {
  EXPECT_EQ(maskedHex(bytes("70089f46030102039000")), "70089f4603******9000");
}

TEST(TraceTest, WhatIsNoTlvOrNoCardNumberIsHiddenWhole) {
  EXPECT_EQ(maskedHex(bytes("5a099999990000000006")), std::string(20, '*'));
  EXPECT_EQ(maskedHex(bytes("5a0412345678")), "5a04********");
  EXPECT_EQ(maskedHex(bytes("5603999999")), "5603******");
}

TEST(TraceTest, ObjectsAreToldInOrderWithNameAndDepth) {
  const auto lines =
      describeTlv(bytes("701b5a0899999900000000065f2403291231df81010101bf0c03870101"));
  ASSERT_EQ(lines.size(), 6U);
  EXPECT_EQ(lines[0].tag, "70");
  EXPECT_EQ(lines[0].name, "record");
  EXPECT_EQ(lines[0].value, "");
  EXPECT_EQ(lines[1].tag, "5A");
  EXPECT_EQ(lines[1].depth, 1U);
  EXPECT_EQ(lines[1].value, "************0006");
  EXPECT_EQ(lines[2].tag, "5F24");
  EXPECT_EQ(lines[2].name, "expiry date");
  EXPECT_EQ(lines[2].value, "291231");
  EXPECT_EQ(lines[3].tag, "DF8101");
  EXPECT_EQ(lines[3].name, "unknown");
  EXPECT_EQ(lines[4].tag, "BF0C");
  EXPECT_EQ(lines[5].depth, 2U);
}

TEST(TraceTest, NoLineShowsACardNumber) {
  for (const auto& line : describeTlv(bytes("70165a089999990000000006570a9999990000000006d291"))) {
    EXPECT_EQ(line.value.find("9999"), std::string::npos) << line.tag;
  }
}

TEST(TraceTest, BytesThatAreNoTlvHaveNoLines) {
  EXPECT_TRUE(describeTlv(bytes("7005")).empty());
  EXPECT_TRUE(describeTlv({}).empty());
}

TEST(TraceTest, FirstAndLastTagOfTheTableAreFound) {
  EXPECT_EQ(tagName(0x4F), "application identifier");
  EXPECT_EQ(tagName(0xBF0C), "issuer discretionary data");
  EXPECT_EQ(tagName(0x9F26), "application cryptogram");
  EXPECT_EQ(tagName(0xFFFFFF), "unknown");
}

TEST(TraceTest, StatusWordsHaveNames) {
  EXPECT_EQ(statusWordName(0x9000), "ok");
  EXPECT_EQ(statusWordName(0x6985), "conditions not satisfied");
  EXPECT_EQ(statusWordName(0x6C10), "wrong Le, the right one follows");
  EXPECT_EQ(statusWordName(0), "no status word");
  EXPECT_EQ(statusWordName(0x1234), "unknown");
}

TEST(TraceTest, StepIsToldInLines) {
  const Bytes record = bytes("700e9f27018057089999990000000006");
  const TraceStep step = {"READ RECORD 1 of file 1", "00b2010c00", maskedHex(record), 0x9000,
                          describeTlv(record)};
  EXPECT_EQ(describe(step), (std::vector<std::string>{
                                "READ RECORD 1 of file 1", "  > 00b2010c00", "  < 9000 ok",
                                "    70 record", "      9F27 cryptogram information: 80  (ARQC)",
                                "      57 track 2 equivalent data: ************0006"}));
  const TraceStep refused = {"GENERATE AC", "80ae800000", "", 0x6985, {}};
  EXPECT_EQ(describe(refused).back(), "  < 6985 conditions not satisfied");
}

TEST(TraceTest, ValuesAreToldWhatTheyMean) {
  const auto meaning = [](std::string_view hex) { return describeTlv(bytes(hex)).at(0).meaning; };
  EXPECT_EQ(meaning("5006464c4f52494e"), "FLORIN");
  EXPECT_EQ(meaning("500100"), "") << "what a card says must not steer the screen";
  EXPECT_EQ(meaning("82021380"), "CVM list, verification on the device, CDA, EMV mode");
  EXPECT_EQ(meaning("94081001020218010300"),
            "file 2 records 1 to 2 (2 signed), file 3 records 1 to 3");
  EXPECT_EQ(meaning("95050400800000"), "CDA failed, cardholder not verified");
  EXPECT_EQ(meaning("95050000000000"), "none");
  EXPECT_EQ(meaning("8c069f02069f3704"), "9F02, 9F37");
  EXPECT_EQ(meaning("9f36020103"), "259");
  EXPECT_EQ(meaning("5a089999990000000006"), "");
}

TEST(TraceTest, WhatAListAskedForIsToldWithTheCommand) {
  const auto lines = describeDol(bytes("9f02069f3303"), bytes("000000001250e04808"));
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].tag, "9F02");
  EXPECT_EQ(lines[0].value, "000000001250");
  EXPECT_EQ(lines[0].meaning, "1250");
  EXPECT_EQ(lines[1].value, "e04808");
  EXPECT_TRUE(describeDol(bytes("9f0206"), bytes("00")).empty());
}

TEST(TraceTest, CryptogramIsShown) {
  const Bytes data = bytes("770b9f26080102030405060708");
  const TraceStep step = {"GENERATE AC", "80ae800000", maskedHex(data), 0x9000, describeTlv(data)};
  EXPECT_EQ(describe(step).back(), "      9F26 application cryptogram: 0102030405060708");
}

}  // namespace
}  // namespace florin::terminal
