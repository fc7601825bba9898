// The operator's routes about what is configured: programs, issuers, the wallet provider
// (docs/operations.md). They only tell: configuration stands in files, and changes with them.
#pragma once

#include <string>
#include <vector>

#include "cps/backend.h"
#include "ports/http.h"
#include "tsp/catalog.h"

namespace florin::cps {

// How an issuer decides and is told, as it is configured; nothing secret.
struct IssuerFacts {
  base::TenantId issuer;
  std::string decision;     // "green", "yellow", "red", "ask"
  std::string whenSilent;   // of "ask"; else empty
  std::string webhookHost;  // "https://issuer.example:8443"; a path may be a secret of its own
  std::vector<std::string> notify;
};

// makeConfigurationRoutes borrows all.
std::vector<ports::Route> makeConfigurationRoutes(Backend& backend, const tsp::Catalog& catalog,
                                                  const std::vector<IssuerFacts>& issuers);

}  // namespace florin::cps
