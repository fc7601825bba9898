// Refusals of the server itself, each in the form of the API that the request's path belongs to.
#pragma once

#include "base/time.h"
#include "http/refusal.h"

namespace florin::apps {

// makeRefusalWriter: the APIs of issuers, acquirers and operators, and what belongs to no API, get
// problem+json (docs/openapi.json), /gateway/ an MG code, all else a CPS code (docs/protocol.md,
// 2.2). `clock` must outlive the writer.
http::RefusalWriter makeRefusalWriter(base::Clock& clock);

}  // namespace florin::apps
