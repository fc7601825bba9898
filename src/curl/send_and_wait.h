// sendAndWait: a request for programs that have nothing else to do meanwhile.
#pragma once

#include "florin/transport.h"

namespace florin::curl {

// sendAndWait sends and blocks until the answer is there. Not from a `done` of that transport: it
// would wait for itself.
Result<TransportResponse> sendAndWait(Transport& transport, TransportRequest request,
                                      std::chrono::milliseconds deadline);

}  // namespace florin::curl
