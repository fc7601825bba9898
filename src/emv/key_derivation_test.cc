#include "emv/key_derivation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>

#include "base/bytes.h"

namespace florin::emv {
namespace {

// The figures are those that pyemv, jPOS and EFTlab publish, recomputed independently.
constexpr std::string_view kIssuerMasterKey = "0123456789abcdeffedcba9876543210";

SecretBytes key(std::string_view hex) { return SecretBytes::take(base::fromHex(hex).value()); }
SecretBytes digits(std::string_view text) { return SecretBytes::copyOf(base::asBytes(text)); }
std::string hex(const SecretBytes& secret) { return base::toHex(secret.expose()); }

struct MasterKeyFigure {
  MasterKeyOption option;
  std::string_view pan;
  std::uint8_t psn;
  std::string_view masterKey;
};

constexpr std::array<MasterKeyFigure, 8> kMasterKeys = {{
    {MasterKeyOption::kA, "1234567890123456", 0, "154f349d8585cb7f6b0798e9839b10c1"},
    {MasterKeyOption::kA, "12345678901234567", 45, "946dc1a8c78a624519bc4645cb073737"},
    {MasterKeyOption::kB, "12345678901234567", 45, "f767ecc2263b2c543775cb62ab6b57d6"},
    {MasterKeyOption::kA, "12345678901234567", 0, "8357f1866492a1c8d657132aabf25789"},
    {MasterKeyOption::kB, "12345678901234567", 0, "1c13ae23b54af7ba49fbe09192c87983"},
    {MasterKeyOption::kB, "123456789012345679", 0, "1083e9c8a72aa26bdc9b10570b73bacb"},
    {MasterKeyOption::kB, "000000000000000005", 23, "2608baa2378c92dae0948a97e0cd230b"},
    {MasterKeyOption::kA, "9901234567890123", 45, "f84315c7b95bd3b0c74694922c3808b0"},
}};

TEST(KeyDerivationTest, MasterKeysMatchTheFigures) {
  for (const MasterKeyFigure& figure : kMasterKeys) {
    const auto derived =
        iccMasterKey(key(kIssuerMasterKey), digits(figure.pan), figure.psn, figure.option);
    ASSERT_TRUE(derived.ok());
    EXPECT_EQ(hex(*derived), figure.masterKey) << figure.pan;
  }
}

// Computed by python3-cryptography.
TEST(KeyDerivationTest, AesKeysMatchAnotherImplementation) {
  const auto master = [](std::string_view pan, std::uint8_t psn) {
    return iccMasterKey(key(kIssuerMasterKey), digits(pan), psn, MasterKeyOption::kC).value();
  };
  const SecretBytes one = master("9999990000000006", 1);
  EXPECT_EQ(hex(one), "535a74cd8c5eb79a4c60c5c1387accd2");
  EXPECT_EQ(hex(commonSessionKey(one, 1, Cipher::kAes)), "aa6395c37cd1632e64924b5a5465fc0b");
  EXPECT_EQ(hex(commonSessionKey(one, 0x1234, Cipher::kAes)), "05120c226a7e7715481d2a2fc1f8d64c");
  EXPECT_EQ(hex(master("9999990000000000018", 99)), "5c57fc67767536a746afe1debfcdf580");
}

TEST(KeyDerivationTest, ShortPansHaveOneKeyUnderBothOptions) {
  const auto a = iccMasterKey(key(kIssuerMasterKey), digits("4000001"), 7, MasterKeyOption::kA);
  const auto b = iccMasterKey(key(kIssuerMasterKey), digits("4000001"), 7, MasterKeyOption::kB);
  EXPECT_EQ(hex(*a), hex(*b));
}

TEST(KeyDerivationTest, AnotherPanOrSequenceNumberIsAnotherKey) {
  const auto one =
      iccMasterKey(key(kIssuerMasterKey), digits("1234567890123456"), 1, MasterKeyOption::kA);
  const auto two =
      iccMasterKey(key(kIssuerMasterKey), digits("1234567890123456"), 2, MasterKeyOption::kA);
  const auto other =
      iccMasterKey(key(kIssuerMasterKey), digits("1234567890123457"), 1, MasterKeyOption::kA);
  EXPECT_NE(hex(*one), hex(*two));
  EXPECT_NE(hex(*one), hex(*other));
}

TEST(KeyDerivationTest, NoPanAndNoSequenceNumberAreRefused) {
  for (const std::string_view pan : {"", "12345678901234567890", "12345678901234x6"}) {
    const auto derived = iccMasterKey(key(kIssuerMasterKey), digits(pan), 0, MasterKeyOption::kA);
    ASSERT_FALSE(derived.ok());
    EXPECT_EQ(derived.error().code(), Code::kInvalidArgument);
  }
  EXPECT_FALSE(
      iccMasterKey(key(kIssuerMasterKey), digits("1234567890123456"), 100, MasterKeyOption::kA)
          .ok());
}

TEST(KeyDerivationTest, CommonSessionKeyMatchesTheFigure) {
  EXPECT_EQ(hex(commonSessionKey(key("154f349d8585cb7f6b0798e9839b10c1"), 0x001C)),
            "436b942ad637e08564b532b0ec97cb26");
}

TEST(KeyDerivationTest, UnpredictableSessionKeyMatchesTheFigure) {
  const std::array<std::uint8_t, 4> number = {0xAB, 0xCD, 0xEF, 0x12};
  EXPECT_EQ(hex(unpredictableSessionKey(key("154f349d8585cb7f6b0798e9839b10c1"), 0x001C, number)),
            "5d8f37bcd9e5da68048cdfa2ea255d9e");
}

TEST(KeyDerivationTest, SessionKeysHaveOddParityAndDifferByAtc) {
  const SecretBytes master = key("154f349d8585cb7f6b0798e9839b10c1");
  const SecretBytes first = commonSessionKey(master, 1);
  for (const std::uint8_t byte : first.expose()) EXPECT_EQ(std::popcount(byte) % 2, 1);
  EXPECT_NE(hex(first), hex(commonSessionKey(master, 2)));
  EXPECT_NE(hex(first), hex(commonSessionKey(master, 0x0101)));
}

TEST(KeyDerivationTest, LimitedUseKeysMatchTheFigures) {
  const auto sevenDigits = limitedUseKey(key("c8b507136d921fd05864c81f79f2d30b"), "0570201");
  const auto eightDigits = limitedUseKey(key("94e3194c02105e3b153438d562d5a49d"), "26643101");
  EXPECT_EQ(hex(*sevenDigits), "3ea78ded27b7bb01f9069b8e34c443bc");
  EXPECT_EQ(hex(*eightDigits), "d144ca8cbb4bd463c8edd5761bf1770e");
}

TEST(KeyDerivationTest, KeyIndexOfAnotherFormIsRefused) {
  for (const std::string_view index : {"", "057020", "057020101", "05702x1"}) {
    EXPECT_FALSE(limitedUseKey(key("c8b507136d921fd05864c81f79f2d30b"), index).ok()) << index;
  }
}

TEST(KeyIndexTest, IsTheHourOfTheYearAndACounter) {
  using namespace std::chrono_literals;
  const base::Time newYear = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
  EXPECT_EQ(keyIndexText(keyIndexAt(newYear, 0)).value(), "6000100");
  EXPECT_EQ(keyIndexText(keyIndexAt(newYear + 59min, 7)).value(), "6000107");
  EXPECT_EQ(keyIndexText(keyIndexAt(newYear + 8760h - 1ms, 99)).value(), "6876099");
  EXPECT_EQ(keyIndexText(keyIndexAt(newYear + 4 * 8760h + 24h, 1)).value(), "0000101");
  EXPECT_EQ(keyIndexText(9'999'999).value(), "9999999");
  EXPECT_EQ(keyIndexText(10'000'000).error().code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace florin::emv
