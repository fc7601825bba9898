// Time: the moment something happened, in milliseconds of UTC since 1970. Clock is an argument;
// nothing else tells the time.
#pragma once

#include <chrono>
#include <cstdint>

namespace florin::base {

using Duration = std::chrono::milliseconds;
using Time = std::chrono::sys_time<Duration>;

// Milliseconds since 1970, for storage and messages.
constexpr std::int64_t toMs(Time time) { return time.time_since_epoch().count(); }
constexpr Time fromMs(std::int64_t ms) { return Time(Duration(ms)); }

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() = 0;
};

}  // namespace florin::base
