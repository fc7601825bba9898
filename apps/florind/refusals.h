// Refusals of the server itself, each in the form of the API that the request's path belongs to.
#pragma once

#include "base/time.h"
#include "http/refusal.h"

namespace florin::apps {

// makeRefusalWriter: /gateway/ gets an MG code, /cps/ and a head that could not be read a CPS code
// (docs/protocol.md, 2.2), all else problem+json. `clock` must outlive the writer.
http::RefusalWriter makeRefusalWriter(base::Clock& clock);

}  // namespace florin::apps
