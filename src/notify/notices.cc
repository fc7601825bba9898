#include "notify/notices.h"

#include <algorithm>

#include "base/limits.h"

namespace florin::notify {

using records::NoticeType;

Literal nameOf(NoticeType type) {
  switch (type) {
    case NoticeType::kCardState: return "card.state_changed";
    case NoticeType::kTransaction: return "transaction";
  }
  return "unknown";
}

bool Notices::wants(const base::TenantId& issuer, NoticeType type) const {
  const auto wish = std::ranges::find(wishes_, issuer, &NoticeWish::issuer);
  if (wish == wishes_.end()) return false;
  switch (type) {
    case NoticeType::kCardState: return wish->cardStates;
    case NoticeType::kTransaction: return wish->transactions;
  }
  return false;
}

// Its id is random and not made of the number: a store that was put back from a backup gives
// numbers again, and another notice must not pass for a repetition.
Status Notices::put(ports::Unit& unit, const records::DigitalCard& card, NoticeType type,
                    const std::function<void(codec::JsonObject&)>& fill) {
  if (!wants(card.issuer, type)) return {};
  records::Notice notice;
  notice.place = {card.issuer, card.digitalCardId, 0};
  FLORIN_TRY_ASSIGN(notice.place.number,
                    unit.notices().nextNumber(card.issuer, card.digitalCardId));
  notice.noticeId = base::NoticeId::random(random_);
  notice.type = type;
  notice.created = notice.begun = notice.due = clock_.now();
  codec::JsonObject body;
  body.add("type", nameOf(type).view())
      .add("id", notice.noticeId)
      .add("number", notice.place.number)
      .add("atMs", base::toMs(notice.created))
      .add("digitalCardId", card.digitalCardId)
      .add("correlationId", card.correlationId);
  fill(body);
  notice.body = body.text();
  FLORIN_TRY_ASSIGN(const bool kept, unit.notices().put(notice, base::limits::kNotices));
  if (kept) bell_.ring();
  return {};
}

}  // namespace florin::notify
