#include "crypto/aead.h"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include "crypto/keywrap.h"
#include "crypto/test_support.h"

namespace florin::crypto {
namespace {

using base::asBytes;

// "The Galois/Counter Mode of Operation", test cases 13, 14 and 16.
TEST(AesGcmTest, GivesTheCiphertextsOfItsSpecification) {
  const Bytes nonce(12);
  EXPECT_EQ(base::toHex(aesGcmSeal(SecretBytes(32), nonce, {}, {})),
            "530f8afbc74536b9a963b4f1c4cb738b");
  EXPECT_EQ(base::toHex(aesGcmSeal(SecretBytes(32), nonce, {}, Bytes(16))),
            "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");
  EXPECT_EQ(base::toHex(aesGcmSeal(
                secretHex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"),
                hex("cafebabefacedbaddecaf888"), hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
                hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"))),
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
            "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
            "76fc6ece0f4e1768cddf8853bb2d551b");
}

class SealedTest : public testing::Test {
 protected:
  void expectRefused(const SecretBytes& key, ByteView nonce, ByteView aad, ByteView sealed) {
    const auto opened = aesGcmOpen(key, nonce, aad, sealed);
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().code(), Code::kUnauthenticated);
  }

  const Bytes keyBytes_ = Bytes(32, 7);
  const SecretBytes key_ = SecretBytes::copyOf(keyBytes_);
  const Bytes nonce_ = Bytes(12, 9);
  const Bytes aad_ = base::toBytes(asBytes("aad"));
  const Bytes sealed_ = aesGcmSeal(key_, nonce_, aad_, asBytes("plaintext"));
};

TEST_F(SealedTest, OpensToThePlaintext) {
  EXPECT_EQ(base::asText(aesGcmOpen(key_, nonce_, aad_, sealed_).value().expose()), "plaintext");
}

TEST_F(SealedTest, EveryFlippedBitIsRefused) {
  for (std::size_t bit = 0; bit < sealed_.size() * 8; ++bit) {
    expectRefused(key_, nonce_, aad_, flipBit(sealed_, bit));
  }
  for (std::size_t bit = 0; bit < nonce_.size() * 8; ++bit) {
    expectRefused(key_, flipBit(nonce_, bit), aad_, sealed_);
  }
  for (std::size_t bit = 0; bit < aad_.size() * 8; ++bit) {
    expectRefused(key_, nonce_, flipBit(aad_, bit), sealed_);
  }
  for (std::size_t bit = 0; bit < keyBytes_.size() * 8; ++bit) {
    expectRefused(SecretBytes::take(flipBit(keyBytes_, bit)), nonce_, aad_, sealed_);
  }
}

TEST_F(SealedTest, EveryTruncationIsRefused) {
  for (std::size_t length = 0; length < sealed_.size(); ++length) {
    expectRefused(key_, nonce_, aad_, ByteView(sealed_).first(length));
  }
  expectRefused(key_, nonce_, {}, sealed_);
}

TEST_F(SealedTest, RefusalLeavesNothingInOpenSslsErrorQueue) {
  expectRefused(key_, nonce_, aad_, flipBit(sealed_, 0));
  EXPECT_EQ(ERR_peek_error(), 0U);
  EXPECT_FALSE(kwpUnwrap(key_, Bytes(24)).ok());
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST_F(SealedTest, OneObjectSealsAndOpensInAnyOrderAlsoAfterARefusal) {
  AesGcm cipher(key_);
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(cipher.seal(nonce_, aad_, asBytes("plaintext")), sealed_);
    EXPECT_FALSE(cipher.open(nonce_, aad_, flipBit(sealed_, 3)).ok());
    EXPECT_EQ(base::asText(cipher.open(nonce_, aad_, sealed_).value().expose()), "plaintext");
    EXPECT_TRUE(cipher.open(nonce_, {}, cipher.seal(nonce_, {}, {})).value().empty());
  }
}

TEST(AesGcmDeathTest, AnotherSizeIsAProgrammersError) {
  EXPECT_DEATH((void)aesGcmSeal(SecretBytes(16), Bytes(12), {}, {}), "check failed");
  EXPECT_DEATH((void)aesGcmSeal(SecretBytes(32), Bytes(16), {}, {}), "check failed");
  EXPECT_DEATH((void)aesGcmOpen(SecretBytes(32), {}, {}, Bytes(16)), "check failed");
}

// RFC 5649, 6.
TEST(KeyWrapTest, GivesTheWrappedKeysOfRfc5649) {
  const SecretBytes kek = secretHex("5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8");
  EXPECT_EQ(base::toHex(kwpWrap(kek, secretHex("c37b7e6492584340bed12207808941155068f738"))),
            "138bdeaa9b8fa7fc61f97742e72248ee5ae6ae5360d1ae6a5f54f373fa543b6a");
  EXPECT_EQ(base::toHex(kwpWrap(kek, secretHex("466f7250617369"))),
            "afbeb0f07dfbf5419200f2ccb50bb24f");
}

TEST(KeyWrapTest, EveryLengthComesBack) {
  const SecretBytes kek(32);
  for (std::size_t length = 1; length <= 40; ++length) {
    const SecretBytes key = SecretBytes::take(Bytes(length, 0xA5));
    const Bytes wrapped = kwpWrap(kek, key);
    EXPECT_EQ(toHex(kwpUnwrap(kek, wrapped).value()), toHex(key));
  }
}

TEST(KeyWrapTest, EveryFlippedBitAndEveryTruncationIsRefused) {
  const SecretBytes kek(32);
  for (const std::size_t length : {7, 16, 20}) {
    const Bytes wrapped = kwpWrap(kek, SecretBytes(length));
    for (std::size_t bit = 0; bit < wrapped.size() * 8; ++bit) {
      const auto key = kwpUnwrap(kek, flipBit(wrapped, bit));
      ASSERT_FALSE(key.ok());
      EXPECT_EQ(key.error().code(), Code::kUnauthenticated);
    }
    for (std::size_t kept = 0; kept < wrapped.size(); ++kept) {
      EXPECT_FALSE(kwpUnwrap(kek, ByteView(wrapped).first(kept)).ok());
    }
    EXPECT_FALSE(kwpUnwrap(SecretBytes(16), wrapped).ok());
  }
}

}  // namespace
}  // namespace florin::crypto
