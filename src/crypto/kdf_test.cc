#include "crypto/kdf.h"

#include <gtest/gtest.h>

#include "crypto/aes.h"
#include "crypto/test_support.h"

namespace florin::crypto {
namespace {

using base::asBytes;

// RFC 5869, A.1.
TEST(HkdfTest, GivesTheKeysOfRfc5869) {
  const SecretBytes ikm = SecretBytes::take(Bytes(22, 0x0b));
  const Bytes salt = hex("000102030405060708090a0b0c");
  const Bytes info = hex("f0f1f2f3f4f5f6f7f8f9");
  EXPECT_EQ(toHex(hkdfExtract(salt, ikm)),
            "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
  EXPECT_EQ(toHex(hkdf(ikm, salt, info, 42)),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
}

// RFC 5869, A.3.
TEST(HkdfTest, SaltAndInfoMayBeEmpty) {
  EXPECT_EQ(toHex(hkdf(SecretBytes::take(Bytes(22, 0x0b)), {}, {}, 42)),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST(HkdfTest, ShorterKeyIsTheBeginningOfTheLonger) {
  const SecretBytes prk(32);
  const std::string longest = toHex(hkdfExpand(prk, asBytes("info"), 255 * 32));
  for (const std::size_t length : {0, 1, 31, 32, 33, 64, 8159}) {
    EXPECT_EQ(toHex(hkdfExpand(prk, asBytes("info"), length)), longest.substr(0, 2 * length));
  }
}

TEST(HkdfDeathTest, MoreThanTheCounterAllowsIsAProgrammersError) {
  EXPECT_DEATH((void)hkdfExpand(SecretBytes(32), {}, 255 * 32 + 1), "check failed");
}

// RFC 7914, 12.
TEST(ScryptTest, GivesTheKeysOfRfc7914) {
  EXPECT_EQ(toHex(scrypt(SecretBytes(), {}, 16, 1, 1, 64).value()),
            "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
            "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906");
  EXPECT_EQ(toHex(scrypt(secretText("password"), asBytes("NaCl"), 1024, 8, 16, 64).value()),
            "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
            "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640");
}

TEST(ScryptTest, CostsThatWeCannotPayAreUnsupported) {
  struct Cost {
    std::uint64_t n;
    std::uint32_t r, p;
  };
  const Cost costs[] = {
      {0, 8, 1},       {1, 8, 1},       {15, 8, 1},           {32769, 8, 1},
      {1 << 15, 0, 1}, {1 << 15, 8, 0}, {1 << 16, 8, 1},      {1 << 20, 8, 1},
      {1 << 15, 8, 9}, {2, 1, 1 << 20}, {1ULL << 63, ~0U, 1}, {1ULL << 32, 1U << 31, ~0U},
  };
  for (const Cost& cost : costs) {
    const auto key = scrypt(secretText("password"), {}, cost.n, cost.r, cost.p, 32);
    ASSERT_FALSE(key.ok()) << cost.n << ' ' << cost.r << ' ' << cost.p;
    EXPECT_EQ(key.error().code(), Code::kUnsupported);
  }
}

TEST(ScryptTest, TheCostOfEnrollmentIsWithinTheLimit) {
  EXPECT_TRUE(scrypt(secretText("code"), asBytes("salt"), 1 << 15, 8, 1, 80).ok());
}

// NIST SP 800-38A, F.1.5.
TEST(AesEcbTest, GivesTheBlocksOfSp80038a) {
  const SecretBytes key =
      secretHex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
  EXPECT_EQ(toHex(aesEcbEncrypt(
                key, hex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"))),
            "f3eed1bdb5d2a03c064b5a7e3db181f8591ccb10d410ed26dc5ba74a31362870");
}

TEST(AesEcbDeathTest, AnotherSizeIsAProgrammersError) {
  EXPECT_DEATH((void)aesEcbEncrypt(SecretBytes(24), Bytes(16)), "check failed");
  EXPECT_DEATH((void)aesEcbEncrypt(SecretBytes(32), Bytes(15)), "check failed");
  EXPECT_DEATH((void)aesEcbEncrypt(SecretBytes(32), {}), "check failed");
}

}  // namespace
}  // namespace florin::crypto
