#include "crypto/aes.h"

#include "base/check.h"
#include "crypto/block_cipher.h"

namespace florin::crypto {
namespace {

void encrypt(const SecretBytes& key, ByteView blocks, std::span<std::uint8_t> out) {
  static const CipherPtr cipher128 = fetchCipher("AES-128-ECB");
  static const CipherPtr cipher256 = fetchCipher("AES-256-ECB");
  FLORIN_CHECK(key.size() == 16 || key.size() == 32);
  const CipherPtr& cipher = key.size() == 16 ? cipher128 : cipher256;
  runBlocks(cipher.get(), key.expose(), {}, Direction::kEncrypt, blocks, out);
}

}  // namespace

SecretBytes aesEcbEncrypt(const SecretBytes& key, ByteView blocks) {
  SecretBytes out(blocks.size());
  encrypt(key, blocks, out.exposeMutable());
  return out;
}

std::array<std::uint8_t, 16> aesEncryptBlock(const SecretBytes& key, ByteView block) {
  std::array<std::uint8_t, 16> out{};
  FLORIN_CHECK(block.size() == out.size());
  encrypt(key, block, out);
  return out;
}

}  // namespace florin::crypto
