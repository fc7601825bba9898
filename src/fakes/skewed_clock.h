// SkewedClock is a clock that somebody may put forward or back: what waits on an executor does not
// notice, since that waits by the clock below.
#pragma once

#include <atomic>

#include "base/time.h"

namespace florin::fakes {

class SkewedClock : public base::Clock {
 public:
  explicit SkewedClock(base::Clock& truth) : truth_(truth) {}

  base::Time now() override { return truth_.now() + base::Duration(ahead_); }
  void jump(base::Duration by) { ahead_ += by.count(); }

 private:
  base::Clock& truth_;
  std::atomic<std::int64_t> ahead_ = 0;
};

}  // namespace florin::fakes
