// backOff says how long to wait after so many attempts: it doubles from `first` to `last`, and half
// of it is random, so that what failed together does not come back together.
#pragma once

#include <algorithm>

#include "base/bytes.h"
#include "base/random.h"
#include "base/time.h"

namespace florin::notify {

inline base::Duration backOff(base::Random& random, std::uint32_t attempts, base::Duration first,
                              base::Duration last) {
  base::Duration delay = first;
  for (std::uint32_t i = 1; i < attempts && delay < last; ++i) delay *= 2;
  delay = std::min(delay, last);
  const auto part = static_cast<std::int64_t>(base::readBigEndian(random.bytes(2)));
  return delay / 2 + base::Duration(delay.count() * part / 0x20000);
}

}  // namespace florin::notify
