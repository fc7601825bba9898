#include "crypto/block_cipher.h"

namespace florin::crypto {

void runBlocks(const EVP_CIPHER* cipher, ByteView key, ByteView iv, Direction direction,
               ByteView in, std::span<std::uint8_t> out) {
  const auto block = static_cast<std::size_t>(EVP_CIPHER_get_block_size(cipher));
  FLORIN_CHECK(key.size() == static_cast<std::size_t>(EVP_CIPHER_get_key_length(cipher)));
  FLORIN_CHECK(iv.size() == static_cast<std::size_t>(EVP_CIPHER_get_iv_length(cipher)));
  FLORIN_CHECK(!in.empty() && in.size() % block == 0 && out.size() == in.size());

  const CipherCtxPtr context(EVP_CIPHER_CTX_new());
  FLORIN_CHECK(context != nullptr);
  FLORIN_CHECK(EVP_CipherInit_ex2(context.get(), cipher, key.data(),
                                  iv.empty() ? nullptr : iv.data(), static_cast<int>(direction),
                                  nullptr) == 1);
  FLORIN_CHECK(EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1);
  int length = 0;
  FLORIN_CHECK(
      EVP_CipherUpdate(context.get(), out.data(), &length, in.data(), checkedInt(in.size())) == 1);
  FLORIN_CHECK(static_cast<std::size_t>(length) == in.size());
}

CipherPtr fetchCipher(const char* name) {
  CipherPtr cipher(EVP_CIPHER_fetch(nullptr, name, nullptr));
  FLORIN_CHECK(cipher != nullptr);
  return cipher;
}

}  // namespace florin::crypto
