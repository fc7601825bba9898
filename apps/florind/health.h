// Health: GET /healthz and GET /readyz, for who runs florind (docs/operations.md).
#pragma once

#include <vector>

#include "services.h"

namespace florin::apps {

// compareCheckValues holds custody to the key check values that the store was first opened with
// (D9). kCorrupted: it is another custody, which would find every sealed row unreadable.
Status compareCheckValues(ports::Store& store, ports::KeyCustody& custody);

// remembersKey tells whether the store was ever opened with a key of this name.
Result<bool> remembersKey(ports::Store& store, const std::string& name);

// makeHealthRoutes: /healthz is 200 as long as the process answers. /readyz is 200 when the store
// takes a write and custody has the store's keys, else 503 and the log says why. The answer holds
// for a second, so that asking often costs no disk.
std::vector<ports::Route> makeHealthRoutes(const Foundations& foundations);

}  // namespace florin::apps
