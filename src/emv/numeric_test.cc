#include "emv/numeric.h"

#include <gtest/gtest.h>

#include <string_view>

#include "base/bytes.h"

namespace florin::emv {
namespace {

SecretBytes digits(std::string_view text) { return SecretBytes::copyOf(base::asBytes(text)); }

TEST(NumericTest, NumbersArePackedWithZerosOnTheLeft) {
  EXPECT_EQ(base::toHex(bcd<6>(1250)), "000000001250");
  EXPECT_EQ(base::toHex(bcd<2>(978)), "0978");
  EXPECT_EQ(base::toHex(bcd<6>(999'999'999'999)), "999999999999");
}

TEST(NumericTest, PackedNumbersAreReadBack) {
  EXPECT_EQ(readBcd(bcd<6>(123'456'789'012)).value(), 123'456'789'012U);
  EXPECT_EQ(readBcd({}).value(), 0U);
}

TEST(NumericTest, NibblesThatAreNoDigitsAreRefused) {
  EXPECT_EQ(readBcd(Bytes{0x1A}).error().code(), Code::kMalformed);
  EXPECT_EQ(readBcd(Bytes{0xF1}).error().code(), Code::kMalformed);
  EXPECT_EQ(readBcd(Bytes(10)).error().code(), Code::kTooLarge);
}

TEST(NumericTest, CardNumbersAreReadBackAtEveryLength) {
  const std::string_view all = "1234567890123456789";
  for (std::size_t length = 1; length <= all.size(); ++length) {
    const auto packed = packDigits(digits(all.substr(0, length)));
    ASSERT_TRUE(packed.ok());
    EXPECT_EQ(packed->size(), (length + 1) / 2);
    const auto back = unpackDigits(packed->expose());
    ASSERT_TRUE(back.ok());
    EXPECT_EQ(base::asText(back->expose()), all.substr(0, length));
  }
}

TEST(NumericTest, TextThatIsNoCardNumberIsNotPacked) {
  for (const std::string_view text : {"", "12345678901234567890", "12 4", "-1"}) {
    EXPECT_FALSE(packDigits(digits(text)).ok()) << text;
  }
}

TEST(NumericTest, PackedCardNumbersOfAnotherFormAreRefused) {
  for (const std::string_view hex :
       {"", "ff", "1a", "1f2f", "f123", "123456789012345678901f", "12345678901234567890"}) {
    EXPECT_FALSE(unpackDigits(base::fromHex(hex).value()).ok()) << hex;
  }
}

}  // namespace
}  // namespace florin::emv
