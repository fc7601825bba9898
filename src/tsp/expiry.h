// emv/expiry.h for the rooms that see the TSP and not EMV.
#pragma once

#include "emv/expiry.h"

namespace florin::tsp {

using emv::isExpired;
using emv::isExpiry;

}  // namespace florin::tsp
