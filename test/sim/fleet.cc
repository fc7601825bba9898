#include "fleet.h"

namespace florin::sim {
namespace {

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""h;

constexpr unsigned kFirstDays = 4;    // in which devices join
constexpr unsigned kCallsAtOnce = 8;  // that a user has patience for
constexpr unsigned kMostCards = 3;

}  // namespace

Fleet::Fleet(const Material& material, const Settings& settings, const FleetSize& size)
    : Scene(material, settings), size_(size) {
  for (std::size_t i = 0; i < size_.devices; ++i) {
    Party& party = addParty();
    party.app->cards.push_back({panOf(i, 0), {}, {}});
  }
}

Fate Fleet::fateOf(const Message& /*message*/) { return Fate::kArrives; }

base::Duration Fleet::sometime() { return plan_.between(0s, 24h - 1min); }

void Fleet::planDay() {
  trace_.line("day", steps_);
  const unsigned left =
      std::min(kFirstDays, size_.days) - std::min<unsigned>(kFirstDays, steps_ - 1);
  for (const auto& party : parties_) {
    if (party->device->up() || party->restarting) {
      planDevice(*party);
    } else if (left <= 1 || plan_.below(left) == 0) {
      party->restarting = true;
      schedule_.after(sometime(), [this, party = party.get()] {
        start(*party);
        pursue(*party, kCallsAtOnce);
      });
    }
  }
}

void Fleet::planDevice(Party& party) {
  planPayments(party);
  planPolls(party);
  App& app = *party.app;
  if (app.cards.size() < kMostCards && plan_.percent(4)) {
    app.cards.push_back({panOf(party.device->index(), app.cards.size()), {}, {}});
    schedule_.after(sometime(), [this, &party] { pursue(party, kCallsAtOnce); });
  }
}

// Payments come in clusters: a trip, a lunch, a purchase.
void Fleet::planPayments(Party& party) {
  for (std::uint64_t clusters = plan_.below(3); clusters > 0; --clusters) {
    base::Duration at = sometime();
    for (std::uint64_t payments = 1 + plan_.below(3); payments > 0; --payments) {
      schedule_.after(at, [this, &party] { pay(party); });
      at += plan_.between(20s, 20min);
    }
  }
}

// Half of the devices leave it to the wallet to keep the stock; the applications of the others look
// every day.
void Fleet::planPolls(Party& party) {
  if (!plan_.percent(party.device->index() % 2 == 0 ? 20 : 80)) return;
  schedule_.after(sometime(), [this, &party] {
    if (party.device->up()) party.app->poll();
  });
}

void Fleet::pursue(Party& party, unsigned calls) {
  if (calls == 0) return;
  if (party.device->up() && !party.app->busy() && !party.app->actSensibly()) return;
  schedule_.after(plan_.between(2s, 30s), [this, &party, calls] { pursue(party, calls - 1); });
}

void Fleet::pay(Party& party) {
  if (!party.device->up()) return;
  if (plan_.percent(10)) party.app->chooseDefault(plan_.below(party.app->cards.size()));
  party.app->tap(plan_.percent(50));
  // The others are sent with a later payment of anybody: the terminal was off line.
  if (plan_.percent(80)) schedule_.after(plan_.between(1s, 5s), [this] { payments_.work(); });
}

Outcome Fleet::live() {
  for (steps_ = 1; steps_ <= size_.days && !verdict_.found(); ++steps_) {
    verdict_.at(steps_);
    planDay();
    runFor(24h);
  }
  if (!verdict_.found()) settle();
  return outcome();
}

// calm ends all faults, and lets what is under way come to its end.
void Fleet::calm() {
  calm_ = true;
  trace_.line("calm");
  backend_.faults().plan(0, StoreFault::kNone);
  for (const auto& party : parties_) party->device->disk.plan(0, DiskFault::kNone);
  runFor(1h);
  payments_.work();
}

// settle: after the faults stop, every device gets by polling alone where it should (I7, I9).
void Fleet::settle() {
  calm();
  for (const auto& party : parties_) {
    if (verdict_.found()) return;
    if (!excused(*party)) settleParty(*party);
  }
}

void Fleet::settleParty(Party& party) {
  actAll(party);
  if (verdict_.found() || !comesBack(party)) return;
  const DeviceView& view = party.checks->view();
  verdict_.require(view.status == EnrollmentStatus::ENROLLMENT_COMPLETE, "I9",
                   "a wallet is not enrolled in the end");
  backendChecks_.settled(party.walletId, view);
  for (const DigitalizedCard& card :
       party.device->wallet().getDigitalizedCardManager().getAllCards()) {
    verdict_.require(card.state == CardState::ACTIVE && card.paymentsLeft == kKeyStock, "I9",
                     "a card is not active or lacks keys in the end");
  }
  party.app->tap(true);
  payments_.work();
}

}  // namespace florin::sim
