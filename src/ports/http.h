// HTTP as the backend's rooms see it: a request is a value, a handler is one blocking call. Room
// `http` serves it; tests and the simulator call handlers directly.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::ports {

struct HttpRequest {
  std::string method;
  std::string path;                                          // without query
  std::string query;                                         // after '?', undecoded; may be empty
  std::vector<std::pair<std::string, std::string>> headers;  // names in lowercase
  std::vector<std::string> pathParameters;  // the `{}` segments of the route, in order
  Bytes body;
  base::CorrelationId
      correlationId;  // from X-Correlation-Id when well-formed, else made by the server
  std::string peer;   // address of the client

  // header gives the first header of that lowercase name, or empty.
  [[nodiscard]] std::string_view header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
      if (key == name) return value;
    }
    return {};
  }
};

struct HttpResponse {
  int status = 200;
  std::string contentType;
  std::vector<std::pair<std::string, std::string>> headers;
  Bytes body;
};

// HttpHandler answers requests from several threads at once. It never throws; a fault of its own is
// a 500.
class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  virtual HttpResponse handle(const HttpRequest& request) = 0;
};

// Route: "POST", "/cps/v1/enrollments/{}/finish". `{}` matches one segment. `maxBody` bounds the
// request's body. `contentType` is the media type that a request must have; empty: any.
struct Route {
  std::string method;
  std::string path;
  std::size_t maxBody = 0;
  std::unique_ptr<HttpHandler> handler;
  std::string contentType = {};
};

}  // namespace florin::ports
