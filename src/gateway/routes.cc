#include "gateway/routes.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "cps/answers.h"
#include "messages/mg_status.h"
#include "messages/status.h"

namespace florin::gateway {
namespace {

using messages::CpsStatus;

// The MG code of an error: the one it carries, or what CPS's status or the error's code means here.
MGErrorCode codeFor(const Error& error) {
  if (error.code() == Code::kRefused && !messages::statusOf(error)) {
    return static_cast<MGErrorCode>(error.detail());
  }
  if (messages::statusOf(error) == CpsStatus::kWalletUnknown) return MGErrorCode::UNKNOWN_WALLET_ID;
  if (messages::statusOf(error) == CpsStatus::kCapacityExceeded) {
    return MGErrorCode::CARD_PROVISIONING_COUNT_EXCEEDED;
  }
  switch (error.code()) {
    case Code::kMalformed:
    case Code::kInvalidArgument:
    case Code::kTooLarge: return MGErrorCode::MISSING_REQUIRED_PARAMETER;
    default: return MGErrorCode::SERVER_ERROR;
  }
}

class DigitizeHandler : public ports::HttpHandler {
 public:
  DigitizeHandler(cps::Backend& backend, cps::WalletAuth& auth, Digitization& digitization)
      : backend_(backend), auth_(auth), digitization_(digitization) {}

  ports::HttpResponse handle(const ports::HttpRequest& request) override {
    const auto reply = digitize(request);
    if (reply.ok()) return cps::answer(cps::kJson, base::toBytes(reply->expose()));
    // Clock skew is CPS's answer here too: the wallet learns the server's time from it and signs
    // again.
    if (messages::statusOf(reply.error()) == CpsStatus::kClockSkew) {
      return cps::refuse(CpsStatus::kClockSkew, {}, backend_.clock.now(), request);
    }
    return refuse(reply.error(), request);
  }

 private:
  Result<SecretBytes> digitize(const ports::HttpRequest& request) {
    FLORIN_TRY_ASSIGN(const records::Wallet wallet, auth_.authenticate(request));
    FLORIN_TRY_ASSIGN(const auto message,
                      messages::decodeDigitizeRequest(base::asText(request.body)));
    return digitization_.digitize(wallet, message, request.body);
  }

  ports::HttpResponse refuse(const Error& error, const ports::HttpRequest& request) {
    const MGErrorCode code = codeFor(error);
    const messages::MgStatusFacts& facts = messages::factsOf(code);
    backend_.log.warning("gateway.refused", {{"correlationId", request.correlationId},
                                             {"code", static_cast<std::int64_t>(code)},
                                             {"error", error}});
    messages::ErrorBody body;
    body.code = static_cast<std::int64_t>(code);
    body.retryAfterMs = facts.retryable ? 1'000 : 0;
    body.serverTime = backend_.clock.now();
    body.correlationId = request.correlationId;
    auto response =
        cps::answer(cps::kJson, base::toBytes(base::asBytes(messages::encodeErrorBody(body))));
    response.status = facts.httpStatus;
    if (facts.retryable) response.headers.emplace_back("Retry-After", "1");
    if (facts.httpStatus == 401) {
      response.headers.emplace_back("WWW-Authenticate", cps::kSignedRequests);
    }
    return response;
  }

  cps::Backend& backend_;
  cps::WalletAuth& auth_;
  Digitization& digitization_;
};

}  // namespace

std::vector<ports::Route> makeRoutes(cps::Backend& backend, cps::WalletAuth& auth,
                                     Digitization& digitization) {
  std::vector<ports::Route> routes;
  routes.push_back({"POST", "/gateway/v1/digitizations", base::limits::kJsonBody,
                    std::make_unique<DigitizeHandler>(backend, auth, digitization)});
  return routes;
}

}  // namespace florin::gateway
