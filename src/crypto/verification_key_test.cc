#include "crypto/verification_key.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "crypto/openssl_handles.h"
#include "crypto/random.h"
#include "crypto/rsa.h"
#include "crypto/test_support.h"

namespace florin::crypto {
namespace {

using base::asBytes;

std::string publicPem(EVP_PKEY* key) {
  const BioPtr out(BIO_new(BIO_s_mem()));
  EXPECT_EQ(PEM_write_bio_PUBKEY(out.get(), key), 1);
  char* text = nullptr;
  const long length = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(length)};
}

Bytes sign(EVP_PKEY* key, bool pss, int salt, ByteView message) {
  const MdCtxPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;
  EXPECT_EQ(
      EVP_DigestSignInit_ex(context.get(), &options, "SHA2-256", nullptr, nullptr, key, nullptr),
      1);
  if (pss) {
    EXPECT_EQ(EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING), 1);
    EXPECT_EQ(EVP_PKEY_CTX_set_rsa_pss_saltlen(options, salt), 1);
  }
  std::size_t length = 1024;
  Bytes signature(length);
  EXPECT_EQ(
      EVP_DigestSign(context.get(), signature.data(), &length, message.data(), message.size()), 1);
  signature.resize(length);
  return signature;
}

struct VerificationKeyTest : ::testing::Test {
  const PkeyPtr rsa{EVP_RSA_gen(2048)};
  const VerificationKey key = VerificationKey::fromPem(publicPem(rsa.get())).value();
  const Bytes message = base::toBytes(asBytes("header.claims"));
};

TEST_F(VerificationKeyTest, AnRsaKeyVerifiesItsTwoAlgorithmsEachByItself) {
  const Bytes pkcs1 = sign(rsa.get(), false, 0, message);
  const Bytes pss = sign(rsa.get(), true, 32, message);
  EXPECT_TRUE(key.verify(JwsAlgorithm::kRs256, message, pkcs1).ok());
  EXPECT_TRUE(key.verify(JwsAlgorithm::kPs256, message, pss).ok());
  for (const Status& status : {key.verify(JwsAlgorithm::kRs256, message, pss),
                               key.verify(JwsAlgorithm::kPs256, message, pkcs1),
                               key.verify(JwsAlgorithm::kEs256, message, pkcs1)}) {
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code(), Code::kUnauthenticated);
  }
}

TEST_F(VerificationKeyTest, ASaltOfAnotherLengthIsNotTheAlgorithm) {
  EXPECT_FALSE(key.verify(JwsAlgorithm::kPs256, message, sign(rsa.get(), true, 20, message)).ok());
  EXPECT_FALSE(key.verify(JwsAlgorithm::kPs256, message, sign(rsa.get(), true, 0, message)).ok());
}

TEST_F(VerificationKeyTest, EveryFlippedBitOfMessageOrSignatureIsSeen) {
  for (const auto algorithm : {JwsAlgorithm::kRs256, JwsAlgorithm::kPs256}) {
    const Bytes good = sign(rsa.get(), algorithm == JwsAlgorithm::kPs256, 32, message);
    for (std::size_t at = 0; at < good.size(); at += 7) {
      Bytes flipped = good;
      flipped[at] ^= 1U << (at % 8);
      EXPECT_FALSE(key.verify(algorithm, message, flipped).ok()) << at;
    }
    Bytes other = message;
    other[0] ^= 1;
    EXPECT_FALSE(key.verify(algorithm, other, good).ok());
    EXPECT_FALSE(key.verify(algorithm, message, ByteView(good).first(good.size() - 1)).ok());
    EXPECT_FALSE(key.verify(algorithm, message, {}).ok());
  }
}

TEST_F(VerificationKeyTest, AP256KeyVerifiesItsOneAlgorithm) {
  const PkeyPtr ec(EVP_EC_gen("P-256"));
  const auto p256 = VerificationKey::fromPem(publicPem(ec.get()));
  ASSERT_TRUE(p256.ok());
  OsRandom random;
  const P256Key other = P256Key::generate(random);
  const Bytes by = other.sign(message);
  EXPECT_FALSE(p256->verify(JwsAlgorithm::kEs256, message, by).ok());
  EXPECT_FALSE(p256->verify(JwsAlgorithm::kRs256, message, by).ok());
  EXPECT_FALSE(p256->verify(JwsAlgorithm::kPs256, message, by).ok());
  // DER, as OpenSSL signs, is not JWT's form.
  EXPECT_FALSE(p256->verify(JwsAlgorithm::kEs256, message, sign(ec.get(), false, 0, message)).ok());
}

TEST_F(VerificationKeyTest, OtherKeysAndTextsAreMalformed) {
  const PkeyPtr small(EVP_RSA_gen(1024));
  const PkeyPtr curve(EVP_EC_gen("P-384"));
  const PkeyPtr edwards(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  const BioPtr out(BIO_new(BIO_s_mem()));
  ASSERT_EQ(
      PEM_write_bio_PKCS8PrivateKey(out.get(), rsa.get(), nullptr, nullptr, 0, nullptr, nullptr),
      1);
  char* text = nullptr;
  const auto length = static_cast<std::size_t>(BIO_get_mem_data(out.get(), &text));
  const std::string secret(text, length);
  for (const std::string& pem :
       {std::string(), std::string("-----BEGIN PUBLIC KEY-----"), publicPem(small.get()),
        publicPem(curve.get()), publicPem(edwards.get()), secret}) {
    const auto made = VerificationKey::fromPem(pem);
    ASSERT_FALSE(made.ok()) << pem.substr(0, 40);
    EXPECT_EQ(made.error().code(), Code::kMalformed);
  }
}

}  // namespace
}  // namespace florin::crypto
