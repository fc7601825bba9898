#include "cps/card_routes.h"

#include "base/bytes.h"
#include "codec/json_reader.h"
#include "cps/answers.h"
#include "cps/api_route.h"
#include "cps/query.h"

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
  if (error.code() == Code::kUnsupported) {
    return Problem{409, "no-push",
                   "the card's wallet cannot be pushed to; it finds out by polling"};
  }
  if (error.code() != Code::kMalformed) return std::nullopt;
  return Problem{
      400, "malformed",
      "a card id, and before=, are 32 lowercase hex characters; the body of a renewal is "
      "empty or {\"panExpiry\"}"};
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

Bytes describe(const std::vector<records::Authorization>& rows) {
  codec::JsonArray list;
  for (const records::Authorization& row : rows) {
    const bool reversed = row.reversed != base::Time();
    codec::JsonObject one;
    one.add("id", row.authorizationId)
        .add("atMs", base::toMs(row.created))
        .add("amountMinorUnits", row.amount.minorUnits)
        .add("currency", std::int64_t{row.amount.currency})
        .add("outcome", row.approved ? "approved" : "declined")
        .add("reason", std::string_view(row.reason))
        .add("atc", std::int64_t{row.atc})
        .add("reversed", reversed);
    if (reversed) one.add("reversedMs", base::toMs(row.reversed));
    list.add(one);
  }
  return bodyOf(codec::JsonObject().add("transactions", list));
}

// The query is empty or before=AUTHORIZATION.
Result<std::optional<base::AuthorizationId>> beforeOf(const ports::HttpRequest& request) {
  Query query(request.query);
  std::optional<base::AuthorizationId> before;
  if (const auto text = query.take("before")) {
    FLORIN_TRY_ASSIGN(before, base::AuthorizationId::parse(*text));
  }
  FLORIN_TRY(query.finish());
  return before;
}

// An issuer sees everything that was asked of its card, page after page.
Result<Bytes> historyOf(Backend& backend, const Asker& asker, const ports::HttpRequest& request) {
  FLORIN_TRY_ASSIGN(const auto id, base::DigitalCardId::parse(request.pathParameters.at(0)));
  FLORIN_TRY_ASSIGN(const auto before, beforeOf(request));
  FLORIN_TRY_ASSIGN(
      const auto rows,
      backend.store.read([&](ports::Unit& unit) -> Result<std::vector<records::Authorization>> {
        FLORIN_TRY_ASSIGN(const auto card, findCard(unit, backend, asker, id));
        auto& all = unit.authorizations();
        constexpr std::size_t kPage = base::limits::kHistoryRecords;
        return before ? all.older(card.issuer, card.tokenId, *before, kPage)
                      : all.ofToken(card.issuer, card.tokenId, kPage);
      }));
  return describe(rows);
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
      const Asker asker = Asker::of(token);
      FLORIN_TRY_ASSIGN(const CardView view,
                        event ? cards.step(asker, id, *event) : cards.find(asker, id));
      return bodyOf(describe(view, scope == ApiScope::kOperator));
    };
    routes.push_back(makeRoute(backend, {method, path, scope, work, explain}));
  };
  for (const ApiScope scope : {ApiScope::kIssuer, ApiScope::kOperator}) {
    const std::string root = scope == ApiScope::kIssuer ? "/issuer/v1/cards" : "/admin/v1/cards";
    add("GET", root + "/{}", scope, std::nullopt);
    const auto history = [&backend](const ports::HttpRequest& request,
                                    const records::ApiToken& token) {
      return historyOf(backend, Asker::of(token), request);
    };
    routes.push_back(makeRoute(backend, {"GET", root + "/{}/history", scope, history, explain}));
    add("POST", root + "/{}/suspend", scope, CardEvent::kSuspend);
    add("POST", root + "/{}/resume", scope, CardEvent::kResume);
    add("POST", root + "/{}/delete", scope, CardEvent::kDelete);
    const auto activate = [&cards, scope](const ports::HttpRequest& request,
                                          const records::ApiToken& token) -> Result<Bytes> {
      FLORIN_TRY_ASSIGN(const auto id, base::DigitalCardId::parse(request.pathParameters.at(0)));
      FLORIN_TRY_ASSIGN(const CardView view, cards.activate(Asker::of(token), id));
      return bodyOf(describe(view, scope == ApiScope::kOperator));
    };
    routes.push_back(makeRoute(backend, {"POST", root + "/{}/activate", scope, activate, explain}));
    const auto notify = [&cards, scope](const ports::HttpRequest& request,
                                        const records::ApiToken& token) -> Result<Bytes> {
      FLORIN_TRY_ASSIGN(const auto id, base::DigitalCardId::parse(request.pathParameters.at(0)));
      FLORIN_TRY_ASSIGN(const CardView view, cards.notify(Asker::of(token), id));
      return bodyOf(describe(view, scope == ApiScope::kOperator));
    };
    routes.push_back(makeRoute(backend, {"POST", root + "/{}/notify", scope, notify, explain}));
    const auto renew = [&renewal, scope](const ports::HttpRequest& request,
                                         const records::ApiToken& token) -> Result<Bytes> {
      FLORIN_TRY_ASSIGN(const auto id, base::DigitalCardId::parse(request.pathParameters.at(0)));
      FLORIN_TRY_ASSIGN(const std::string expiry, expiryOf(request));
      FLORIN_TRY_ASSIGN(const CardView view, renewal.renew(Asker::of(token), id, expiry));
      return bodyOf(describe(view, scope == ApiScope::kOperator));
    };
    routes.push_back(makeRoute(backend, {"POST", root + "/{}/renew", scope, renew, explain}));
  }
  return routes;
}

}  // namespace florin::cps
