// Expiry dates of cards and tokens, as they are embossed: MMYY, of this century.
#pragma once

#include <string_view>

#include "base/time.h"

namespace florin::tsp {

// isExpired: a card is good through the last day of its month, UTC. `mmyy` is four digits of a
// month from 01 to 12; the decoders of card data and cryptograms see to it.
bool isExpired(std::string_view mmyy, base::Time now);

}  // namespace florin::tsp
