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

// ProvenClient is who a request proved to be of. `id` names the credential, a token's hash or a
// wallet's id; `tenant` is whom an issuer's token belongs to, and empty for everything else.
struct ProvenClient {
  enum class Kind : std::uint8_t { kWallet, kToken };
  Kind kind = Kind::kToken;
  ByteView id;
  std::string issuer = {};
};

// ClientGate is told what came of a request's credentials, by whoever checks them.
class ClientGate {
 public:
  virtual ~ClientGate() = default;

  // proved counts a request of the client. kUnavailable: it has had its share, and the server
  // answers 429 whatever the handler makes of this; kUnauthenticated: the client has to show a
  // certificate too, and its connection has none of its own.
  virtual Status proved(const ProvenClient& client) = 0;

  // failed: a token or a signature was there, and wrong.
  virtual void failed() = 0;
};

struct HttpRequest {
  std::string method;
  std::string path;                                          // without query
  std::string query;                                         // after '?', undecoded; may be empty
  std::vector<std::pair<std::string, std::string>> headers;  // names in lowercase
  std::vector<std::string> pathParameters;  // the `{}` segments of the route, in order
  Bytes body;
  base::CorrelationId
      correlationId;           // from X-Correlation-Id when well-formed, else made by the server
  std::string peer;            // address of the client, or of its network
  Bytes clientCertificate;     // SHA-256 of the one that the connection proved; empty: none
  ClientGate* gate = nullptr;  // null: nobody counts

  [[nodiscard]] Status proved(const ProvenClient& client) const {
    return gate == nullptr ? Status() : gate->proved(client);
  }
  void failed() const {
    if (gate != nullptr) gate->failed();
  }

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
