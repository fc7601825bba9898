#include "crypto/aes.h"

#include "crypto/block_cipher.h"

namespace florin::crypto {

SecretBytes aes256EcbEncrypt(const SecretBytes& key, ByteView blocks) {
  static const CipherPtr cipher = fetchCipher("AES-256-ECB");
  SecretBytes out(blocks.size());
  runBlocks(cipher.get(), key.expose(), {}, Direction::kEncrypt, blocks, out.exposeMutable());
  return out;
}

}  // namespace florin::crypto
