#include "crypto/equal.h"

#include <openssl/crypto.h>

namespace florin::crypto {

bool equal(ByteView a, ByteView b) {
  if (a.size() != b.size()) return false;
  return a.empty() || CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace florin::crypto
