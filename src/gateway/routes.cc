#include "gateway/routes.h"

#include <functional>

#include "base/bytes.h"
#include "base/limits.h"
#include "cps/answers.h"
#include "cps/lock_reasons.h"
#include "messages/gateway.h"
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

// What the work of a route says besides the body.
struct Said {
  std::int64_t triesLeft = -1;  // of a refusal that counts: how many attempts there are still
  std::string contentType = cps::kJson;
};

// A route whose work gives the body or an error; errors become MG codes in one place.
class GatewayHandler : public ports::HttpHandler {
 public:
  using Work =
      std::function<Result<Bytes>(const records::Wallet&, const ports::HttpRequest&, Said& said)>;
  GatewayHandler(cps::Backend& backend, cps::WalletAuth& auth, Work work)
      : backend_(backend), auth_(auth), work_(std::move(work)) {}

  ports::HttpResponse handle(const ports::HttpRequest& request) override {
    Said said;
    auto body = answerTo(request, said);
    if (body.ok()) return cps::answer(said.contentType.c_str(), std::move(*body));
    // Clock skew is CPS's answer here too: the wallet learns the server's time from it and signs
    // again.
    if (messages::statusOf(body.error()) == CpsStatus::kClockSkew) {
      return cps::refuse(CpsStatus::kClockSkew, {}, backend_.clock.now(), request);
    }
    return refuse(body.error(), said.triesLeft, request);
  }

 private:
  Result<Bytes> answerTo(const ports::HttpRequest& request, Said& said) {
    FLORIN_TRY_ASSIGN(const records::Wallet wallet, auth_.authenticate(request));
    return work_(wallet, request, said);
  }

  ports::HttpResponse refuse(const Error& error, std::int64_t triesLeft,
                             const ports::HttpRequest& request) {
    const MGErrorCode code = codeFor(error);
    const messages::MgStatusFacts& facts = messages::factsOf(code);
    backend_.log.warning("gateway.refused", {{"correlationId", request.correlationId},
                                             {"code", static_cast<std::int64_t>(code)},
                                             {"error", error}});
    messages::ErrorBody body;
    body.code = static_cast<std::int64_t>(code);
    body.retryAfterMs = facts.retryable ? 1'000 : 0;
    body.triesLeft = triesLeft;
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
      [&devices](const records::Wallet& wallet, const ports::HttpRequest& request,
                 auto&) -> Result<Bytes> {
        FLORIN_TRY_ASSIGN(const LockReason reason,
                          cps::readLockReason(request.body, cps::kCardholderReasons));
        FLORIN_TRY_ASSIGN(const auto view, devices.lock(wallet.walletId, reason));
        return cps::bodyOf(cps::describeLock(view));
      });
  add("POST", "/gateway/v1/wallet/unlock",
      [&devices](const records::Wallet& wallet, const ports::HttpRequest&, auto&) -> Result<Bytes> {
        FLORIN_TRY_ASSIGN(const auto view, devices.unlock(wallet.walletId));
        return cps::bodyOf(cps::describeLock(view));
      });
  add("GET", "/gateway/v1/wallet/state",
      [&devices](const records::Wallet& wallet, const ports::HttpRequest&, auto&) -> Result<Bytes> {
        FLORIN_TRY_ASSIGN(const auto view, devices.ofWallet(wallet.walletId));
        return cps::bodyOf(view ? cps::describeLock(*view) : cps::describeNoLock());
      });
}

Bytes bodyOf(const messages::IdvState& state) {
  return base::toBytes(base::asBytes(messages::encodeIdvState(state)));
}

void addIdvRoutes(const Add& add, StepUps& stepUps) {
  add("GET", "/gateway/v1/cards/{}/idv",
      [&stepUps](const records::Wallet& wallet, const ports::HttpRequest& request,
                 auto&) -> Result<Bytes> {
        FLORIN_TRY_ASSIGN(const auto id, cardOf(request));
        FLORIN_TRY_ASSIGN(const auto state, stepUps.state(wallet.walletId, id));
        return bodyOf(state);
      });
  add("POST", "/gateway/v1/cards/{}/idv",
      [&stepUps](const records::Wallet& wallet, const ports::HttpRequest& request,
                 auto&) -> Result<Bytes> {
        FLORIN_TRY_ASSIGN(const auto id, cardOf(request));
        FLORIN_TRY_ASSIGN(const auto choice,
                          messages::decodeChooseMethod(base::asText(request.body)));
        FLORIN_TRY_ASSIGN(const auto state, stepUps.choose(wallet.walletId, id, choice));
        return bodyOf(state);
      });
  add("POST", "/gateway/v1/cards/{}/activate",
      [&stepUps](const records::Wallet& wallet, const ports::HttpRequest& request,
                 Said& said) -> Result<Bytes> {
        FLORIN_TRY_ASSIGN(const auto id, cardOf(request));
        FLORIN_TRY_ASSIGN(const auto message,
                          messages::decodeActivateCard(SecretBytes::copyOf(request.body)));
        FLORIN_TRY_ASSIGN(const Activation done,
                          stepUps.activate(wallet.walletId, id, message.otp));
        if (!done.refused) return bodyOf(done.state);
        said.triesLeft = done.state.triesLeft;
        return messages::mgRefusal(*done.refused, "the OTP does not activate the card");
      });
}

