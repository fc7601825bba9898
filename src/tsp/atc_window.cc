#include "tsp/atc_window.h"

#include <algorithm>

namespace florin::tsp {

void advance(records::AtcWindow& window, std::uint32_t highest) {
  if (highest <= window.highest) return;
  const std::uint32_t by = highest - window.highest;
  window.accepted = by < kAtcWindow ? window.accepted << by : 0;
  window.highest = highest;
}

AtcVerdict accept(records::AtcWindow& window, std::uint32_t atc, const AtcReach& reach) {
  if (atc > window.highest) {
    if (atc - window.highest > reach.ahead) return AtcVerdict::kTooFarAhead;
    advance(window, atc);
  }
  const std::uint32_t back = window.highest - atc;
  if (back >= std::min(kAtcWindow, reach.behind + 1)) return AtcVerdict::kTooLate;
  const std::uint64_t bit = std::uint64_t{1} << back;
  if ((window.accepted & bit) != 0) return AtcVerdict::kUsed;
  window.accepted |= bit;
  window.lastAccepted = std::max(window.lastAccepted, atc);
  return AtcVerdict::kAccepted;
}

}  // namespace florin::tsp
