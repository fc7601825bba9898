#include "crypto/keywrap.h"

#include "crypto/block_cipher.h"

namespace florin::crypto {
namespace {

const EVP_CIPHER* cipherFor(const SecretBytes& kek) {
  static const CipherPtr aes128 = fetchCipher("AES-128-WRAP-PAD");
  static const CipherPtr aes192 = fetchCipher("AES-192-WRAP-PAD");
  static const CipherPtr aes256 = fetchCipher("AES-256-WRAP-PAD");
  FLORIN_CHECK(kek.size() == 16 || kek.size() == 24 || kek.size() == 32);
  return (kek.size() == 16 ? aes128 : kek.size() == 24 ? aes192 : aes256).get();
}

CipherCtxPtr startWrap(const SecretBytes& kek, Direction direction) {
  CipherCtxPtr context(EVP_CIPHER_CTX_new());
  FLORIN_CHECK(context != nullptr);
  EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  FLORIN_CHECK(EVP_CipherInit_ex2(context.get(), cipherFor(kek), kek.expose().data(), nullptr,
                                  static_cast<int>(direction), nullptr) == 1);
  return context;
}

}  // namespace

Bytes kwpWrap(const SecretBytes& kek, const SecretBytes& key) {
  FLORIN_CHECK(!key.empty());
  const CipherCtxPtr context = startWrap(kek, Direction::kEncrypt);
  Bytes wrapped((key.size() + 7) / 8 * 8 + 8);
  int length = 0;
  FLORIN_CHECK(EVP_CipherUpdate(context.get(), wrapped.data(), &length, key.expose().data(),
                                checkedInt(key.size())) == 1);
  FLORIN_CHECK(static_cast<std::size_t>(length) == wrapped.size());
  return wrapped;
}

Result<SecretBytes> kwpUnwrap(const SecretBytes& kek, ByteView wrapped) {
  const ErrorQueueGuard guard;
  if (wrapped.size() < 16 || wrapped.size() % 8 != 0) {
    return Error(Code::kUnauthenticated, "not the length of a wrapped key");
  }
  const CipherCtxPtr context = startWrap(kek, Direction::kDecrypt);
  SecretBytes padded(wrapped.size());
  int length = 0;
  if (EVP_CipherUpdate(context.get(), padded.exposeMutable().data(), &length, wrapped.data(),
                       checkedInt(wrapped.size())) != 1 ||
      length <= 0) {
    return Error(Code::kUnauthenticated, "wrapped key does not verify");
  }
  return SecretBytes::copyOf(padded.expose().first(static_cast<std::size_t>(length)));
}

}  // namespace florin::crypto
