#include "crypto/equal.h"

#include <openssl/crypto.h>

namespace florin::crypto {

bool equal(ByteView a, ByteView b) {
  if (a.size() != b.size()) return false;
  return a.empty() || CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool equalSecrets(const SecretBytes& a, const SecretBytes& b) {
  return equal(a.expose(), b.expose());
}

}  // namespace florin::crypto
