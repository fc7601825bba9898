#include "cps/search_routes.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/json_reader.h"
#include "codec/luhn.h"
#include "cps/answers.h"
#include "cps/api_route.h"
#include "cps/card_search.h"
#include "cps/query.h"

namespace florin::cps {
namespace {

constexpr std::size_t kLastFour = 4;
constexpr std::size_t kPanMin = 12;

codec::JsonObject describe(const FoundCard& found) {
  codec::JsonObject one = describe(found.view, true);
  one.add("walletId", found.card.walletId)
      .add("issuer", found.card.issuer)
      .add("correlationId", found.card.correlationId)
      .add("createdMs", base::toMs(found.card.created));
  return one;
}

Bytes describe(const FoundCards& found) {
  codec::JsonArray list;
  for (const FoundCard& one : found.cards) list.add(describe(one));
  codec::JsonObject body;
  body.add("cards", list);
  if (found.next) body.add("next", *found.next);
  return bodyOf(body);
}

Result<VisibleState> stateOf(std::string_view text) {
  for (const VisibleState state :
       {VisibleState::kProvisioning, VisibleState::kProvisioned, VisibleState::kProvisionFailed,
        VisibleState::kInactive, VisibleState::kActive, VisibleState::kSuspended,
        VisibleState::kRetired, VisibleState::kDeleted}) {
    if (text == nameOf(state).view()) return state;
  }
  return Error(Code::kMalformed, "an unknown state");
}

template <class IdType>
Result<std::optional<IdType>> takeId(Query& query, std::string_view name) {
  const auto text = query.take(name);
  if (!text) return std::optional<IdType>();
  FLORIN_TRY_ASSIGN(const IdType id, IdType::parse(*text));
  return std::optional<IdType>(id);
}

Result<std::string> takeLastFour(Query& query) {
  const std::string text(query.take("lastFour").value_or(""));
  const bool digits = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (!text.empty() && (text.size() != kLastFour || !digits)) {
    return Error(Code::kMalformed, "lastFour is four digits");
  }
  return text;
}

Result<CardQuery> readQuery(const ports::HttpRequest& request) {
  Query query(request.query);
  CardQuery wanted;
  FLORIN_TRY_ASSIGN(wanted.card, takeId<base::DigitalCardId>(query, "card"));
  FLORIN_TRY_ASSIGN(wanted.known.wallet, takeId<base::WalletId>(query, "wallet"));
  FLORIN_TRY_ASSIGN(wanted.known.correlation, takeId<base::CorrelationId>(query, "correlation"));
  FLORIN_TRY_ASSIGN(wanted.known.issuer, takeId<base::TenantId>(query, "issuer"));
  FLORIN_TRY_ASSIGN(wanted.known.lastFour, takeLastFour(query));
  if (!wanted.known.lastFour.empty() && !wanted.known.issuer) {
    return Error(Code::kMalformed, "lastFour needs an issuer");
  }
  if (const auto text = query.take("state")) {
    FLORIN_TRY_ASSIGN(wanted.state, stateOf(*text));
  }
  FLORIN_TRY_ASSIGN(const auto after, takeId<base::DigitalCardId>(query, "after"));
  wanted.after = after.value_or(base::DigitalCardId());
  FLORIN_TRY(query.finish());
  return wanted;
}

Result<Bytes> search(Backend& backend, const ports::HttpRequest& request) {
  FLORIN_TRY_ASSIGN(const CardQuery query, readQuery(request));
  FLORIN_TRY_ASSIGN(const FoundCards found, searchCards(backend, query));
  return describe(found);
}

// A whole PAN comes in a body, which no log keeps, and is looked for by its blind index.
Result<Bytes> searchPan(Backend& backend, const tsp::Catalog& catalog,
                        const ports::HttpRequest& request) {
  FLORIN_TRY_ASSIGN(const auto document, codec::parseJson(base::asText(request.body)));
  codec::JsonReader reader(document);
  FLORIN_TRY_ASSIGN(const SecretBytes pan, reader.secret("pan", kPanMin, base::limits::kPanDigits));
  FLORIN_TRY_ASSIGN(const auto after, reader.optionalId<base::DigitalCardId>("after"));
  FLORIN_TRY(reader.finish());
  if (!codec::luhnValid(pan.expose())) return Error(Code::kMalformed, "no PAN");
  FLORIN_TRY_ASSIGN(const auto product, catalog.productOf(pan.expose()));
  CardQuery query;
  query.known.issuer = product.issuer->id;
  query.known.lastFour = base::asText(pan.expose().last(kLastFour));
  FLORIN_TRY_ASSIGN(query.panIndex, backend.sealer.blindIndex("pan", pan.expose()));
  query.after = after.value_or(base::DigitalCardId());
  FLORIN_TRY_ASSIGN(const FoundCards found, searchCards(backend, query));
  return describe(found);
}

Result<Bytes> timeline(Backend& backend, const ports::HttpRequest& request) {
  FLORIN_TRY_ASSIGN(const auto id, base::CorrelationId::parse(request.pathParameters.at(0)));
  FLORIN_TRY_ASSIGN(const Timeline told, timelineOf(backend, id));
  codec::JsonArray cards;
  for (const FoundCard& card : told.cards) cards.add(describe(card));
  codec::JsonArray events;
  for (const TimelineEvent& event : told.events) {
    codec::JsonObject one;
    one.add("atMs", base::toMs(event.at)).add("what", event.what);
    if (!event.by.empty()) one.add("by", event.by);
    one.add("subject", event.subject);
    if (!event.facts.empty()) one.add("facts", event.facts);
    events.add(one);
  }
  return bodyOf(
      codec::JsonObject().add("correlationId", id).add("cards", cards).add("events", events));
}

std::optional<Problem> explainSearch(const Error& error) {
  if (error.code() == Code::kNotFound) {
    return Problem{404, "unknown-bin", "no issuer of this backend has this BIN"};
  }
  if (error.code() != Code::kMalformed) return std::nullopt;
  return Problem{400, "malformed",
                 "look by card, wallet, correlation, or issuer and lastFour; and by state; a whole "
                 "PAN is {\"pan\"} posted to /admin/v1/cards/search"};
}

std::optional<Problem> explainTimeline(const Error& error) {
  if (error.code() == Code::kNotFound) {
    return Problem{404, "unknown-digitization", "nothing is known of this correlation id"};
  }
  if (error.code() != Code::kMalformed) return std::nullopt;
  return Problem{400, "malformed", "a correlation id is 32 lowercase hex characters"};
}

}  // namespace

std::vector<ports::Route> makeSearchRoutes(Backend& backend, const tsp::Catalog& catalog) {
  std::vector<ports::Route> routes;
  const auto add = [&](ApiRoute route) { routes.push_back(makeRoute(backend, std::move(route))); };
  add({.method = "GET",
       .path = "/admin/v1/cards",
       .work = [&backend](const auto& request, const auto&) { return search(backend, request); },
       .explain = explainSearch});
  add({.method = "POST",
       .path = "/admin/v1/cards/search",
       .work = [&backend, &catalog](const auto& request,
                                    const auto&) { return searchPan(backend, catalog, request); },
       .explain = explainSearch});
  add({.method = "GET",
       .path = "/admin/v1/digitizations/{}",
       .work = [&backend](const auto& request, const auto&) { return timeline(backend, request); },
       .explain = explainTimeline});
  return routes;
}

}  // namespace florin::cps