void addHistoryRoute(const Add& add, Histories& histories) {
  add("POST", "/gateway/v1/cards/{}/history",
      [&histories](const records::Wallet& wallet, const ports::HttpRequest& request,
                   auto&) -> Result<Bytes> {
        FLORIN_TRY_ASSIGN(const auto id, cardOf(request));
        FLORIN_TRY_ASSIGN(const auto asked,
                          messages::decodeHistoryRequest(SecretBytes::copyOf(request.body)));
        FLORIN_TRY_ASSIGN(const auto reply, histories.history(wallet.walletId, id, asked));
        return base::toBytes(base::asBytes(messages::encodeHistoryReply(reply)));
      });
}

void addFaceRoutes(const Add& add, CardFaces& faces) {
  add("GET", "/gateway/v1/cards/{}/metadata",
      [&faces](const records::Wallet& wallet, const ports::HttpRequest& request,
               auto&) -> Result<Bytes> {
        FLORIN_TRY_ASSIGN(const auto id, cardOf(request));
        FLORIN_TRY_ASSIGN(const auto metadata, faces.metadata(wallet.walletId, id));
        return base::toBytes(base::asBytes(messages::encodeCardMetadata(metadata)));
      });
  add("GET", "/gateway/v1/cards/{}/art",
      [&faces](const records::Wallet& wallet, const ports::HttpRequest& request,
               Said& said) -> Result<Bytes> {
        FLORIN_TRY_ASSIGN(const auto id, cardOf(request));
        FLORIN_TRY_ASSIGN(tsp::CardFace face, faces.art(wallet.walletId, id));
        said.contentType = face.artType;
        return std::move(face.art);
      });
}

void addDigitizationRoutes(const Add& add, const Services& services) {
  add("POST", "/gateway/v1/eligibility",
      [&eligibility = services.eligibility](const records::Wallet& wallet,
                                            const ports::HttpRequest& request,
                                            auto&) -> Result<Bytes> {
        FLORIN_TRY_ASSIGN(const auto message,
                          messages::decodeEligibilityRequest(SecretBytes::copyOf(request.body)));
        FLORIN_TRY_ASSIGN(const auto reply, eligibility.check(wallet, message, request.body));
        return base::toBytes(base::asBytes(messages::encodeEligibilityReply(reply)));
      });
  add("POST", "/gateway/v1/digitizations",
      [&digitization = services.digitization](const records::Wallet& wallet,
                                              const ports::HttpRequest& request,
                                              auto&) -> Result<Bytes> {
        FLORIN_TRY_ASSIGN(const auto message,
                          messages::decodeDigitizeRequest(SecretBytes::copyOf(request.body)));
        FLORIN_TRY_ASSIGN(const SecretBytes reply,
                          digitization.digitize(wallet, message, request.body));
        return base::toBytes(reply.expose());
      });
}

}  // namespace

std::vector<ports::Route> makeRoutes(const Services& services) {
  std::vector<ports::Route> routes;
  const Add add = [&](std::string method, std::string path, GatewayHandler::Work work) {
    routes.push_back(
        {std::move(method), std::move(path), base::limits::kJsonBody,
         std::make_unique<GatewayHandler>(services.backend, services.auth, std::move(work))});
  };
  addDigitizationRoutes(add, services);
  for (ports::Route& route : routes) route.contentType = cps::kJson;
  const auto addStep = [&](std::string path, tsp::CardEvent event) {
    add("POST", std::move(path),
        [&cards = services.cards, event](const records::Wallet& wallet,
                                         const ports::HttpRequest& request,
                                         auto&) -> Result<Bytes> {
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
      [&cards = services.cards](const records::Wallet& wallet, const ports::HttpRequest& request,
                                auto&) -> Result<Bytes> {
        FLORIN_TRY_ASSIGN(const auto id, cardOf(request));
        FLORIN_TRY_ASSIGN(const auto view, cards.find(cps::Asker::wallet(wallet.walletId), id));
        return cps::bodyOf(cps::describe(view, false));
      });
  addIdvRoutes(add, services.stepUps);
  addHistoryRoute(add, services.histories);
  addFaceRoutes(add, services.faces);
  addLockRoutes(add, services.devices);
  return routes;
}

}  // namespace florin::gateway
