// A payment that was booked is told to the card's device, by push (TNS): its wallet asks for the
// history then.
#pragma once

#include "tsp/tokens.h"

namespace florin::tsp {

// pushPayment writes the push in the caller's unit, with what it tells of. Nothing when no push
// service is configured, or the token is on no device that has a push token.
Status pushPayment(Tsp& tsp, ports::Unit& unit, const records::Token& token);

}  // namespace florin::tsp
