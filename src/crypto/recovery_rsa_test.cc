#include "crypto/recovery_rsa.h"

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace florin::crypto {
namespace {

const RecoveryKey& testKey() {
  static const RecoveryKey kKey = RecoveryKey::generate(1024);
  return kKey;
}

Bytes blockFor(const RecoveryKey& key) {
  Bytes block(key.publicKey().modulus.size(), 0xBB);
  block.front() = 0x6A;
  block.back() = 0xBC;
  return block;
}

TEST(RecoveryRsaTest, BlockIsRecovered) {
  for (const unsigned bits : {1024U, 1152U, 1408U, 1984U}) {
    const auto key = RecoveryKey::generate(bits);
    EXPECT_EQ(key.publicKey().modulus.size(), bits / 8);
    EXPECT_EQ(key.publicKey().exponent, Bytes{3});
    const Bytes block = blockFor(key);
    EXPECT_EQ(recoverBlock(key.publicKey(), key.sign(block)).value(), block);
  }
}

TEST(RecoveryRsaTest, KeyIsReadBack) {
  const auto again = RecoveryKey::fromPrivateDer(testKey().privateDer());
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->publicKey(), testKey().publicKey());
  EXPECT_EQ(again->sign(blockFor(*again)), testKey().sign(blockFor(testKey())));
}

TEST(RecoveryRsaTest, EveryTruncatedKeyIsRefused) {
  const SecretBytes der = testKey().privateDer();
  for (std::size_t size = 0; size < der.size(); size += 5) {
    const auto cut = RecoveryKey::fromPrivateDer(SecretBytes::copyOf(der.expose().first(size)));
    EXPECT_EQ(cut.error().code(), Code::kMalformed) << size;
  }
}

TEST(RecoveryRsaTest, AnotherSignatureRecoversAnotherBlock) {
  const Bytes block = blockFor(testKey());
  Bytes signature = testKey().sign(block);
  signature[5] ^= 1;
  EXPECT_NE(recoverBlock(testKey().publicKey(), signature).value(), block);
}

TEST(RecoveryRsaTest, KeysAndSignaturesOfNoFormAreRefused) {
  const RecoveryPublicKey good = testKey().publicKey();
  const Bytes signature = testKey().sign(blockFor(testKey()));
  const auto code = [&](const RecoveryPublicKey& key, ByteView bytes) {
    return recoverBlock(key, bytes).error().code();
  };
  EXPECT_EQ(code(good, ByteView(signature).first(127)), Code::kMalformed);
  EXPECT_EQ(code(good, Bytes(128, 0xFF)), Code::kMalformed) << "not below the modulus";
  EXPECT_EQ(code({{}, {3}}, {}), Code::kMalformed);
  EXPECT_EQ(code({Bytes(127, 0xFF), {3}}, Bytes(127)), Code::kMalformed) << "too short";
  EXPECT_EQ(code({Bytes(249, 0xFF), {3}}, Bytes(249)), Code::kMalformed) << "too long";
  EXPECT_EQ(code({good.modulus, {}}, signature), Code::kMalformed);
  EXPECT_EQ(code({good.modulus, {5}}, signature), Code::kMalformed);
  Bytes even = good.modulus;
  even.back() &= 0xFE;
  EXPECT_EQ(code({even, {3}}, signature), Code::kMalformed);
}

}  // namespace
}  // namespace florin::crypto
