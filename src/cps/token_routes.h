// The routes of API tokens (docs/operations.md): JSON, bearer token of scope operator.
#pragma once

#include <vector>

#include "cps/api_tokens.h"
#include "ports/http.h"

namespace florin::cps {

// makeTokenRoutes borrows.
std::vector<ports::Route> makeTokenRoutes(Backend& backend, ApiTokens& tokens);

}  // namespace florin::cps
