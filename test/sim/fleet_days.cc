// What a day brings: payments, polls, and troubles.
#include "fleet.h"

namespace florin::sim {
namespace {

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""h;

constexpr unsigned kFirstDays = 4;    // in which devices join
constexpr unsigned kLastDays = 4;     // in which no long trouble begins
constexpr unsigned kCallsAtOnce = 8;  // that a user has patience for
constexpr unsigned kMostCards = 3;
constexpr auto kWorkerRound = 5min;
constexpr auto kYear = 365 * 24h;

}  // namespace

base::Duration Fleet::sometime() { return troubles_.between(0s, 24h - 1min); }

Party& Fleet::someone() { return party(troubles_.below(size_.devices)); }

bool Fleet::isIdle(const Party& party) {
  return !party.off && party.device->up() && !party.device->disk.dead() && !party.app->busy();
}

void Fleet::planDay() {
  trace_.line("day", steps_);
  for (base::Duration at{}; at < 24h; at += kWorkerRound) {
    schedule_.after(at, [this] { workPushes(); });
  }
  for (std::size_t i = 0; i < size_.devices; ++i) {
    Party& party = *parties_[i];
    if (!party.off) {
      planDevice(party);
    } else if (!isLate(i) && (steps_ >= kFirstDays || troubles_.percent(100 / kFirstDays))) {
      schedule_.after(sometime(), [this, &party] { join(party, kCallsAtOnce); });
    }
  }
  planTroubles();
}

void Fleet::join(Party& party, unsigned calls) {
  party.off = false;
  start(party);
  pursue(party, calls);
}

void Fleet::planDevice(Party& party) {
  planPayments(party);
  planPolls(party);
  App& app = *party.app;
  if (app.cards.size() < kMostCards && troubles_.percent(4)) {
    wantCard(party);
    schedule_.after(sometime(), [this, &party] { pursue(party, kCallsAtOnce); });
  }
  if (troubles_.percent(1)) {
    schedule_.after(sometime(), [this, &party] {
      if (isIdle(party)) party.app->takePushToken(pushes_.newToken(party.device->index()));
    });
  }
}

// Payments come in clusters: a trip, a lunch, a purchase.
void Fleet::planPayments(Party& party) {
  for (std::uint64_t clusters = troubles_.below(3); clusters > 0; --clusters) {
    base::Duration at = sometime();
    for (std::uint64_t payments = 1 + troubles_.below(3); payments > 0; --payments) {
      schedule_.after(at, [this, &party] { pay(party); });
      at += troubles_.between(20s, 20min);
    }
  }
}

// Half of the devices leave it to the wallet to keep the stock; the applications of the others look
// on most days.
void Fleet::planPolls(Party& party) {
  if (!troubles_.percent(party.device->index() % 2 == 0 ? 20 : 70)) return;
  schedule_.after(sometime(), [this, &party] {
    if (isIdle(party)) party.app->poll();
  });
}

void Fleet::planTroubles() {
  const auto at = [this](auto trouble) { schedule_.after(sometime(), trouble); };
  const std::size_t few = 1 + size_.devices / 10;
  for (std::size_t i = 0; i < few; ++i) {
    at([this] { pushes_.forge(someone().device->index()); });
    at([this] { payments_.repeatOne(); });
    at([this] { storm(); });
    if (i % 2 == 0) at([this] { breakSomeDevice(); });
    if (network_.recorded() > 0 && i % 2 == 0) {
      at([this] { network_.replay(troubles_.below(network_.recorded())); });
    }
  }
  for (std::size_t i = 0; i < few; i += 2) {
    if (troubles_.percent(50)) at([this] { renewSomeCard(); });
    if (troubles_.percent(30)) at([this] { ageSomeCard(); });
  }
  if (troubles_.percent(60)) at([this] { breakTheBackend(); });
  if (troubles_.percent(10)) at([this] { pushes_.breakDown(troubles_.between(10min, 6h)); });
  if (troubles_.percent(10)) at([this, few] { burst(4 * few); });
  if (troubles_.percent(30)) at([this] { lockSomeDevice(); });
  if (steps_ + kLastDays > size_.days) return;
  if (troubles_.percent(30)) at([this] { planClock(someone()); });
  if (troubles_.percent(40)) at([this] { planOldVault(someone()); });
  if (troubles_.percent(10)) at([this] { beginClone(someone()); });
}

void Fleet::breakSomeDevice() {
  Party& party = someone();
  if (party.off || backendHeld_) return;
  breakDevice(party);
  if (isIdle(party)) party.app->poll();
}

// The backend breaks while somebody talks to it.
void Fleet::breakTheBackend() {
  Party& party = someone();
  if (backendHeld_) return;
  breakBackend();
  if (isIdle(party)) party.app->poll();
}

// isPlain: nobody doubts whose vault it has.
bool Fleet::isPlain(const Party& party) {
  return !party.off && !party.old && !watched_.contains(party.device->index()) && !excused(party);
}

void Fleet::revoke(Party& party, base::Duration untilItEnrolls) {
  if (!isPlain(party)) return;
  order(party, Order::kRevoke);
  schedule_.after(untilItEnrolls, [this, &party] { pursue(party, kCallsAtOnce); });
}

void Fleet::lockSomeDevice() {
  Party& party = someone();
  if (!isPlain(party)) return;
  if (troubles_.percent(15)) return revoke(party, troubles_.between(1h, 20h));
  order(party, Order::kSuspend);
  schedule_.after(troubles_.between(10min, 30h), [this, &party] { order(party, Order::kResume); });
}

// A clock that is a year wrong, in either direction, and right again.
void Fleet::planClock(Party& party) {
  trace_.line("clock", party.device->index());
  party.device->clock.setOffset(troubles_.percent(50) ? kYear : -kYear);
  if (isIdle(party)) party.app->poll();
  schedule_.after(troubles_.between(1h, 48h), [&party] { party.device->clock.setOffset({}); });
}

void Fleet::pursue(Party& party, unsigned calls) {
  if (calls == 0 || party.off || calm_) return;
  if (isIdle(party) && !party.app->actSensibly()) return;
  schedule_.after(troubles_.between(2s, 30s), [this, &party, calls] { pursue(party, calls - 1); });
}

void Fleet::pay(Party& party) {
  if (!party.device->up() || party.device->disk.dead() || party.off) return;
  if (watched_.contains(party.device->index())) return;
  if (troubles_.percent(10)) party.app->chooseDefault(troubles_.below(party.app->cards.size()));
  party.app->tap(troubles_.percent(50));
  // The others are sent with a later payment of anybody: the terminal was off line.
  if (troubles_.percent(80))
    schedule_.after(troubles_.between(1s, 5s), [this] { payments_.work(); });
}

}  // namespace florin::sim
