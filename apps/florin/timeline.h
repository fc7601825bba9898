// Timeline shows who does what, and how long it took, while it happens.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "console.h"

namespace florin::apps {

class Timeline {
 public:
  explicit Timeline(Console& console);

  // did notes that a step ended now; it began where the one before ended. `key` is its name in
  // --json, with static storage.
  void did(Literal key, Literal who, const std::string& what);

  // json gives milliseconds by key, and their sum as "total".
  [[nodiscard]] codec::JsonObject json() const;
  [[nodiscard]] double total() const;

 private:
  using Clock = std::chrono::steady_clock;

  Console& console_;
  Clock::time_point began_ = Clock::now();
  Clock::time_point last_ = began_;
  std::vector<std::pair<Literal, std::int64_t>> steps_;
};

}  // namespace florin::apps
