// Routes of the TSP for acquirers: POST /tsp/v1/authorizations with a bearer token and an
// Idempotency-Key.
#pragma once

#include <vector>

#include "ports/http.h"
#include "tsp/authorizations.h"
#include "tsp/reversals.h"

namespace florin::tsp {

// requireToken finds the API token of an Authorization header, and tells the request's gate of it.
// kUnauthenticated: none, unknown, revoked, of another scope (an operator's serves kMetrics), or
// without its issuer's certificate; kUnavailable: it is used too often.
Result<records::ApiToken> requireToken(ports::Store& store, const ports::HttpRequest& request,
                                       records::ApiScope scope);

// problem makes an RFC 9457 body. `type` is a name of docs/openapi.json, which `help` leads to; 401
// says that a bearer token is asked for.
ports::HttpResponse problem(int status, Literal type, Literal title,
                            const ports::HttpRequest& request);

std::vector<ports::Route> makeRoutes(Tsp& tsp, Authorizations& authorizations,
                                     Reversals& reversals);

}  // namespace florin::tsp
