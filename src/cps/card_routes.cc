#include "cps/card_routes.h"

#include "base/bytes.h"
#include "codec/json_reader.h"
#include "cps/answers.h"
#include "cps/api_route.h"

namespace florin::cps {
namespace {

using records::ApiScope;
using tsp::CardEvent;
using tsp::CardRefusal;

Problem problemOf(CardRefusal reason) {
  switch (reason) {
    case CardRefusal::kRetired: return {409, "card-retired", "the card has expired"};
    case CardRefusal::kDeleted: return {409, "card-deleted", "the card was deleted"};
    case CardRefusal::kSuspendedByOthers: break;
  }
  return {409, "suspended-by-others", "who suspended the card must resume it"};
}

std::optional<Problem> explain(const Error& error) {
  if (const auto reason = tsp::refusalOf(error)) return problemOf(*reason);
  if (error.code() == Code::kInvalidArgument) {
    return Problem{400, "wrong-expiry", "panExpiry is MMYY, of a month that is not over"};
  }
  if (error.code() != Code::kMalformed) return std::nullopt;
  return Problem{400, "malformed", "a card id is 32 lowercase hex characters"};
}

Asker askerOf(ApiScope scope, const records::ApiToken& token) {
  return scope == ApiScope::kIssuer ? Asker::issuer(token.tenant) : Asker::anOperator();
}

// The body of a renewal is empty or {"panExpiry": "MMYY"}.
Result<std::string> expiryOf(const ports::HttpRequest& request) {
  constexpr std::size_t kExpiry = 4;
  if (request.body.empty()) return std::string();
  FLORIN_TRY_ASSIGN(const auto document, codec::parseJson(base::asText(request.body)));
  codec::JsonReader reader(document);
  FLORIN_TRY_ASSIGN(std::string expiry, reader.string("panExpiry", kExpiry, kExpiry));
  FLORIN_TRY(reader.finish());
  return expiry;
}

}  // namespace

std::vector<ports::Route> makeCardRoutes(Backend& backend, CardLifeCycle& cards,
                                         CardRenewal& renewal) {
  std::vector<ports::Route> routes;
  // Without an event the card is only looked at.
  const auto add = [&](const std::string& method, const std::string& path, ApiScope scope,
                       std::optional<CardEvent> event) {
    const auto work = [&cards, scope, event](const ports::HttpRequest& request,
                                             const records::ApiToken& token) -> Result<Bytes> {
      FLORIN_TRY_ASSIGN(const auto id, base::DigitalCardId::parse(request.pathParameters.at(0)));
      const Asker asker = askerOf(scope, token);
      FLORIN_TRY_ASSIGN(const CardView view,
                        event ? cards.step(asker, id, *event) : cards.find(asker, id));
      return bodyOf(describe(view, scope == ApiScope::kOperator));
    };
    routes.push_back(makeRoute(backend, {method, path, scope, work, explain}));
  };
  for (const ApiScope scope : {ApiScope::kIssuer, ApiScope::kOperator}) {
    const std::string root = scope == ApiScope::kIssuer ? "/issuer/v1/cards" : "/admin/v1/cards";
    add("GET", root + "/{}", scope, std::nullopt);
    add("POST", root + "/{}/suspend", scope, CardEvent::kSuspend);
    add("POST", root + "/{}/resume", scope, CardEvent::kResume);
    add("POST", root + "/{}/delete", scope, CardEvent::kDelete);
    const auto activate = [&cards, scope](const ports::HttpRequest& request,
                                          const records::ApiToken& token) -> Result<Bytes> {
      FLORIN_TRY_ASSIGN(const auto id, base::DigitalCardId::parse(request.pathParameters.at(0)));
      FLORIN_TRY_ASSIGN(const CardView view, cards.activate(askerOf(scope, token), id));
      return bodyOf(describe(view, scope == ApiScope::kOperator));
    };
    routes.push_back(makeRoute(backend, {"POST", root + "/{}/activate", scope, activate, explain}));
    const auto renew = [&renewal, scope](const ports::HttpRequest& request,
                                         const records::ApiToken& token) -> Result<Bytes> {
      FLORIN_TRY_ASSIGN(const auto id, base::DigitalCardId::parse(request.pathParameters.at(0)));
      FLORIN_TRY_ASSIGN(const std::string expiry, expiryOf(request));
      FLORIN_TRY_ASSIGN(const CardView view, renewal.renew(askerOf(scope, token), id, expiry));
      return bodyOf(describe(view, scope == ApiScope::kOperator));
    };
    routes.push_back(makeRoute(backend, {"POST", root + "/{}/renew", scope, renew, explain}));
  }
  return routes;
}

}  // namespace florin::cps
