// Answer is a value that a listener gives on the wallet's thread and a command waits for.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>

#include "bounds.h"
#include "interrupts.h"

namespace florin::apps {

template <class T>
class Answer {
 public:
  // give: the first value counts.
  void give(T value) {
    const std::lock_guard lock(mutex_);
    if (!value_ && !taken_) value_ = std::move(value);
    came_.notify_all();
  }

  // take waits for the value, at most bounds::kConversation, and calls `waiting` now and then.
  // `interrupts` may be null.
  Outcome<T> take(Interrupts* interrupts, const std::function<void()>& waiting = {}) {
    const auto end = std::chrono::steady_clock::now() + bounds::kConversation;
    std::unique_lock lock(mutex_);
    while (!value_) {
      if (interrupts != nullptr && interrupts->pending()) return Interrupts::failure();
      if (std::chrono::steady_clock::now() > end) {
        return Failure{Exit::kUnreachable, "the backend did not finish in time: try again"};
      }
      if (waiting) waiting();
      came_.wait_for(lock, bounds::kPoll);
    }
    taken_ = true;
    T value = std::move(*value_);
    value_.reset();
    return value;
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::optional<T> value_;
  bool taken_ = false;
};

}  // namespace florin::apps
