// Expiry dates of cards and certificates: MMYY, of this century, good through the last day of the
// month, UTC.
#pragma once

#include <string_view>

#include "base/time.h"

namespace florin::emv {

// isExpiry: four digits, of a month from 01 to 12.
bool isExpiry(std::string_view mmyy);

// isExpired: text that is no expiry is a programmer's error.
bool isExpired(std::string_view mmyy, base::Time now);

}  // namespace florin::emv
