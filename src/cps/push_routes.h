// The operator's look at the outbox of pushes (docs/operations.md).
#pragma once

#include <vector>

#include "cps/backend.h"
#include "ports/http.h"

namespace florin::cps {

std::vector<ports::Route> makePushRoutes(Backend& backend);

}  // namespace florin::cps
