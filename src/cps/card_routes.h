// Routes for the life cycle of cards (docs/issuer-api.md): an issuer's own cards under /issuer, all
// cards under /admin. JSON, bearer token, problem+json.
#pragma once

#include <vector>

#include "cps/card_renewal.h"
#include "ports/http.h"

namespace florin::cps {

// makeCardRoutes borrows all.
std::vector<ports::Route> makeCardRoutes(Backend& backend, CardLifeCycle& cards,
                                         CardRenewal& renewal);

}  // namespace florin::cps
