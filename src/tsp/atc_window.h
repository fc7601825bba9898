// The window of accepted ATCs of a card with limited-use keys (D8): payments may come out of order,
// each ATC once.
#pragma once

#include "records/limited_keys.h"

namespace florin::tsp {

inline constexpr std::uint32_t kAtcWindow = 64;  // bits of records::AtcWindow::accepted

// advance moves the window's upper end to `highest`, if that is further; those between were not
// accepted.
void advance(records::AtcWindow& window, std::uint32_t highest);

// Which ATCs may come, from the window's upper end.
struct AtcReach {
  std::uint32_t ahead = 0;   // payments that did not come may have used so many
  std::uint32_t behind = 0;  // late ones
};

enum class AtcVerdict : std::uint8_t { kAccepted, kUsed, kTooLate, kTooFarAhead };

// accept takes a running ATC into the window; another verdict than kAccepted leaves it as it is.
AtcVerdict accept(records::AtcWindow& window, std::uint32_t atc, const AtcReach& reach);

}  // namespace florin::tsp
