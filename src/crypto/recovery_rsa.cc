#include "crypto/recovery_rsa.h"

#include <openssl/rsa.h>

#include <algorithm>

#include "crypto/openssl_handles.h"
#include "crypto/pkcs8.h"

namespace florin::crypto {
namespace {

constexpr unsigned kExponent = 3;

bool isSizeOfOurs(std::size_t bytes) {
  return bytes >= kRecoveryMinBits / 8 && bytes <= kRecoveryMaxBits / 8;
}

BignumPtr numberOf(ByteView bytes) {
  BignumPtr number(BN_bin2bn(dataOf(bytes), checkedInt(bytes.size()), nullptr));
  FLORIN_CHECK(number != nullptr);
  return number;
}

Bytes parameterOf(const EVP_PKEY* key, const char* name) {
  BIGNUM* raw = nullptr;
  FLORIN_CHECK(EVP_PKEY_get_bn_param(key, name, &raw) == 1);
  const BignumPtr number(raw);
  Bytes bytes(static_cast<std::size_t>(BN_num_bytes(raw)));
  FLORIN_CHECK(BN_bn2bin(raw, bytes.data()) == checkedInt(bytes.size()));
  return bytes;
}

RecoveryPublicKey publicOf(const EVP_PKEY* key) {
  return {parameterOf(key, OSSL_PKEY_PARAM_RSA_N), parameterOf(key, OSSL_PKEY_PARAM_RSA_E)};
}

bool isKnownExponent(ByteView exponent) {
  static const Bytes kThree = {3};
  static const Bytes kFermat = {1, 0, 1};
  return std::ranges::equal(exponent, kThree) || std::ranges::equal(exponent, kFermat);
}

}  // namespace

RecoveryKey RecoveryKey::generate(unsigned bits) {
  FLORIN_CHECK(bits % 8 == 0 && isSizeOfOurs(bits / 8));
  const PkeyCtxPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  const BignumPtr exponent(BN_new());
  FLORIN_CHECK(context != nullptr && exponent != nullptr);
  FLORIN_CHECK(BN_set_word(exponent.get(), kExponent) == 1);
  FLORIN_CHECK(EVP_PKEY_keygen_init(context.get()) == 1);
  FLORIN_CHECK(EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), static_cast<int>(bits)) == 1);
  FLORIN_CHECK(EVP_PKEY_CTX_set1_rsa_keygen_pubexp(context.get(), exponent.get()) == 1);
  EVP_PKEY* made = nullptr;
  FLORIN_CHECK(EVP_PKEY_generate(context.get(), &made) == 1);
  PkeyPtr key(made);
  RecoveryPublicKey known = publicOf(made);
  return RecoveryKey(std::move(key), std::move(known));
}

Result<RecoveryKey> RecoveryKey::fromPrivateDer(const SecretBytes& der) {
  const ErrorQueueGuard guard;
  PkeyPtr key = decodePkcs8(der);
  if (key == nullptr || EVP_PKEY_is_a(key.get(), "RSA") != 1) {
    return Error(Code::kMalformed, "not one RSA private key");
  }
  RecoveryPublicKey known = publicOf(key.get());
  // Blocks begin with 6A: below every modulus whose first bit is set.
  if (!isSizeOfOurs(known.modulus.size()) || !isKnownExponent(known.exponent) ||
      known.modulus.front() < 0x80) {
    return Error(Code::kMalformed, "not an RSA key of EMV's sizes");
  }
  return RecoveryKey(std::move(key), std::move(known));
}

SecretBytes RecoveryKey::privateDer() const { return encodePkcs8(key_.get()); }

// Without padding the private function is the one that is called decryption.
Bytes RecoveryKey::sign(ByteView block) const {
  FLORIN_CHECK(block.size() == public_.modulus.size());
  const PkeyCtxPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr));
  FLORIN_CHECK(context != nullptr);
  FLORIN_CHECK(EVP_PKEY_decrypt_init(context.get()) == 1);
  FLORIN_CHECK(EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_NO_PADDING) == 1);
  Bytes signature(block.size());
  std::size_t length = signature.size();
  FLORIN_CHECK(
      EVP_PKEY_decrypt(context.get(), signature.data(), &length, block.data(), block.size()) == 1);
  FLORIN_CHECK(length == signature.size());
  return signature;
}

Result<Bytes> recoverBlock(const RecoveryPublicKey& key, ByteView signature) {
  const ErrorQueueGuard guard;
  const std::size_t size = key.modulus.size();
  const bool oddModulus = size > 0 && key.modulus.front() != 0 && key.modulus.back() % 2 == 1;
  if (!isSizeOfOurs(size) || !oddModulus || !isKnownExponent(key.exponent)) {
    return Error(Code::kMalformed, "not a public key of EMV's sizes");
  }
  if (signature.size() != size) {
    return Error(Code::kMalformed, "signature is not as long as the key");
  }
  const BignumPtr modulus = numberOf(key.modulus);
  const BignumPtr number = numberOf(signature);
  if (BN_cmp(number.get(), modulus.get()) >= 0) {
    return Error(Code::kMalformed, "signature is not below the key's modulus");
  }
  const BnCtxPtr context(BN_CTX_new());
  const BignumPtr block(BN_new());
  FLORIN_CHECK(context != nullptr && block != nullptr);
  FLORIN_CHECK(BN_mod_exp(block.get(), number.get(), numberOf(key.exponent).get(), modulus.get(),
                          context.get()) == 1);
  Bytes bytes(size);
  FLORIN_CHECK(BN_bn2binpad(block.get(), bytes.data(), checkedInt(size)) == checkedInt(size));
  return bytes;
}

}  // namespace florin::crypto
