// The contactless directory (PPSE; EMV Contactless Book B, 3.3).
#pragma once

#include <span>

#include "card/card_session.h"

namespace florin::card {

// encodeDirectory gives the FCI that names the active cards by AID and kernel, each AID once, in
// their order as priorities 1 to 15; those that do not fit one answer are left out. Empty when no
// card is active.
Bytes encodeDirectory(std::span<const EmulatedCard> cards);

}  // namespace florin::card
