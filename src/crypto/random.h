// The operating system's randomness, by way of OpenSSL's generator.
#pragma once

#include "base/random.h"

namespace florin::crypto {

// OsRandom is the Random of production. A generator that fails ends the process. Thread-safe.
class OsRandom : public base::Random {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

}  // namespace florin::crypto
