// Refusals: the answers that the server gives by itself, without a handler.
#pragma once

#include <chrono>
#include <functional>

#include "ports/http.h"

namespace florin::http {

// Refusal is its HTTP status.
enum class Refusal : std::uint16_t {
  kMalformed = 400,
  kNotFound = 404,
  kMethodNotAllowed = 405,
  kTooSlow = 408,
  kBodyTooLarge = 413,
  kUnsupportedMediaType = 415,
  kMisdirected = 421,  // Host names another server
  kTooManyRequests = 429,
  kHeaderTooLarge = 431,
  kInternal = 500,
  kBusy = 503,
};

// RefusalWriter gives content type and body of a refusal, in the form of the API that the request's
// path belongs to; status and headers are this room's. The last argument is what Retry-After says,
// where a repetition may succeed. It does not throw and is called from several threads at once.
using RefusalWriter = std::function<ports::HttpResponse(const ports::HttpRequest&, Refusal,
                                                        std::chrono::seconds retryAfter)>;

}  // namespace florin::http
