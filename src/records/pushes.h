// Rows of room notify: the outbox of pushes. A push only tells a device to ask (I7), so one row per
// device is enough, however many operations wait; and one per card for payments that were booked.
// See wallets.h for what holds of every row.
#pragma once

#include <optional>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "florin/result.h"

namespace florin::records {

struct Push {
  base::TenantId tenant;
  base::DeviceId deviceId;
  base::DigitalCardId about;   // of payments with this card; zero: "ask the backend"
  std::uint64_t version = 1;   // grows with every put
  std::uint32_t attempts = 0;  // claims so far
  base::Time created;          // of the newest put
  base::Time due;              // the next attempt; while claimed, the end of the lease
  // It is in flight, or its provider wants patience: until it is due, the device's others wait,
  // too.
  bool holds = false;
};

struct PushCounts {
  std::uint64_t waiting = 0;
  std::uint64_t due = 0;       // of them now
  std::uint64_t retried = 0;   // of them with an attempt behind them
  std::uint64_t payments = 0;  // of them to tell of payments
};

class PushRepository {
 public:
  virtual ~PushRepository() = default;

  // put adds the device's push, due now, `about` a card's payments or zero. One that waits already
  // is due now, too, with all its attempts before it: what is new is not to wait for what failed.
  // But one that holds stays as it is due, so that nothing is sent earlier than the provider asked
  // for, and one in flight is sent again afterwards.
  virtual Status put(const base::TenantId&, const base::DeviceId&, const base::DigitalCardId& about,
                     base::Time now) = 0;

  // withdraw ends the device's push to ask, in flight or not, if there is one: it came by itself.
  virtual Status withdraw(const base::DeviceId&) = 0;

  // claim takes at most `limit` due pushes for the caller alone until `leaseEnd`, and counts an
  // attempt of each, by device id. Of a device it takes one, the push to ask first, and none while
  // another of its holds. The row that it gives names the claim: `due` is `leaseEnd`. A row that is
  // due more than limits::kPushFarthest from `now` is due: a clock wrote it that was put back
  // since.
  virtual Result<std::vector<Push>> claim(base::Time now, base::Time leaseEnd,
                                          std::size_t limit) = 0;

  // finish ends a claim: the row goes, or is due at once when it was put again meanwhile. postpone
  // ends it too: the row is due at `due`, after `attempts` attempts, and `holds` until then or not.
  // Neither does anything when the lease ran out and another took the row.
  virtual Status finish(const Push& claimed, base::Time now) = 0;
  virtual Status postpone(const Push& claimed, base::Time due, std::uint32_t attempts,
                          bool holds) = 0;

  // For the operator: pushes to ask. waiting gives a tenant's by device id above `after`, at most
  // `limit`; counts counts all pushes.
  virtual Result<std::optional<Push>> find(const base::DeviceId&) = 0;
  virtual Result<std::vector<Push>> waiting(const base::TenantId&, const base::DeviceId& after,
                                            std::size_t limit) = 0;
  virtual Result<PushCounts> counts(const base::TenantId&, base::Time now) = 0;
};

}  // namespace florin::records
