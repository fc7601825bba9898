// Chance is one stream of a run's decisions. All streams of a run come from its seed, and each part
// of the run has its own, so that a part that draws more does not change what the others see.
#pragma once

#include "base/time.h"
#include "fakes/seeded_random.h"

namespace florin::sim {

enum class Stream : std::uint64_t {
  kPlan = 1,
  kNetwork = 2,
  kDisk = 3,
  kBackend = 4,
  kTroubles = 5,
  kPush = 6,
  kDevice = 16
};

inline constexpr std::uint64_t kStreams = 1024;  // of one run, at most

// streamSeed gives the seed of the `nth` stream of its kind.
inline std::uint64_t streamSeed(std::uint64_t seed, Stream stream, std::uint64_t nth = 0) {
  return seed * kStreams + static_cast<std::uint64_t>(stream) + nth;
}

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : random_(seed) {}

  // below gives 0 to bound - 1.
  std::uint64_t below(std::uint64_t bound) { return random_.below(bound); }
  bool percent(unsigned share) { return random_.below(100) < share; }
  base::Duration between(base::Duration least, base::Duration most) {
    return least + base::Duration(static_cast<std::int64_t>(
                       random_.below(static_cast<std::uint64_t>((most - least).count()) + 1)));
  }
  fakes::SeededRandom& random() { return random_; }

 private:
  fakes::SeededRandom random_;
};

}  // namespace florin::sim
