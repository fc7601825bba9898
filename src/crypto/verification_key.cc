#include "crypto/verification_key.h"

#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "crypto/openssl_handles.h"
#include "crypto/rsa.h"

namespace florin::crypto {
namespace {

constexpr int kSaltSize = 32;  // RFC 7518, 3.5: that of the hash

constexpr Error kNotVerified(Code::kUnauthenticated, "the signature is not by this key");

// Empty when the key is of another curve.
Bytes pointOf(const EVP_PKEY* key) {
  char curve[64] = {};
  std::size_t length = 0;
  Bytes point(kP256Point);
  if (EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, curve, sizeof curve,
                                     &length) != 1 ||
      std::string_view(curve, length) != SN_X9_62_prime256v1 ||
      EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size(),
                                      &length) != 1) {
    return {};
  }
  point.resize(length);
  return point;
}

Status verifyRsa(EVP_PKEY* key, bool pss, ByteView message, ByteView signature) {
  const ErrorQueueGuard guard;
  const MdCtxPtr context(EVP_MD_CTX_new());
  FLORIN_CHECK(context != nullptr);
  EVP_PKEY_CTX* options = nullptr;  // of the context
  FLORIN_CHECK(EVP_DigestVerifyInit_ex(context.get(), &options, "SHA2-256", nullptr, nullptr, key,
                                       nullptr) == 1);
  if (pss) {
    FLORIN_CHECK(EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1);
    FLORIN_CHECK(EVP_PKEY_CTX_set_rsa_pss_saltlen(options, kSaltSize) == 1);
  }
  if (EVP_DigestVerify(context.get(), dataOf(signature), signature.size(), dataOf(message),
                       message.size()) != 1) {
    return kNotVerified;
  }
  return {};
}

}  // namespace

Result<VerificationKey> VerificationKey::fromPem(std::string_view pem) {
  const ErrorQueueGuard guard;
  const BioPtr text(BIO_new_mem_buf(pem.data(), checkedInt(pem.size())));
  FLORIN_CHECK(text != nullptr);
  PkeyPtr key(PEM_read_bio_PUBKEY(text.get(), nullptr, nullptr, nullptr));
  const Error other(Code::kMalformed,
                    "not a PEM of a public key: RSA of 2048 to 4096 bits, or P-256");
  if (key == nullptr) return other;
  if (EVP_PKEY_is_a(key.get(), "RSA") == 1) {
    const int bits = EVP_PKEY_get_bits(key.get());
    if (bits < kRsaMinBits || bits > kRsaMaxBits) return other;
    return VerificationKey(std::move(key));
  }
  if (EVP_PKEY_is_a(key.get(), "EC") != 1) return other;
  auto p256 = P256PublicKey::fromPoint(pointOf(key.get()));
  if (!p256.ok()) return other;
  return VerificationKey(std::move(*p256));
}

Status VerificationKey::verify(JwsAlgorithm algorithm, ByteView message, ByteView signature) const {
  const auto* const rsa = std::get_if<PkeyPtr>(&key_);
  switch (algorithm) {
    case JwsAlgorithm::kRs256:
    case JwsAlgorithm::kPs256:
      if (rsa == nullptr) return kNotVerified;
      return verifyRsa(rsa->get(), algorithm == JwsAlgorithm::kPs256, message, signature);
    case JwsAlgorithm::kEs256:
      if (rsa != nullptr) return kNotVerified;
      return std::get<P256PublicKey>(key_).verify(message, signature);
  }
  return kNotVerified;
}

}  // namespace florin::crypto
