// The operator's routes for looking: cards, the timeline of a digitization (docs/operations.md).
#pragma once

#include "cps/backend.h"
#include "ports/http.h"
#include "tsp/catalog.h"

namespace florin::cps {

// makeSearchRoutes borrows both.
std::vector<ports::Route> makeSearchRoutes(Backend& backend, const tsp::Catalog& catalog);

}  // namespace florin::cps
