// OutboxWorker carries the outbox of pushes to the providers. A push is a hint (I7): it is retried
// with patience, within bounds, and then forgotten, since the device polls.
#pragma once

#include <array>
#include <map>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "florin/log.h"
#include "notify/breaker.h"
#include "ports/push_sender.h"
#include "ports/store.h"
#include "sealing/row_sealer.h"

namespace florin::notify {

// Borrowed by the worker, which it must outlive.
struct Outbox {
  ports::Store& store;
  sealing::RowSealer& sealer;
  ports::PushSender& sender;
  base::Clock& clock;
  base::Random& random;
  Log& log;
};

// OutboxWorker is driven by one thread that calls step until the end, then drain. Several instances
// may work on one store: a row is claimed by lease, so that one push at a time is in flight for a
// device. A worker that dies leaves its rows to the end of their lease, and they are sent again.
class OutboxWorker {
 public:
  explicit OutboxWorker(const Outbox& outbox) : outbox_(outbox) {}

  // step waits for verdicts, the bell or limits::kPushPoll, then stores the verdicts and claims and
  // starts what is due, both in one unit of work: a round costs one commit, however many pushes.
  void step();

  // drain gives what is in flight up to `atMost`, stores its verdicts and returns the other claims.
  void drain(base::Duration atMost);

  [[nodiscard]] std::size_t inFlight() const { return inFlight_.size(); }

 private:
  struct Claimed {
    records::Push row;
    Bytes sealedToken;
  };
  // A verdict with the row it is about, as it is to be stored.
  struct Ended {
    Claimed push;
    bool done = false;       // the row goes; otherwise it is due again
    bool tokenDead = false;  // and the device's token with it
    base::Time due;
    std::uint32_t attempts = 0;
    bool holds = false;  // its provider wants patience
  };

  void gather(base::Duration atMost);
  void judge(const ports::PushVerdict& verdict);
  void storeAndClaim(std::size_t limit);
  Result<std::vector<Claimed>> claim(ports::Unit& unit, base::Time now, std::size_t limit);
  Status store(ports::Unit& unit, const Ended& ended, base::Time now);
  void begin(Claimed push);
  void postpone(Claimed push, base::Time due, std::uint32_t attempts, bool holds);
  void drop(Claimed push);
  base::Duration delayAfter(std::uint32_t attempts);
  Breaker& breaker(ports::PushProvider provider);

  Outbox outbox_;
  std::map<base::DeviceId, Claimed> inFlight_;
  std::vector<Ended> ended_;  // not yet stored
  std::array<Breaker, ports::kPushProviders> breakers_;
};

}  // namespace florin::notify
