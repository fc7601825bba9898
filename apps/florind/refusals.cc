#include "refusals.h"

#include <algorithm>

#include "base/bytes.h"
#include "cps/answers.h"
#include "messages/gateway.h"
#include "messages/mg_status.h"
#include "messages/status.h"
#include "tsp/routes.h"

namespace florin::apps {
namespace {

using http::Refusal;
using messages::CpsStatus;

CpsStatus cpsStatusOf(Refusal refusal) {
  switch (refusal) {
    case Refusal::kMalformed:
    case Refusal::kNotFound:
    case Refusal::kMethodNotAllowed:
    case Refusal::kUnsupportedMediaType:
    case Refusal::kMisdirected: return CpsStatus::kMalformedRequest;
    case Refusal::kBodyTooLarge:
    case Refusal::kHeaderTooLarge: return CpsStatus::kTooLarge;
    case Refusal::kTooSlow:
    case Refusal::kTooManyRequests:
    case Refusal::kBusy: return CpsStatus::kBusy;
    case Refusal::kInternal: return CpsStatus::kSystem;
  }
  return CpsStatus::kSystem;
}

MGErrorCode mgCodeOf(Refusal refusal) {
  return messages::factsOf(cpsStatusOf(refusal)).retryable
             ? MGErrorCode::SERVER_ERROR
             : MGErrorCode::MISSING_REQUIRED_PARAMETER;
}

ports::HttpResponse problemOf(Refusal refusal, const ports::HttpRequest& request) {
  const int status = static_cast<int>(refusal);
  switch (refusal) {
    case Refusal::kNotFound:
      return tsp::problem(status, "not-found", "there is nothing at this path", request);
    case Refusal::kMethodNotAllowed:
      return tsp::problem(status, "method-not-allowed", "another method is needed", request);
    case Refusal::kUnsupportedMediaType:
      return tsp::problem(status, "unsupported-media-type", "another Content-Type is needed",
                          request);
    case Refusal::kMisdirected:
      return tsp::problem(status, "misdirected", "Host names another server", request);
    case Refusal::kTooSlow:
      return tsp::problem(status, "too-slow", "the request came too slowly", request);
    case Refusal::kBodyTooLarge:
    case Refusal::kHeaderTooLarge:
      return tsp::problem(status, "too-large", "the request is too large", request);
    case Refusal::kTooManyRequests:
      return tsp::problem(status, "too-many-requests", "send fewer requests", request);
    case Refusal::kBusy: return tsp::problem(status, "unavailable", "try again later", request);
    case Refusal::kInternal:
      return tsp::problem(status, "internal", "a fault of the server", request);
    case Refusal::kMalformed: break;
  }
  return tsp::problem(status, "malformed", "the request does not have its documented form",
                      request);
}

// Whose refusals are problem+json; a wallet's are not.
bool isOfProblems(std::string_view path) {
  static constexpr std::string_view kRoots[] = {"/tsp/",   "/issuer/", "/admin/",       "/healthz",
                                                "/readyz", "/metrics", "/openapi.json", "/docs"};
  return std::ranges::any_of(kRoots, [&](std::string_view root) { return path.starts_with(root); });
}

}  // namespace

http::RefusalWriter makeRefusalWriter(base::Clock& clock) {
  return [&clock](const ports::HttpRequest& request, Refusal refusal,
                  std::chrono::milliseconds retryAfter) {
    if (isOfProblems(request.path)) return problemOf(refusal, request);
    const bool gateway = request.path.starts_with("/gateway/");
    const CpsStatus status = cpsStatusOf(refusal);
    messages::ErrorBody body;
    body.code =
        gateway ? static_cast<std::int64_t>(mgCodeOf(refusal)) : static_cast<std::int64_t>(status);
    body.retryAfterMs = messages::factsOf(status).retryable ? retryAfter.count() : 0;
    body.serverTime = clock.now();
    body.correlationId = request.correlationId;
    return cps::answer(cps::kJson, base::toBytes(base::asBytes(messages::encodeErrorBody(body))));
  };
}

}  // namespace florin::apps
