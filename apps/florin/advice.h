// Advice: what a person can do about each error of the documented contract.
#pragma once

#include <string_view>

#include "common/failure.h"
#include "florin/error.h"

namespace florin::apps {

// Advice is the exit status of an error and one line: what happened, then what to do next.
struct Advice {
  Exit exit = Exit::kInternal;
  std::string_view text;  // empty: there is none for this code, which advice_test finds
};

// adviceOn prefers the CPS code to the SDK code where several share one.
Advice adviceOn(const ProvisioningServiceError& error);
Advice adviceOn(const MobileGatewayError& error);

// adviceOnProblem: of a refusal of the APIs for issuers and operators. `type` is the end of its
// urn:florin:problem:..., empty when it has none.
Advice adviceOnProblem(int httpStatus, std::string_view type);

}  // namespace florin::apps
