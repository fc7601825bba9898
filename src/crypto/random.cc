#include "crypto/random.h"

#include <unistd.h>

#include <algorithm>

#include "base/check.h"

namespace florin::crypto {

void OsRandom::fill(std::span<std::uint8_t> out) {
  constexpr std::size_t kMost = 256;  // of one call of getentropy
  for (std::size_t done = 0; done < out.size();) {
    const auto part = out.subspan(done, std::min(kMost, out.size() - done));
    FLORIN_CHECK(::getentropy(part.data(), part.size()) == 0);
    done += part.size();
  }
}

}  // namespace florin::crypto
