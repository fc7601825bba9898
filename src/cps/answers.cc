#include "cps/answers.h"

#include "base/bytes.h"
#include "messages/gateway.h"

namespace florin::cps {
namespace {

using messages::CpsStatus;

constexpr std::int64_t kRetryAfterMs = 1'000;

}  // namespace

CpsStatus statusForError(const Error& error) {
  if (const auto carried = messages::statusOf(error)) return *carried;
  switch (error.code()) {
    case Code::kInvalidArgument:
    case Code::kMalformed: return CpsStatus::kMalformedRequest;
    case Code::kTooLarge: return CpsStatus::kTooLarge;
    case Code::kUnsupported: return CpsStatus::kVersionUnsupported;
    case Code::kUnauthenticated:
    case Code::kConflict: return CpsStatus::kInvalidConversation;
    case Code::kWrongState: return CpsStatus::kWrongState;
    case Code::kUnavailable:
    case Code::kDeadline: return CpsStatus::kBusy;
    case Code::kExhausted: return CpsStatus::kCapacityExceeded;
    case Code::kNotFound:
    case Code::kRefused:
    case Code::kExpired:
    case Code::kCancelled:
    case Code::kCorrupted:
    case Code::kInternal: return CpsStatus::kSystem;
  }
  return CpsStatus::kSystem;
}

ports::HttpResponse refuse(CpsStatus status, const RefusalFacts& told, base::Time now,
                           const ports::HttpRequest& request) {
  const messages::CpsStatusFacts& facts = messages::factsOf(status);
  messages::ErrorBody body;
  body.code = static_cast<std::int64_t>(status);
  body.retryAfterMs = facts.retryable ? kRetryAfterMs : 0;
  if (told.triesLeft) body.triesLeft = *told.triesLeft;
  body.verdict = told.verdict;
  body.serverTime = now;
  body.correlationId = request.correlationId;
  ports::HttpResponse response;
  response.status = facts.httpStatus;
  response.contentType = kJson;
  response.body = base::toBytes(base::asBytes(messages::encodeErrorBody(body)));
  if (facts.retryable) response.headers.emplace_back("Retry-After", "1");
  if (facts.httpStatus == 401) response.headers.emplace_back("WWW-Authenticate", kSignedRequests);
  return response;
}

Bytes bodyOf(const codec::JsonObject& json) { return base::toBytes(base::asBytes(json.text())); }

ports::HttpResponse answer(const char* contentType, Bytes body) {
  ports::HttpResponse response;
  response.contentType = contentType;
  response.body = std::move(body);
  return response;
}

}  // namespace florin::cps
