// The operating system's randomness. It is asked each time: what is not kept in the process cannot
// be copied with it, and small requests cost a fifth of those to OpenSSL's own generator.
#pragma once

#include "base/random.h"

namespace florin::crypto {

// OsRandom is the Random of production. A generator that fails ends the process. Thread-safe.
class OsRandom : public base::Random {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

}  // namespace florin::crypto
