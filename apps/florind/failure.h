// Failure ends a command: one line that says what happened and what to do, and an exit status of
// its class (D14).
#pragma once

#include <optional>
#include <string>

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
};

struct Failure {
  Exit exit = Exit::kInternal;
  std::string text;
};

// An Outcome is nothing, or why the command failed.
using Outcome = std::optional<Failure>;

inline std::string describe(const Error& error) {
  std::string text(error.text());
  if (error.detail() != 0) text += " (" + std::to_string(error.detail()) + ")";
  return text;
}

}  // namespace florin::apps
