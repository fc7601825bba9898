#include "cps/card_search.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/limits.h"

namespace florin::cps {
namespace {

namespace limits = base::limits;
using records::DigitalCard;

Result<FoundCard> withView(ports::Unit& unit, const Backend& backend, DigitalCard card) {
  FLORIN_TRY_ASSIGN(CardView view, viewOf(unit, backend.tokens, card));
  return FoundCard{std::move(card), std::move(view)};
}

// fits is what the rows of one way of looking still have to be asked.
bool fits(const CardQuery& query, const DigitalCard& card) {
  const records::CardSearch& known = query.known;
  return (!known.wallet || card.walletId == *known.wallet) &&
         (!known.correlation || card.correlationId == *known.correlation) &&
         (!known.issuer || card.issuer == *known.issuer) &&
         (known.lastFour.empty() || card.panLastFour == known.lastFour) &&
         (query.panIndex.empty() || card.panIndex == query.panIndex);
}

Result<std::vector<DigitalCard>> rowsOf(ports::Unit& unit, const Backend& backend,
                                        const CardQuery& query) {
  if (!query.card) {
    return unit.digitalCards().search(backend.tenant, query.known, query.after,
                                      limits::kSearchRead);
  }
  std::vector<DigitalCard> rows;
  FLORIN_TRY_ASSIGN(auto card, unit.digitalCards().find(backend.tenant, *query.card));
  if (card && card->digitalCardId > query.after) rows.push_back(std::move(*card));
  return rows;
}

Result<FoundCards> pageOf(ports::Unit& unit, const Backend& backend, const CardQuery& query) {
  FLORIN_TRY_ASSIGN(auto rows, rowsOf(unit, backend, query));
  FoundCards found;
  found.cards.reserve(std::min(rows.size(), limits::kSearchPage));
  for (DigitalCard& row : rows) {
    if (found.cards.size() == limits::kSearchPage) return found;
    found.next = row.digitalCardId;
    if (!fits(query, row)) continue;
    FLORIN_TRY_ASSIGN(FoundCard one, withView(unit, backend, std::move(row)));
    if (query.state && one.view.state != *query.state) continue;
    found.cards.push_back(std::move(one));
  }
  if (rows.size() < limits::kSearchRead) found.next.reset();
  return found;
}

void addSteps(Timeline& timeline, const std::vector<records::DigitizationStep>& steps) {
  for (const records::DigitizationStep& step : steps) {
    timeline.events.push_back({step.at, step.what, {}, step.digitalCardId.toString(), step.facts});
  }
}

Status addAudit(ports::Unit& unit, const Backend& backend, Timeline& timeline,
                const std::string& subject) {
  FLORIN_TRY_ASSIGN(const auto entries,
                    unit.audit().ofSubject(backend.tenant, subject, limits::kTimelineAudit));
  for (const records::AuditEntry& entry : entries) {
    timeline.events.push_back({entry.at, entry.action, entry.actor, entry.subject, entry.facts});
  }
  return {};
}

}  // namespace

Result<FoundCards> searchCards(Backend& backend, const CardQuery& query) {
  return backend.store.read([&](ports::Unit& unit) { return pageOf(unit, backend, query); });
}

Result<Timeline> timelineOf(Backend& backend, const base::CorrelationId& correlationId) {
  return backend.store.read([&](ports::Unit& unit) -> Result<Timeline> {
    Timeline timeline;
    FLORIN_TRY_ASSIGN(const auto steps, unit.digitizationSteps().of(backend.tenant, correlationId));
    FLORIN_TRY_ASSIGN(auto rows,
                      unit.digitalCards().search(backend.tenant, {.correlation = correlationId}, {},
                                                 limits::kSearchPage));
    if (steps.empty() && rows.empty()) return Error(Code::kNotFound, "no such digitization");
    addSteps(timeline, steps);
    for (DigitalCard& row : rows) {
      const std::string id = row.digitalCardId.toString();
      // Steps of long ago are erased, and there were none before schema 13.
      const auto isOf = [&](const auto& step) { return step.digitalCardId == row.digitalCardId; };
      if (std::ranges::none_of(steps, isOf)) {
        timeline.events.push_back({row.created, "digitized", {}, id, {}});
      }
      FLORIN_TRY(addAudit(unit, backend, timeline, id));
      FLORIN_TRY_ASSIGN(FoundCard one, withView(unit, backend, std::move(row)));
      if (one.view.deviceId != base::DeviceId()) {
        FLORIN_TRY(addAudit(unit, backend, timeline, one.view.deviceId.toString()));
      }
      timeline.cards.push_back(std::move(one));
    }
    std::ranges::stable_sort(timeline.events, {}, &TimelineEvent::at);
    return timeline;
  });
}

}  // namespace florin::cps
