// NoticeWorker carries the outbox of notices to issuers: each at least once, those of a card in
// their order, with patience and within bounds. What is given up is parked, for an operator to see.
#pragma once

#include <map>
#include <vector>

#include "base/metrics.h"
#include "base/random.h"
#include "base/time.h"
#include "florin/log.h"
#include "notify/breaker.h"
#include "ports/notice_sender.h"
#include "ports/store.h"

namespace florin::notify {

// Borrowed by the worker, which it must outlive.
struct NoticeOutbox {
  ports::Store& store;
  ports::NoticeSender& sender;
  base::Clock& clock;
  base::Random& random;
  Log& log;
  base::Metrics& metrics;
};

// NoticeWorker is driven by one thread that calls step until the end, then drain. Several instances
// may work on one store: a notice is claimed by lease. A worker that dies leaves its notices to the
// end of their lease, and they are sent again with the same id.
class NoticeWorker {
 public:
  explicit NoticeWorker(const NoticeOutbox& outbox);

  // step waits for verdicts, the bell or limits::kNoticePoll, then stores the verdicts and claims
  // and starts what is due, both in one unit of work.
  void step();

  // drain gives what is in flight up to `atMost`, stores its verdicts and returns the other claims.
  void drain(base::Duration atMost);

  [[nodiscard]] std::size_t inFlight() const { return inFlight_.size(); }

 private:
  enum class Fate : std::uint8_t { kDone, kLater, kParked };
  // A verdict as it is to be stored: `row` is what becomes of it.
  struct Ended {
    records::Notice row;
    base::Time lease;
    Fate fate = Fate::kDone;
  };
  // Lane is one issuer.
  struct Lane {
    Breaker breaker{base::limits::kIssuerBreaker, base::limits::kIssuerBreakerOpen};
    std::size_t inFlight = 0;
  };

  void gather(base::Duration atMost);
  void judge(const ports::NoticeVerdict& verdict);
  void judgeFailure(records::Notice row, const ports::NoticeVerdict& verdict);
  void storeAndClaim(bool claims);
  void start(std::vector<records::Notice> claimed);
  Status store(ports::Unit& unit, const Ended& ended, base::Time now);
  void end(records::Notice row, base::Time lease, Fate fate);

  NoticeOutbox outbox_;
  std::map<base::TenantId, Lane> lanes_;
  std::map<base::NoticeId, records::Notice> inFlight_;  // their due: the end of the lease
  std::vector<Ended> ended_;                            // not yet stored
};

}  // namespace florin::notify
