// What an issuer's webhook answers to "card.check_eligibility" and "card.decide"
// (docs/issuer-api.md).
#pragma once

#include "florin/bytes.h"
#include "florin/result.h"
#include "ports/issuers.h"

namespace florin::issuers {

// decodeIssuerDecision takes {"decision": "green"}, "red", or "yellow" with 1 to
// limits::kIdvMethods "methods". kMalformed.
Result<ports::DecisionAnswer> decodeIssuerDecision(const SecretBytes& json);

// decodeIssuerEligibility takes {"eligible": true} or false. kMalformed.
Result<bool> decodeIssuerEligibility(const SecretBytes& json);

}  // namespace florin::issuers
