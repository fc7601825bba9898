#include "cps/card_routes.h"

#include "base/limits.h"
#include "cps/answers.h"
#include "messages/status.h"
#include "tsp/routes.h"

namespace florin::cps {
namespace {

using messages::CpsStatus;
using records::ApiScope;
using tsp::CardEvent;
using tsp::CardRefusal;

ports::HttpResponse refuseStep(CardRefusal reason, const ports::HttpRequest& request) {
  switch (reason) {
    case CardRefusal::kRetired:
      return tsp::problem(409, "card-retired", "the card has expired", request);
    case CardRefusal::kDeleted:
      return tsp::problem(409, "card-deleted", "the card was deleted", request);
    case CardRefusal::kSuspendedByOthers: break;
  }
  return tsp::problem(409, "suspended-by-others", "who suspended the card must resume it", request);
}

// CardHandler changes a card, or only looks, and answers with what it is then.
class CardHandler : public ports::HttpHandler {
 public:
  CardHandler(Backend& backend, CardLifeCycle& cards, ApiScope scope,
              std::optional<CardEvent> event)
      : backend_(backend), cards_(cards), scope_(scope), event_(event) {}

  ports::HttpResponse handle(const ports::HttpRequest& request) override {
    const auto view = work(request);
    if (!view.ok()) return failure(view.error(), request);
    return answer(kJson, describe(*view, scope_ == ApiScope::kOperator));
  }

 private:
  Result<CardView> work(const ports::HttpRequest& request) {
    FLORIN_TRY_ASSIGN(const auto token, tsp::requireToken(backend_.store, request, scope_));
    FLORIN_TRY_ASSIGN(const auto id, base::DigitalCardId::parse(request.pathParameters.at(0)));
    const Asker asker =
        scope_ == ApiScope::kIssuer ? Asker::issuer(token.tenant) : Asker::anOperator();
    return event_ ? cards_.step(asker, id, *event_) : cards_.find(asker, id);
  }

  ports::HttpResponse failure(const Error& error, const ports::HttpRequest& request) {
    backend_.log.warning("card.refused",
                         {{"correlationId", request.correlationId}, {"error", error}});
    if (const auto reason = tsp::refusalOf(error)) return refuseStep(*reason, request);
    if (messages::statusOf(error) == CpsStatus::kTokenUnknown) {
      return tsp::problem(404, "unknown-card", "there is no such card", request);
    }
    switch (error.code()) {
      case Code::kUnauthenticated:
        return scope_ == ApiScope::kIssuer
                   ? tsp::problem(401, "unauthorized", "a valid issuer token is needed", request)
                   : tsp::problem(401, "unauthorized", "a valid operator token is needed", request);
      case Code::kMalformed:
        return tsp::problem(400, "malformed", "a card id is 32 lowercase hex characters", request);
      case Code::kUnavailable: return tsp::problem(503, "unavailable", "try again later", request);
      default: return tsp::problem(500, "internal", "a fault of the server", request);
    }
  }

  Backend& backend_;
  CardLifeCycle& cards_;
  ApiScope scope_;
  std::optional<CardEvent> event_;  // none: only look
};

}  // namespace

std::vector<ports::Route> makeCardRoutes(Backend& backend, CardLifeCycle& cards) {
  std::vector<ports::Route> routes;
  const auto add = [&](const std::string& method, const std::string& path,
                       std::optional<CardEvent> event) {
    for (const ApiScope scope : {ApiScope::kIssuer, ApiScope::kOperator}) {
      const std::string root = scope == ApiScope::kIssuer ? "/issuer/v1/cards" : "/admin/v1/cards";
      routes.push_back({method, root + path, base::limits::kJsonBody,
                        std::make_unique<CardHandler>(backend, cards, scope, event)});
    }
  };
  add("GET", "/{}", std::nullopt);
  add("POST", "/{}/suspend", CardEvent::kSuspend);
  add("POST", "/{}/resume", CardEvent::kResume);
  add("POST", "/{}/delete", CardEvent::kDelete);
  return routes;
}

}  // namespace florin::cps
