// Transport carries requests to the backend. It knows nothing of their meaning: confidentiality
// does not rest on it, since the channel of docs/protocol.md is inside. The default is libcurl with
// the backend's certificate authority pinned.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "florin/bytes.h"
#include "florin/result.h"
#include "florin/version.h"

namespace florin {

struct TransportRequest {
  std::string method;  // "GET" or "POST"
  std::string path;    // from the root, for example "/cps/v1/exchange"
  std::vector<std::pair<std::string, std::string>> headers;
  Bytes body;
};

struct TransportResponse {
  int status = 0;                                            // HTTP status
  std::vector<std::pair<std::string, std::string>> headers;  // names in lowercase
  Bytes body;
};

class FLORIN_EXPORT Transport {
 public:
  virtual ~Transport() = default;
  using Done = std::function<void(Result<TransportResponse>)>;

  // send sends one request and calls `done` exactly once, on any thread, also after the deadline.
  // kUnavailable: there is no connection; kDeadline: it may or may not have arrived;
  // kUnauthenticated: the server's certificate is not the pinned one; kTooLarge: the response
  // exceeds the limit. A redirect is a response like any other.
  virtual void send(TransportRequest request, std::chrono::milliseconds deadline, Done done) = 0;
};

}  // namespace florin
