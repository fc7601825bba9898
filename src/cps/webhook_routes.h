// The operator's routes about the notices that wait for issuers (docs/operations.md).
#pragma once

#include "cps/backend.h"
#include "ports/http.h"

namespace florin::cps {

// makeWebhookRoutes borrows the backend.
std::vector<ports::Route> makeWebhookRoutes(Backend& backend);

}  // namespace florin::cps
