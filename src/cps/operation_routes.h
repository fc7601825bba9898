// Routes of the operator for operations (docs/operations.md): what a device was told, what it could
// not apply, and what becomes of that. JSON, bearer token of scope operator, problem+json.
#pragma once

#include <vector>

#include "cps/parked_operations.h"
#include "ports/http.h"

namespace florin::cps {

// makeOperationRoutes borrows both.
std::vector<ports::Route> makeOperationRoutes(Backend& backend, ParkedOperations& operations);

}  // namespace florin::cps
