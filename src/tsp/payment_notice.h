// A payment, or its reversal, is told to the card's issuer (docs/issuer-api.md).
#pragma once

#include "tsp/tokens.h"

namespace florin::tsp {

// noticePayment writes the notice in the caller's unit, with what it tells of. Nothing when the
// issuer does not want it, or no device has claimed the card.
Status noticePayment(Tsp& tsp, ports::Unit& unit, const records::Token& token,
                     const records::Authorization& payment);

}  // namespace florin::tsp
