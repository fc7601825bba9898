// Suspenders of a card or of a device are a set (bits of records::Suspender): it is suspended while
// the set is not empty, and who suspended must resume. An operator takes the system out, too.
#pragma once

#include <optional>

#include "records/tokens.h"

namespace florin::tsp {

constexpr std::uint8_t bit(records::Suspender who) { return static_cast<std::uint8_t>(who); }

constexpr std::uint8_t withSuspender(std::uint8_t suspenders, records::Suspender who) {
  return suspenders | bit(who);
}

// withoutSuspender gives who is left after a resume by `who`, or nothing when only others have
// suspended. `systemStays`: an operator does not take the system out this time.
constexpr std::optional<std::uint8_t> withoutSuspender(std::uint8_t suspenders,
                                                       records::Suspender who,
                                                       bool systemStays = false) {
  std::uint8_t may = bit(who);
  if (who == records::Suspender::kOperator && !systemStays) may |= bit(records::Suspender::kSystem);
  if (suspenders != 0 && (suspenders & may) == 0) return std::nullopt;
  return static_cast<std::uint8_t>(suspenders & ~may);
}

}  // namespace florin::tsp
