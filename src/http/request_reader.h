// Internal to this room: HTTP/1.1 requests out of a stream of bytes. No I/O and no clock, so that
// tests can cut the stream anywhere.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "florin/result.h"
#include "ports/http.h"

namespace florin::http {

// RequestReader reads one request after the other (RFC 9112). Beside what its parser refuses, it
// refuses what two servers in a row could read in two ways:
// - a version other than 1.1, a target that is not in origin form;
// - no Host or two of them, or one with other characters than a host and a port have;
// - a header that goes on in the next line;
// - Content-Length twice or beside Transfer-Encoding, a Transfer-Encoding other than `chunked`.
// Not thread-safe.
class RequestReader {
 public:
  explicit RequestReader(std::size_t maxHeader);
  ~RequestReader();
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  // feed adds bytes that were read. It keeps them until the request that they belong to is read.
  void feed(ByteView bytes);

  // untouched tells that nothing of the next request has come yet.
  [[nodiscard]] bool untouched() const;

  // readHead: true when the head is whole, false when more bytes are needed. kTooLarge: the head
  // exceeds maxHeader. kMalformed: it is refused.
  Result<bool> readHead();

  // readBody, after readHead gave true: the same for the body. kTooLarge as soon as it is known to
  // exceed maxBody, which may be before any of it was read.
  Result<bool> readBody(std::size_t maxBody);

  // head gives the request without its body. Before readHead gave true it may be empty or a part.
  [[nodiscard]] const ports::HttpRequest& head() const { return request_; }

  // wantsContinue: the client waits for "100 Continue" before it sends the body.
  [[nodiscard]] bool wantsContinue() const;

  // keepAlive: the client did not ask to close.
  [[nodiscard]] bool keepAlive() const;

  // take gives the whole request after readBody gave true, and begins with the next one.
  ports::HttpRequest take();

 private:
  struct Parser;
  Result<bool> advance(bool headOnly);
  Status checkHead();

  const std::size_t maxHeader_;
  Bytes buffer_;
  std::unique_ptr<Parser> parser_;
  bool bodyBegun_ = false;
  ports::HttpRequest request_;
};

}  // namespace florin::http
