// Internal to this room: a response as the bytes of HTTP/1.1.
#pragma once

#include <string>

#include "base/time.h"
#include "ports/http.h"

namespace florin::http {

// writeResponse gives head and body. It adds Date, Content-Length, X-Correlation-Id, Connection:
// close when asked, and the headers that tell a browser to be careful with every answer of ours
// (docs/operations.md). Of these a handler may give Cache-Control and Content-Security-Policy
// itself. A header of the handler that has a control character is left out, so that none can end
// the head early. There is no Server header.
std::string writeResponse(const ports::HttpResponse& response,
                          const base::CorrelationId& correlationId, base::Time now, bool close);

}  // namespace florin::http
