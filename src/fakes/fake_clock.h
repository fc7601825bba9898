// FakeClock stands still until it is told to move. Thread-safe.
#pragma once

#include <atomic>

#include "base/time.h"

namespace florin::fakes {

class FakeClock : public base::Clock {
 public:
  // 2026-01-01 00:00:00 UTC, so that expiry dates of tests stay in the future.
  static constexpr base::Time kStart = base::fromMs(1'767'225'600'000);

  explicit FakeClock(base::Time start = kStart) : now_(base::toMs(start)) {}

  base::Time now() override { return base::fromMs(now_); }
  void set(base::Time time) { now_ = base::toMs(time); }
  void advance(base::Duration by) { now_ += by.count(); }

 private:
  std::atomic<std::int64_t> now_;
};

}  // namespace florin::fakes
