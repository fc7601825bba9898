#include "crypto/aes.h"

#include "crypto/block_cipher.h"

namespace florin::crypto {

SecretBytes aesEcbEncrypt(const SecretBytes& key, ByteView blocks) {
  static const CipherPtr cipher128 = fetchCipher("AES-128-ECB");
  static const CipherPtr cipher256 = fetchCipher("AES-256-ECB");
  FLORIN_CHECK(key.size() == 16 || key.size() == 32);
  const CipherPtr& cipher = key.size() == 16 ? cipher128 : cipher256;
  SecretBytes out(blocks.size());
  runBlocks(cipher.get(), key.expose(), {}, Direction::kEncrypt, blocks, out.exposeMutable());
  return out;
}

}  // namespace florin::crypto
