#include "gateway/routes.h"

#include <functional>

#include "base/bytes.h"
#include "base/limits.h"
#include "cps/answers.h"
#include "cps/lock_reasons.h"
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
  if (messages::statusOf(error) == CpsStatus::kTokenUnknown) {
    return MGErrorCode::UNKNOWN_DIGITAL_CARD_ID;
  }
  if (tsp::refusalOf(error) || cps::isRefusedStep(error)) {
    return MGErrorCode::CARD_STATE_DOES_NOT_ALLOW_REQUESTED_OPERATION;
  }
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

// The card that a path names: one that has not the form of an id is nobody's.
Result<base::DigitalCardId> cardOf(const ports::HttpRequest& request) {
  const auto id = base::DigitalCardId::parse(request.pathParameters.at(0));
  if (id.ok()) return *id;
  return messages::mgRefusal(MGErrorCode::UNKNOWN_DIGITAL_CARD_ID, "not a digital card id");
}

// A route whose work gives the body or an error; errors become MG codes in one place.
class GatewayHandler : public ports::HttpHandler {
 public:
  using Work = std::function<Result<Bytes>(const records::Wallet&, const ports::HttpRequest&)>;
  GatewayHandler(cps::Backend& backend, cps::WalletAuth& auth, Work work)
      : backend_(backend), auth_(auth), work_(std::move(work)) {}

  ports::HttpResponse handle(const ports::HttpRequest& request) override {
    auto body = answerTo(request);
    if (body.ok()) return cps::answer(cps::kJson, std::move(*body));
    // Clock skew is CPS's answer here too: the wallet learns the server's time from it and signs
    // again.
    if (messages::statusOf(body.error()) == CpsStatus::kClockSkew) {
      return cps::refuse(CpsStatus::kClockSkew, {}, backend_.clock.now(), request);
    }
    return refuse(body.error(), request);
  }

 private:
  Result<Bytes> answerTo(const ports::HttpRequest& request) {
    FLORIN_TRY_ASSIGN(const records::Wallet wallet, auth_.authenticate(request));
    return work_(wallet, request);
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
  Work work_;
};

using Add = std::function<void(std::string method, std::string path, GatewayHandler::Work work)>;

// The wallet locks itself: its device with all that is on it.
void addLockRoutes(const Add& add, cps::Devices& devices) {
  add("POST", "/gateway/v1/wallet/lock",
      [&devices](const records::Wallet& wallet,
                 const ports::HttpRequest& request) -> Result<Bytes> {
        FLORIN_TRY_ASSIGN(const LockReason reason,
                          cps::readLockReason(request.body, cps::kCardholderReasons));
        FLORIN_TRY_ASSIGN(const auto view, devices.lock(wallet.walletId, reason));
        return cps::bodyOf(cps::describeLock(view));
      });
  add("POST", "/gateway/v1/wallet/unlock",
      [&devices](const records::Wallet& wallet, const ports::HttpRequest&) -> Result<Bytes> {
        FLORIN_TRY_ASSIGN(const auto view, devices.unlock(wallet.walletId));
        return cps::bodyOf(cps::describeLock(view));
      });
  add("GET", "/gateway/v1/wallet/state",
      [&devices](const records::Wallet& wallet, const ports::HttpRequest&) -> Result<Bytes> {
        FLORIN_TRY_ASSIGN(const auto view, devices.ofWallet(wallet.walletId));
        return cps::bodyOf(view ? cps::describeLock(*view) : cps::describeNoLock());
      });
}

}  // namespace

std::vector<ports::Route> makeRoutes(cps::Backend& backend, cps::WalletAuth& auth,
                                     Digitization& digitization, cps::CardLifeCycle& cards,
                                     cps::Devices& devices) {
  std::vector<ports::Route> routes;
  const Add add = [&](std::string method, std::string path, GatewayHandler::Work work) {
    routes.push_back({std::move(method), std::move(path), base::limits::kJsonBody,
                      std::make_unique<GatewayHandler>(backend, auth, std::move(work))});
  };
  add("POST", "/gateway/v1/digitizations",
      [&digitization](const records::Wallet& wallet,
                      const ports::HttpRequest& request) -> Result<Bytes> {
        FLORIN_TRY_ASSIGN(const auto message,
                          messages::decodeDigitizeRequest(base::asText(request.body)));
        FLORIN_TRY_ASSIGN(const SecretBytes reply,
                          digitization.digitize(wallet, message, request.body));
        return base::toBytes(reply.expose());
      });
  routes.back().contentType = cps::kJson;
  const auto addStep = [&](std::string path, tsp::CardEvent event) {
    add("POST", std::move(path),
        [&cards, event](const records::Wallet& wallet,
                        const ports::HttpRequest& request) -> Result<Bytes> {
          FLORIN_TRY_ASSIGN(const auto id, cardOf(request));
          FLORIN_TRY_ASSIGN(const auto view,
                            cards.step(cps::Asker::wallet(wallet.walletId), id, event));
          return cps::bodyOf(cps::describe(view, false));
        });
  };
  addStep("/gateway/v1/cards/{}/suspend", tsp::CardEvent::kSuspend);
  addStep("/gateway/v1/cards/{}/resume", tsp::CardEvent::kResume);
  addStep("/gateway/v1/cards/{}/delete", tsp::CardEvent::kDelete);
  add("GET", "/gateway/v1/cards/{}/state",
      [&cards](const records::Wallet& wallet, const ports::HttpRequest& request) -> Result<Bytes> {
        FLORIN_TRY_ASSIGN(const auto id, cardOf(request));
        FLORIN_TRY_ASSIGN(const auto view, cards.find(cps::Asker::wallet(wallet.walletId), id));
        return cps::bodyOf(cps::describe(view, false));
      });
  addLockRoutes(add, devices);
  return routes;
}

}  // namespace florin::gateway
