#include "wallet/synchronize.h"

#include "wallet/replenish.h"
#include "wallet/step_up.h"

namespace florin::wallet {
namespace {

using vault::Vault;

std::optional<base::Duration> waitForPoll(Core& core) {
  return core.withVault([&](Vault& vault) { return core.polls.wait(vault, core.clock.now()); });
}

// judge tells the schedule how a poll ended. What was answered is on it already. A reply that only
// answers a request of ours may bring what no push had to announce.
void judge(Core& core, const SessionOutcome& outcome) {
  core.withVault([&](Vault& vault) {
    const base::Time now = core.clock.now();
    const bool notAnswered = core.polls.wait(vault, now) == base::Duration(0);
    if (outcome.error && (outcome.error->retryable || notAnswered)) {
      core.polls.failed(vault, now, core.random);
    } else if (!outcome.applied.empty() && !outcome.result) {
      core.polls.found(vault, now, core.random);
    }
  });
}

}  // namespace

void synchronizeNow(Core& core, const Disarm& disarm, PushTold told,
                    std::function<void(const SessionOutcome&)> asked) {
  const bool stored =
      core.withVault([](Vault& vault) { return vault.find(vault::Kind::kDevice, {}) != nullptr; });
  if (!stored) return end(core, told, notEnrolled());
  runSession(
      core, disarm,
      [&core, disarm, told, asked = std::move(asked)](const SessionOutcome& outcome) mutable {
        if (asked) asked(outcome);
        tellApplied(told, outcome.applied);
        if (outcome.error) return end(core, told, outcome.error);
        refreshPending(core, [&core, disarm, told]() mutable {
          refillNow(core, disarm, [&core, told](const Refilled& refilled) mutable {
            tellApplied(told, refilled.applied);
            end(core, told, refilled.error);
          });
        });
      });
}

void pollNow(Core& core, const Disarm& disarm, const PushTold& told,
             std::function<void()> planned) {
  if (waitForPoll(core) != base::Duration(0)) {
    end(core, told, std::nullopt);
    if (planned) planned();
    return;
  }
  synchronizeNow(core, disarm, told,
                 [&core, planned = std::move(planned)](const SessionOutcome& outcome) {
                   judge(core, outcome);
                   if (planned) planned();
                 });
}

void Poller::look() {
  core_.post([self = shared_from_this()] { self->begin(); });
}

void Poller::lookAtOnce() {
  core_.post([self = shared_from_this()] {
    self->waiting_ = false;
    self->begin();
  });
}

// While a turn is queued nothing more is: it looks again when it comes, so that the executor holds
// one task, whatever happens in between.
void Poller::begin() {
  if (waiting_) return;
  const auto wait = waitForPoll(core_);
  if (!wait) return;
  waiting_ = true;
  ++turn_;
  if (*wait > base::Duration(0)) {
    return core_.postAfter(*wait, [self = shared_from_this(), turn = turn_] {
      if (self->turn_ != turn) return;
      self->waiting_ = false;
      self->begin();
    });
  }
  core_.converse([self = shared_from_this()] {
    const PushTold told(self->core_, self->core_.config.backgroundListener);
    pollNow(self->core_, self->disarm_, told, [self] {
      self->waiting_ = false;
      self->look();
    });
  });
}

}  // namespace florin::wallet
