#include "codec/dol.h"

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace florin::codec {
namespace {

Bytes hex(std::string_view text) { return base::fromHex(text).value(); }

std::string filled(std::string_view dol, const std::map<std::uint32_t, Bytes>& values) {
  return base::toHex(fillDol(hex(dol), values).value());
}

TEST(DolTest, ReadsTagsAndLengths) {
  const Bytes dol = hex("9F02069A03DF8101FF5A00");
  const auto entries = decodeDol(dol);
  ASSERT_TRUE(entries.ok());
  EXPECT_EQ(*entries, (std::vector<DolEntry>{{0x9F02, 6}, {0x9A, 3}, {0xDF8101, 255}, {0x5A, 0}}));
  EXPECT_EQ(dolLength(*entries), 264U);
  EXPECT_EQ(encodeDol(*entries), dol);
  EXPECT_TRUE(decodeDol({}).value().empty());
}

TEST(DolTest, EveryCutIsMalformedOrEndsBetweenEntries) {
  const Bytes dol = hex("9F02069A03DF810101");
  for (const std::size_t size : {1U, 2U, 4U, 6U, 7U, 8U}) {
    const auto read = decodeDol(ByteView(dol).first(size));
    ASSERT_FALSE(read.ok()) << size;
    EXPECT_EQ(read.error().code(), Code::kMalformed);
  }
}

TEST(DolTest, WhatIsNoTagIsMalformed) {
  for (const char* text : {"0001", "9F800101", "DF81818101", "9A030006"}) {
    EXPECT_FALSE(decodeDol(hex(text)).ok()) << text;
  }
  EXPECT_EQ(decodeDol(hex("9A030006")).error().detail(), 2);
}

TEST(DolTest, ValuesOfTheRightLengthAreJoinedInOrder) {
  EXPECT_EQ(filled("9A039F3704", {{0x9F37, hex("01020304")}, {0x9A, hex("261123")}}),
            "26112301020304");
}

TEST(DolTest, UnknownAndConstructedTagsAreZeros) {
  EXPECT_EQ(filled("9F3704", {}), "00000000");
  EXPECT_EQ(filled("7002", {{0x70, hex("5A00")}}), "0000");
}

// EMV Book 3, section 5.4, rule by rule.
TEST(DolTest, NumericValuesAreFittedOnTheLeft) {
  EXPECT_EQ(filled("9F0206", {{0x9F02, hex("1250")}}), "000000001250");
  EXPECT_EQ(filled("5F2A01", {{0x5F2A, hex("0978")}}), "78");
}

TEST(DolTest, CompressedNumericValuesAreFittedOnTheRightWithF) {
  EXPECT_EQ(filled("5A0A", {{0x5A, hex("4111111111111111")}}), "4111111111111111ffff");
  EXPECT_EQ(filled("5A02", {{0x5A, hex("4111111111111111")}}), "4111");
}

TEST(DolTest, OtherValuesAreFittedOnTheRightWithZeros) {
  EXPECT_EQ(filled("9F3704", {{0x9F37, hex("0102")}}), "01020000");
  EXPECT_EQ(filled("9F3702", {{0x9F37, hex("01020304")}}), "0102");
  EXPECT_EQ(filled("9F3700", {{0x9F37, hex("01020304")}}), "");
}

TEST(DolTest, TheCardTakesTheDataApartAgain) {
  const auto entries = decodeDol(hex("9F02069A039A01")).value();
  const Bytes data = hex("00000000125026112399");
  const auto values = splitDol(entries, data);
  ASSERT_TRUE(values.ok());
  EXPECT_EQ(base::toHex(values->at(0x9F02)), "000000001250");
  EXPECT_EQ(base::toHex(values->at(0x9A)), "261123");
}

TEST(DolTest, DataOfAnotherLengthIsMalformed) {
  const auto entries = decodeDol(hex("9A03")).value();
  for (const std::size_t size : {0U, 2U, 4U}) {
    const auto values = splitDol(entries, Bytes(size));
    ASSERT_FALSE(values.ok());
    EXPECT_EQ(values.error().code(), Code::kMalformed);
  }
}

}  // namespace
}  // namespace florin::codec
