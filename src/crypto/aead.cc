#include "crypto/aead.h"

#include "crypto/block_cipher.h"

namespace florin::crypto {
namespace {

// update passes `in` through; null `out` means that it is only authenticated.
void update(EVP_CIPHER_CTX* context, std::uint8_t* out, ByteView in) {
  if (in.empty()) return;
  int length = 0;
  FLORIN_CHECK(EVP_CipherUpdate(context, out, &length, in.data(), checkedInt(in.size())) == 1);
  FLORIN_CHECK(static_cast<std::size_t>(length) == in.size());
}

}  // namespace

AesGcm::AesGcm(const SecretBytes& key) : context_(EVP_CIPHER_CTX_new()) {
  static const CipherPtr cipher = fetchCipher("AES-256-GCM");
  FLORIN_CHECK(key.size() == kGcmKey);
  FLORIN_CHECK(context_ != nullptr);
  FLORIN_CHECK(EVP_EncryptInit_ex2(context_.get(), cipher.get(), key.expose().data(), nullptr,
                                   nullptr) == 1);
}

Bytes AesGcm::seal(ByteView nonce, ByteView aad, ByteView plaintext) {
  FLORIN_CHECK(nonce.size() == kGcmNonce);
  FLORIN_CHECK(EVP_EncryptInit_ex2(context_.get(), nullptr, nullptr, nonce.data(), nullptr) == 1);
  update(context_.get(), nullptr, aad);
  Bytes sealed(plaintext.size() + kGcmTag);
  update(context_.get(), sealed.data(), plaintext);
  std::uint8_t* const tag = sealed.data() + plaintext.size();
  int none = 0;
  FLORIN_CHECK(EVP_EncryptFinal_ex(context_.get(), tag, &none) == 1 && none == 0);
  FLORIN_CHECK(EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_GET_TAG, kGcmTag, tag) == 1);
  return sealed;
}

Result<SecretBytes> AesGcm::open(ByteView nonce, ByteView aad, ByteView sealed) {
  const ErrorQueueGuard guard;
  FLORIN_CHECK(nonce.size() == kGcmNonce);
  if (sealed.size() < kGcmTag) return Error(Code::kUnauthenticated, "sealed without a tag");
  const ByteView ciphertext = sealed.first(sealed.size() - kGcmTag);
  const ByteView tag = sealed.last(kGcmTag);

  FLORIN_CHECK(EVP_DecryptInit_ex2(context_.get(), nullptr, nullptr, nonce.data(), nullptr) == 1);
  update(context_.get(), nullptr, aad);
  SecretBytes plaintext(ciphertext.size());
  update(context_.get(), plaintext.exposeMutable().data(), ciphertext);
  FLORIN_CHECK(EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_TAG, kGcmTag,
                                   const_cast<std::uint8_t*>(tag.data())) == 1);
  std::uint8_t nothing[kGcmTag];
  int none = 0;
  if (EVP_DecryptFinal_ex(context_.get(), nothing, &none) != 1) {
    return Error(Code::kUnauthenticated, "tag does not verify");
  }
  return plaintext;
}

Bytes aesGcmSeal(const SecretBytes& key, ByteView nonce, ByteView aad, ByteView plaintext) {
  return AesGcm(key).seal(nonce, aad, plaintext);
}

Result<SecretBytes> aesGcmOpen(const SecretBytes& key, ByteView nonce, ByteView aad,
                               ByteView sealed) {
  return AesGcm(key).open(nonce, aad, sealed);
}

}  // namespace florin::crypto
