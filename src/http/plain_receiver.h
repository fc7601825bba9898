// PlainReceiver takes requests of this machine without TLS: what a wallet under development listens
// with for the pushes of a backend beside it, and a sample issuer for its questions. The backend's
// own routes are served by Server.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "ports/http.h"

namespace florin::http {

class PlainReceiver {
 public:
  // Take answers with a status and, if wanted, JSON. It runs on the receiver's thread, one call at
  // a time, and must not throw.
  using Take = std::function<ports::HttpResponse(const ports::HttpRequest&)>;

  // start listens on 127.0.0.1; port 0: any free one. Of a request the body is at most
  // limits::kJsonBody and all of it must come within limits::kHttpBodyDeadline; a connection serves
  // one request, and limits::kPlainConnections are open at a time. Errors as Server::start.
  static Result<std::unique_ptr<PlainReceiver>> start(std::uint16_t port, Take take);

  // The destructor stops; `take` is not called after it.
  virtual ~PlainReceiver() = default;

  [[nodiscard]] virtual std::uint16_t port() const = 0;
};

}  // namespace florin::http
