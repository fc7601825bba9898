// emv/expiry.h for the rooms that see the TSP and not EMV.
#pragma once

#include "emv/expiry.h"

namespace florin::tsp {

using emv::isExpired;

}  // namespace florin::tsp
