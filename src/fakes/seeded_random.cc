#include "fakes/seeded_random.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/check.h"
#include "crypto/hash.h"

namespace florin::fakes {

void SeededRandom::fill(std::span<std::uint8_t> out) {
  const std::lock_guard lock(mutex_);
  while (!out.empty()) {
    const auto block =
        crypto::sha256(base::concat(base::bigEndian(seed_), base::bigEndian(counter_++)));
    const std::size_t count = std::min(out.size(), block.size());
    std::copy_n(block.begin(), count, out.begin());
    out = out.subspan(count);
  }
}

std::uint64_t SeededRandom::below(std::uint64_t bound) {
  FLORIN_CHECK(bound > 0);
  return base::readBigEndian(bytes(sizeof(std::uint64_t))) % bound;
}

}  // namespace florin::fakes
