// The route of the audit log (docs/operations.md): JSON, bearer token of scope operator.
#pragma once

#include <vector>

#include "cps/backend.h"
#include "ports/http.h"

namespace florin::cps {

// makeAuditRoutes borrows.
std::vector<ports::Route> makeAuditRoutes(Backend& backend);

}  // namespace florin::cps
