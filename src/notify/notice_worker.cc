#include "notify/notice_worker.h"

#include <algorithm>
#include <iterator>

#include "base/limits.h"
#include "notify/back_off.h"
#include "notify/notices.h"

namespace florin::notify {

namespace limits = base::limits;
using ports::NoticeOutcome;

NoticeWorker::NoticeWorker(const NoticeOutbox& outbox) : outbox_(outbox) {
  for (const base::TenantId& issuer : outbox_.sender.issuers()) lanes_.try_emplace(issuer);
}

void NoticeWorker::step() {
  gather(limits::kNoticePoll);
  storeAndClaim(true);
}

void NoticeWorker::drain(base::Duration atMost) {
  const base::Time end = outbox_.clock.now() + atMost;
  for (base::Time now = end - atMost; !inFlight_.empty() && now < end; now = outbox_.clock.now()) {
    const std::size_t before = inFlight_.size();
    gather(std::min<base::Duration>(end - now, limits::kNoticePoll));
    if (inFlight_.size() != before) storeAndClaim(false);
  }
  while (!inFlight_.empty()) {
    records::Notice row = std::move(inFlight_.extract(inFlight_.begin()).mapped());
    const base::Time lease = row.due;
    row.due = outbox_.clock.now();
    --row.attempts;  // it has no verdict
    this->end(std::move(row), lease, Fate::kLater);
  }
  storeAndClaim(false);
}

// gather takes the verdicts of a moment, not each alone: they share a commit.
void NoticeWorker::gather(base::Duration atMost) {
  for (base::Duration wait = atMost;; wait = limits::kNoticeGather) {
    const auto verdicts = outbox_.sender.poll(wait);
    for (const ports::NoticeVerdict& verdict : verdicts) judge(verdict);
    if (verdicts.empty() || inFlight_.empty()) return;
  }
}

void NoticeWorker::judge(const ports::NoticeVerdict& verdict) {
  auto node = inFlight_.extract(verdict.noticeId);
  if (node.empty()) return;
  records::Notice row = std::move(node.mapped());
  row.lastStatus = verdict.status;
  Breaker& breaker = lanes_.at(row.place.issuer).breaker;
  switch (verdict.outcome) {
    case NoticeOutcome::kDelivered: {
      breaker.succeeded();
      outbox_.metrics.count("webhooks", "delivered");
      const base::Time lease = row.due;
      return end(std::move(row), lease, Fate::kDone);
    }
    case NoticeOutcome::kRefused:
      breaker.succeeded();
      outbox_.metrics.count("webhooks", "refused");
      break;
    case NoticeOutcome::kRetry:
      outbox_.metrics.count("webhooks", "silent");
      if (breaker.failed(outbox_.clock.now())) {
        outbox_.log.warning("notice.issuer_down", {{"issuer", row.place.issuer}});
      }
      break;
  }
  judgeFailure(std::move(row), verdict);
}

void NoticeWorker::judgeFailure(records::Notice row, const ports::NoticeVerdict& verdict) {
  const base::Time now = outbox_.clock.now();
  const base::Time lease = row.due;
  const unsigned most = verdict.outcome == NoticeOutcome::kRefused ? limits::kNoticeRefusals
                                                                   : limits::kNoticeAttempts;
  if (row.attempts >= most || now - row.begun > limits::kNoticeLifetime) {
    outbox_.metrics.count("webhooks", "parked");
    outbox_.log.error("notice.parked", {{"noticeId", row.noticeId},
                                        {"digitalCardId", row.place.digitalCardId},
                                        {"type", nameOf(row.type)},
                                        {"status", row.lastStatus},
                                        {"attempts", row.attempts}});
    return end(std::move(row), lease, Fate::kParked);
  }
  base::Duration delay =
      backOff(outbox_.random, row.attempts, limits::kNoticeRetryFirst, limits::kNoticeRetryLast);
  if (verdict.retryAfter) {
    // What many were told at once must not come back at once.
    delay += std::min<base::Duration>(*verdict.retryAfter, limits::kNoticeRetryAdvice);
  }
  row.due = now + delay;
  end(std::move(row), lease, Fate::kLater);
}

// An issuer that is out of order gets nothing but one try after each pause, so what waits for it
// costs nothing, and ages until housekeeping parks it.
void NoticeWorker::storeAndClaim(bool claims) {
  const base::Time now = outbox_.clock.now();
  std::vector<std::pair<base::TenantId, std::size_t>> rooms;
  for (auto& [issuer, lane] : lanes_) {
    if (!claims) break;
    const bool whole = lane.breaker.isClosed();
    const std::size_t most = whole ? limits::kNoticesInFlight : 1;
    if (lane.inFlight >= most || !lane.breaker.allows(now)) continue;
    rooms.emplace_back(issuer, most - lane.inFlight);
  }
  if (rooms.empty() && ended_.empty()) return;
  using Rows = std::vector<records::Notice>;
  auto claimed = outbox_.store.write([&](ports::Unit& unit) -> Result<Rows> {
    Rows all;
    for (const Ended& ended : ended_) FLORIN_TRY(store(unit, ended, now));
    for (const auto& [issuer, room] : rooms) {
      FLORIN_TRY_ASSIGN(auto rows,
                        unit.notices().claim(issuer, now, now + limits::kNoticeLease, room));
      std::ranges::move(rows, std::back_inserter(all));
    }
    return all;
  });
  if (!claimed.ok()) {
    // The verdicts are kept for the next round; their leases run on.
    outbox_.log.error("notice.store_failed", {{"error", claimed.error()}});
    return;
  }
  ended_.clear();
  start(std::move(*claimed));
}

void NoticeWorker::start(std::vector<records::Notice> claimed) {
  for (records::Notice& row : claimed) {
    ++lanes_.at(row.place.issuer).inFlight;
    ports::NoticeMessage message{row.noticeId, row.place.issuer, std::move(row.body)};
    inFlight_.emplace(row.noticeId, std::move(row));
    outbox_.sender.start(std::move(message));
  }
}

Status NoticeWorker::store(ports::Unit& unit, const Ended& ended, base::Time now) {
  switch (ended.fate) {
    case Fate::kDone: return unit.notices().finish(ended.row, ended.lease, now);
    case Fate::kLater: return unit.notices().postpone(ended.row, ended.lease);
    case Fate::kParked: break;
  }
  return unit.notices().park(ended.row, ended.lease, now);
}

void NoticeWorker::end(records::Notice row, base::Time lease, Fate fate) {
  --lanes_.at(row.place.issuer).inFlight;
  ended_.push_back({std::move(row), lease, fate});
}

}  // namespace florin::notify
