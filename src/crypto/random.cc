#include "crypto/random.h"

#include <openssl/rand.h>

#include "crypto/openssl_handles.h"

namespace florin::crypto {

void OsRandom::fill(std::span<std::uint8_t> out) {
  if (out.empty()) return;
  FLORIN_CHECK(RAND_bytes(out.data(), checkedInt(out.size())) == 1);
}

}  // namespace florin::crypto
