// CpsStatus: the CPS's answers as wallet-api 6 lists them, from the one table status.def.
#pragma once

#include <optional>

#include "florin/error.h"
#include "florin/result.h"

namespace florin::messages {

enum class CpsStatus : std::uint16_t {
#define FLORIN_CPS(name, code, http, sdk, retryable) name = code,
#include "messages/status.def"
#undef FLORIN_CPS
};

struct CpsStatusFacts {
  CpsStatus status;
  int httpStatus;
  ProvisioningServiceErrorCode sdkCode;
  bool retryable;
};

// factsOf gives the row of a status.
const CpsStatusFacts& factsOf(CpsStatus status);

// cpsStatusFrom reads a number from outside: nothing for one that is not in the table.
std::optional<CpsStatus> cpsStatusFrom(std::int64_t code);

// refusal makes the Error that carries a status from where it is decided to where it is answered:
// Code::kRefused with the number as detail. statusOf reads it back: nothing when the error is not a
// refusal.
Error refusal(CpsStatus status, Literal text);
std::optional<CpsStatus> statusOf(const Error& error);

}  // namespace florin::messages
