// Rows of room notify: notices to issuers, of what became of their cards (docs/issuer-api.md). An
// issuer sees the notices of a card in their order, one in flight at a time; cards do not wait for
// each other. Nothing secret stands in them: no PAN, no DPAN. See wallets.h for what holds of every
// row.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "florin/result.h"

namespace florin::records {

enum class NoticeType : std::uint8_t { kCardState = 1, kTransaction = 2 };

// Next: its card's first, sent when it is due. Behind: another of its card is before it. Parked:
// given up; it holds nothing back, and an operator may send it again.
enum class NoticeState : std::uint8_t { kNext = 1, kBehind = 2, kParked = 3 };

// Where a notice stands in its issuer's outbox.
struct NoticePlace {
  base::TenantId issuer;
  base::DigitalCardId digitalCardId;
  std::uint64_t number = 0;  // of the card's notices, from 1: a gap tells of one that was dropped
  auto operator<=>(const NoticePlace&) const = default;
};

struct Notice {
  NoticePlace place;
  base::NoticeId noticeId;  // the idempotency key
  NoticeType type = NoticeType::kCardState;
  NoticeState state = NoticeState::kNext;
  std::string body;  // JSON, as it is sent each time
  std::uint32_t attempts = 0;
  std::uint32_t lastStatus = 0;  // HTTP status of the last attempt; 0: no answer, or none yet
  base::Time created;
  base::Time begun;  // its patience runs from here: when it was written, or sent again by hand
  base::Time due;    // the next attempt; while claimed, the end of the lease
};

struct NoticeTotals {
  base::TenantId issuer;
  std::uint64_t waiting = 0;  // next or behind
  std::uint64_t parked = 0;
  std::uint64_t dropped = 0;  // ever: the outbox was full
};

class NoticeRepository {
 public:
  virtual ~NoticeRepository() = default;

  // nextNumber gives the number of the card's next notice, and uses it up.
  virtual Result<std::uint64_t> nextNumber(const base::TenantId& issuer,
                                           const base::DigitalCardId& card) = 0;

  // put adds a notice as kNext, due at once, or kBehind when others of its card wait. False: the
  // issuer has `most` that wait or are parked; it is dropped, and counted.
  virtual Result<bool> put(const Notice& notice, std::size_t most) = 0;

  // claim takes at most `limit` notices of an issuer that are kNext and due, for the caller alone
  // until `leaseEnd`, and counts an attempt of each. `due` of what it gives is `leaseEnd`, and
  // names the claim. What is due more than limits::kNoticeFarthest from `now` is due: a clock wrote
  // it that was put back since.
  virtual Result<std::vector<Notice>> claim(const base::TenantId& issuer, base::Time now,
                                            base::Time leaseEnd, std::size_t limit) = 0;

  // finish ends a claim: the row goes, and the card's next notice is due at once. postpone: it is
  // due again at `claimed.due`, with claimed.attempts and claimed.lastStatus. park: it is given up,
  // and the card's next one is due. `lease` is the due that the claim gave; none of them does
  // anything when the lease ran out and another took the row.
  virtual Status finish(const Notice& claimed, base::Time lease, base::Time now) = 0;
  virtual Status postpone(const Notice& claimed, base::Time lease) = 0;
  virtual Status park(const Notice& claimed, base::Time lease, base::Time now) = 0;

  // For the operator. find gives one; list gives waiting and parked ones after a place, by place,
  // at most `limit`, of all issuers or only the parked ones. retry gives a parked one its whole
  // patience again, in its place among those of its card: kNotFound, or kWrongState when it is not
  // parked.
  virtual Result<std::optional<Notice>> find(const base::NoticeId& id) = 0;
  virtual Result<std::vector<Notice>> list(const NoticePlace& after, bool parkedOnly,
                                           std::size_t limit) = 0;
  virtual Status retry(const base::NoticeId& id, base::Time now) = 0;
  virtual Result<std::vector<NoticeTotals>> totals() = 0;  // by issuer

  // parkOld parks what was begun before `before` and is not claimed, of all issuers, also of those
  // that nobody carries to any more; eraseOld erases what is parked and was begun before `before`.
  // Both at most `limit`; they give how many.
  virtual Result<std::size_t> parkOld(base::Time before, base::Time now, std::size_t limit) = 0;
  virtual Result<std::size_t> eraseOld(base::Time before, std::size_t limit) = 0;
};

}  // namespace florin::records
