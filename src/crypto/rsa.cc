#include "crypto/rsa.h"

#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "crypto/openssl_handles.h"
#include "crypto/pkcs8.h"

namespace florin::crypto {
namespace {

constexpr std::size_t kOaepOverhead = 2 * 32 + 2;

bool isAcceptable(const EVP_PKEY* key) {
  const int bits = EVP_PKEY_get_bits(key);
  return EVP_PKEY_is_a(key, "RSA") == 1 && bits >= kRsaMinBits && bits <= kRsaMaxBits;
}

Bytes encodePublic(const EVP_PKEY* key) {
  const int length = i2d_PUBKEY(key, nullptr);
  FLORIN_CHECK(length > 0);
  Bytes der(static_cast<std::size_t>(length));
  std::uint8_t* cursor = der.data();
  FLORIN_CHECK(i2d_PUBKEY(key, &cursor) == length);
  return der;
}

// Null when it is not exactly one public key that we accept.
PkeyPtr decodePublic(ByteView der) {
  const std::uint8_t* cursor = dataOf(der);
  PkeyPtr key(d2i_PUBKEY(nullptr, &cursor, static_cast<long>(der.size())));
  if (key == nullptr || cursor != der.data() + der.size() || !isAcceptable(key.get())) {
    return nullptr;
  }
  return key;
}

PkeyCtxPtr contextFor(const PkeyPtr& key) {
  PkeyCtxPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
  FLORIN_CHECK(context != nullptr);
  return context;
}

// Comes after EVP_PKEY_encrypt_init or decrypt_init.
void chooseOaepSha256(EVP_PKEY_CTX* context) {
  FLORIN_CHECK(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1);
  FLORIN_CHECK(EVP_PKEY_CTX_set_rsa_oaep_md_name(context, "SHA2-256", nullptr) == 1);
  FLORIN_CHECK(EVP_PKEY_CTX_set_rsa_mgf1_md_name(context, "SHA2-256", nullptr) == 1);
}

// The default asks at the terminal.
int noPassphrase(char* /*buffer*/, int /*size*/, int /*rwflag*/, void* /*user*/) { return -1; }

}  // namespace

RsaKey RsaKey::generate(unsigned bits) {
  FLORIN_CHECK(bits >= kRsaMinBits && bits <= kRsaMaxBits);
  PkeyPtr key(EVP_RSA_gen(bits));
  FLORIN_CHECK(key != nullptr);
  Bytes publicDer = encodePublic(key.get());
  return RsaKey(std::move(key), std::move(publicDer));
}

Result<RsaKey> RsaKey::fromPrivateDer(const SecretBytes& der) {
  const ErrorQueueGuard guard;
  PkeyPtr key = decodePkcs8(der);
  if (key == nullptr || !isAcceptable(key.get())) {
    return Error(Code::kMalformed, "not an RSA key of 2048 to 4096 bits");
  }
  Bytes publicDer = encodePublic(key.get());
  return RsaKey(std::move(key), std::move(publicDer));
}

Result<RsaKey> RsaKey::fromPrivatePem(const SecretBytes& pem) {
  const ErrorQueueGuard guard;
  const ByteView bytes = pem.expose();
  const BioPtr text(BIO_new_mem_buf(dataOf(bytes), checkedInt(bytes.size())));
  FLORIN_CHECK(text != nullptr);
  PkeyPtr key(PEM_read_bio_PrivateKey(text.get(), nullptr, noPassphrase, nullptr));
  if (key == nullptr || !isAcceptable(key.get())) {
    return Error(Code::kMalformed, "not a PEM of an RSA key of 2048 to 4096 bits");
  }
  Bytes publicDer = encodePublic(key.get());
  return RsaKey(std::move(key), std::move(publicDer));
}

SecretBytes RsaKey::privateDer() const { return encodePkcs8(key_.get()); }

Result<SecretBytes> RsaKey::decryptOaepSha256(ByteView ciphertext) const {
  const ErrorQueueGuard guard;
  const PkeyCtxPtr context = contextFor(key_);
  FLORIN_CHECK(EVP_PKEY_decrypt_init(context.get()) == 1);
  chooseOaepSha256(context.get());
  SecretBytes padded(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())));
  std::size_t length = padded.size();
  if (EVP_PKEY_decrypt(context.get(), padded.exposeMutable().data(), &length, dataOf(ciphertext),
                       ciphertext.size()) != 1) {
    return Error(Code::kUnauthenticated, "not encrypted for this RSA key");
  }
  return SecretBytes::copyOf(padded.expose().first(length));
}

Bytes RsaKey::signSha256(ByteView message) const {
  const MdCtxPtr context(EVP_MD_CTX_new());
  FLORIN_CHECK(context != nullptr);
  FLORIN_CHECK(EVP_DigestSignInit_ex(context.get(), nullptr, "SHA2-256", nullptr, nullptr,
                                     key_.get(), nullptr) == 1);
  Bytes signature(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())));
  std::size_t length = signature.size();
  FLORIN_CHECK(EVP_DigestSign(context.get(), signature.data(), &length, dataOf(message),
                              message.size()) == 1);
  FLORIN_CHECK(length == signature.size());
  return signature;
}

Result<Bytes> rsaOaepSha256Encrypt(ByteView spkiDer, ByteView plaintext) {
  const ErrorQueueGuard guard;
  const PkeyPtr key = decodePublic(spkiDer);
  if (key == nullptr) return Error(Code::kMalformed, "not an RSA public key of 2048 to 4096 bits");
  const auto modulus = static_cast<std::size_t>(EVP_PKEY_get_size(key.get()));
  if (plaintext.size() > modulus - kOaepOverhead) {
    return Error(Code::kTooLarge, "plaintext over what RSA-OAEP carries");
  }
  const PkeyCtxPtr context = contextFor(key);
  FLORIN_CHECK(EVP_PKEY_encrypt_init(context.get()) == 1);
  chooseOaepSha256(context.get());
  Bytes ciphertext(modulus);
  std::size_t length = ciphertext.size();
  // A modulus or exponent that OpenSSL refuses to compute with shows only here.
  if (EVP_PKEY_encrypt(context.get(), ciphertext.data(), &length, dataOf(plaintext),
                       plaintext.size()) != 1 ||
      length != modulus) {
    return Error(Code::kMalformed, "RSA public key cannot encrypt");
  }
  return ciphertext;
}

}  // namespace florin::crypto
