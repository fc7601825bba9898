// SeededRandom gives the same bytes for the same seed: SHA-256 over seed and counter. For tests and
// simulations only. Thread-safe.
#pragma once

#include <mutex>

#include "base/random.h"

namespace florin::fakes {

class SeededRandom : public base::Random {
 public:
  explicit SeededRandom(std::uint64_t seed = 1) : seed_(seed) {}

  void fill(std::span<std::uint8_t> out) override;

  // below gives a number from 0 to bound - 1; bound is at least 1.
  std::uint64_t below(std::uint64_t bound);

 private:
  const std::uint64_t seed_;
  std::mutex mutex_;
  std::uint64_t counter_ = 0;
};

}  // namespace florin::fakes
