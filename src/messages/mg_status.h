// MGErrorCode on the wire: what the gateway answers (wallet-api 6), from the one table
// mg_status.def.
#pragma once

#include <optional>

#include "florin/error.h"
#include "florin/result.h"

namespace florin::messages {

struct MgStatusFacts {
  MGErrorCode code;
  int httpStatus;  // 0: never answered, the SDK's own
  bool retryable;
};

// factsOf gives the row of a code.
const MgStatusFacts& factsOf(MGErrorCode code);

// mgErrorCodeFrom reads a number from outside: nothing for one that is not in the table.
std::optional<MGErrorCode> mgErrorCodeFrom(std::int64_t code);

// mgRefusal and mgErrorOf are refusal and statusOf (status.h) for the gateway. The two tables share
// no number but 0, so an error of one is never read as one of the other.
Error mgRefusal(MGErrorCode code, Literal text);
std::optional<MGErrorCode> mgErrorOf(const Error& error);

}  // namespace florin::messages
