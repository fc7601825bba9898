// Routes for issuers that hand cards to wallets out of their own applications (docs/issuer-api.md):
// the key that cards are enveloped for, and push sessions.
#pragma once

#include <vector>

#include "gateway/captures.h"
#include "ports/http.h"

namespace florin::gateway {

// makePushSessionRoutes borrows both.
std::vector<ports::Route> makePushSessionRoutes(cps::Backend& backend, Captures& captures);

}  // namespace florin::gateway
