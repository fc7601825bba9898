#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/money.h"

namespace florin::base {
namespace {

TEST(HexTest, RoundTripsEveryByte) {
  Bytes all;
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<std::uint8_t>(i));
  EXPECT_EQ(fromHex(toHex(all)).value(), all);
}

TEST(HexTest, OddLengthAndOtherCharactersAreMalformed) {
  for (const char* text : {"0", "0g", "g0", " 00", "0x00"}) {
    const auto read = fromHex(text);
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_EQ(read.error().code(), Code::kMalformed);
  }
}

TEST(BigEndianTest, NumbersRoundTrip) {
  EXPECT_EQ(toHex(bigEndian<std::uint16_t>(0x1234)), "1234");
  EXPECT_EQ(toHex(bigEndian<std::uint64_t>(0x0102030405060708)), "0102030405060708");
  EXPECT_EQ(readBigEndian(bigEndian<std::uint32_t>(0xDEADBEEF)), 0xDEADBEEFU);
}

TEST(IdTest, TextIsLowercaseHexOf16Bytes) {
  const auto id = WalletId::parse("000102030405060708090a0b0c0d0e0f");
  ASSERT_TRUE(id.ok());
  EXPECT_EQ(id->toString(), "000102030405060708090a0b0c0d0e0f");
  EXPECT_FALSE(WalletId::parse("000102030405060708090A0B0C0D0E0F").ok());
  EXPECT_FALSE(WalletId::parse("00").ok());
}

TEST(MoneyTest, ReadsAndPrints) {
  EXPECT_EQ(parseMoney("12.50", "EUR").value(), (Money{1250, 978}));
  EXPECT_EQ(parseMoney("12", "EUR").value(), (Money{1200, 978}));
  EXPECT_EQ(parseMoney("500", "JPY").value(), (Money{500, 392}));
  EXPECT_EQ(formatMoney({5, 978}), "0.05 EUR");
  EXPECT_EQ(formatMoney({-1250, 978}), "-12.50 EUR");
}

TEST(MoneyTest, RefusesWhatIsNotAnAmount) {
  for (const char* text : {"", ".5", "1.", "1.234", "-1", "1e3", "12345678901.00", "1,50"}) {
    EXPECT_FALSE(parseMoney(text, "EUR").ok()) << text;
  }
  EXPECT_FALSE(parseMoney("1", "XXX").ok());
}

TEST(SecretBytesTest, MovingLeavesTheSourceEmpty) {
  SecretBytes first = SecretBytes::copyOf(bigEndian<std::uint32_t>(7));
  const SecretBytes second = std::move(first);
  EXPECT_EQ(second.size(), 4U);
  EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): it is what we test
}

TEST(ResultTest, TryPassesTheErrorOn) {
  const auto inner = []() -> Result<int> { return Error(Code::kExpired, "over", 3); };
  const auto outer = [&]() -> Status {
    FLORIN_TRY_ASSIGN(const int value, inner());
    (void)value;
    return {};
  };
  ASSERT_FALSE(outer().ok());
  EXPECT_EQ(outer().error().code(), Code::kExpired);
  EXPECT_EQ(outer().error().detail(), 3);
}

}  // namespace
}  // namespace florin::base
