// Routes of the APIs for issuers and operators (docs/issuer-api.md, docs/operations.md): a bearer
// token, the work, and a problem document for whatever goes wrong.
#pragma once

#include <functional>
#include <optional>

#include "cps/backend.h"
#include "ports/http.h"

namespace florin::cps {

struct Problem {
  int status = 500;
  Literal type;
  Literal title;
};

struct ApiRoute {
  std::string method;
  std::string path;
  records::ApiScope scope = records::ApiScope::kOperator;
  // work gives the body of the answer, JSON. The token is one of the scope.
  std::function<Result<Bytes>(const ports::HttpRequest&, const records::ApiToken&)> work;
  // explain gives what an error of `work` means on this route; none: what it means everywhere.
  std::function<std::optional<Problem>(const Error&)> explain;
};

// makeRoute borrows the backend.
ports::Route makeRoute(Backend& backend, ApiRoute route);

}  // namespace florin::cps
