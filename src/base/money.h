// Money: an amount in minor units of an ISO 4217 currency. 12.50 EUR is {1250, 978}.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "florin/result.h"

namespace florin::base {

struct Money {
  std::int64_t minorUnits = 0;
  std::uint16_t currency = 0;  // ISO 4217 numeric
  friend bool operator==(const Money&, const Money&) = default;
};

// parseMoney reads "12.50" and "EUR": as many decimals as the currency has at most, no sign, at
// most 12 digits in all (EMV tag 9F02). kInvalidArgument: another form; kUnsupported: a currency
// that is not in our table.
Result<Money> parseMoney(std::string_view amount, std::string_view currency);

// formatMoney gives "12.50 EUR"; a currency that is not in our table is printed as its number,
// without decimals.
std::string formatMoney(const Money& money);

}  // namespace florin::base
