// CardSearch finds cards for operators by what they know of them, and tells the story of one
// digitization (docs/operations.md).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cps/card_view.h"

namespace florin::cps {

// What is known of the cards that are looked for; all of it holds for what is found. Last four
// digits stand with an issuer.
struct CardQuery {
  std::optional<base::DigitalCardId> card = {};
  records::CardSearch known = {};
  Bytes panIndex = {};
  std::optional<VisibleState> state = {};
  base::DigitalCardId after = {};
};

struct FoundCard {
  records::DigitalCard card;
  CardView view;
};

// A page of cards, by id. At most limits::kSearchRead are looked at for it, so it may have fewer
// than limits::kSearchPage, even none, though there are more: `next` says where to go on.
struct FoundCards {
  std::vector<FoundCard> cards;
  std::optional<base::DigitalCardId> next = {};
};

Result<FoundCards> searchCards(Backend& backend, const CardQuery& query);

// What happened, from the steps of a digitization and from the audit log.
struct TimelineEvent {
  base::Time at;
  std::string what;
  std::string by;       // as in the audit log; empty: of a step
  std::string subject;  // card or device
  std::string facts;
};

struct Timeline {
  std::vector<FoundCard> cards;       // none of one that was declined
  std::vector<TimelineEvent> events;  // oldest first
};

// timelineOf tells of every digitization of this correlation id: two wallets may have chosen the
// same. kNotFound: nothing is known of it.
Result<Timeline> timelineOf(Backend& backend, const base::CorrelationId& correlationId);

}  // namespace florin::cps
