// What waits at the backend, fetched without a push: when the application says so, and when it is
// time (wallet-api 4).
#pragma once

#include <functional>
#include <memory>

#include "wallet/asking.h"

namespace florin::wallet {

// synchronizeNow fetches what waits, as a conversation, which it ends. That cards are short of keys
// counts as waiting. `asked` hears how the first session ended.
void synchronizeNow(Core& core, const Disarm& disarm, PushTold told,
                    std::function<void(const SessionOutcome&)> asked = {});

// pollNow synchronizes when the schedule says that it is time, as a conversation, which it ends.
// `planned` is called when the schedule has the next poll.
void pollNow(Core& core, const Disarm& disarm, const PushTold& told,
             std::function<void()> planned = {});

// Poller polls by itself, on the executor, from `look` on.
class Poller : public std::enable_shared_from_this<Poller> {
 public:
  Poller(Core& core, Disarm disarm) : core_(core), disarm_(std::move(disarm)) {}

  // look takes a look at the schedule soon: it polls or waits until it is time. Any thread.
  void look();

  // lookAtOnce looks although it waits already: the schedule may have come nearer. Any thread.
  void lookAtOnce();

 private:
  void begin();

  Core& core_;
  const Disarm disarm_;
  bool waiting_ = false;    // for a turn that is queued already; both on the executor only
  std::uint64_t turn_ = 0;  // counts the waits, so that one that was cut short does nothing
};

}  // namespace florin::wallet
