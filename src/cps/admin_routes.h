// Routes of the operator for devices (D11): JSON, bearer token of scope operator, problem+json.
#pragma once

#include <vector>

#include "cps/devices.h"
#include "ports/http.h"

namespace florin::cps {

// makeAdminRoutes borrows all of them.
std::vector<ports::Route> makeAdminRoutes(Backend& backend, Devices& devices, CardLifeCycle& cards);

}  // namespace florin::cps
