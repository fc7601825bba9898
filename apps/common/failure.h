// Failure ends a command: one line that says what happened and what to do next, and an exit status
// of its class (D14). Outcome<T> is a value or a Failure; FLORIN_TRY works on it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "florin/result.h"

namespace florin::apps {

enum class Exit : int {
  kOk = 0,
  kUsage = 2,
  kInput = 3,
  kUnreachable = 4,
  kRefused = 5,
  kLocalState = 6,
  kInternal = 7,
  kInterrupted = 130,  // as a shell shows a program that Ctrl-C ended
};

struct Failure {
  Exit exit = Exit::kInternal;
  std::string text;          // carries no secret
  std::string name = "";     // the documented error code, where there is one
  std::string support = "";  // correlation id
  std::optional<std::uint32_t> remainingTries = {};
  std::string lockReason = "";  // the documented name; empty: none was given
};

inline std::string describe(const Error& error) {
  std::string text(error.text());
  if (error.detail() != 0) text += " (" + std::to_string(error.detail()) + ")";
  return text;
}

template <class T>
class [[nodiscard]] Outcome {
 public:
  Outcome(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Outcome(Failure failure) : state_(std::in_place_index<1>, std::move(failure)) {}

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  [[nodiscard]] T& value() & { return std::get<0>(state_); }
  [[nodiscard]] const T& value() const& { return std::get<0>(state_); }
  [[nodiscard]] T&& value() && { return std::get<0>(std::move(state_)); }
  [[nodiscard]] const Failure& error() const { return std::get<1>(state_); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  std::variant<T, Failure> state_;
};

template <>
class [[nodiscard]] Outcome<void> {
 public:
  Outcome() = default;
  Outcome(Failure failure) : failure_(std::move(failure)) {}
  [[nodiscard]] bool ok() const { return !failure_.has_value(); }
  [[nodiscard]] const Failure& error() const { return *failure_; }

 private:
  std::optional<Failure> failure_;
};

using Done = Outcome<void>;

}  // namespace florin::apps
