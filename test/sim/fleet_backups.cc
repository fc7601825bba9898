// The backend's store goes back to a backup (D7): what happened since is known to devices only.
#include <algorithm>

#include "cps/store_epoch.h"
#include "fleet.h"

namespace florin::sim {
namespace {

using std::chrono_literals::operator""min;
using std::chrono_literals::operator""h;

constexpr unsigned kDaysAtLeast = 8;
constexpr std::size_t kRepeats = 40;  // payments of before that are presented again

}  // namespace

void Fleet::planRestore() {
  if (size_.days < kDaysAtLeast || !troubles_.percent(60)) return;
  restoreIsToCome_ = true;
  const base::Duration at = troubles_.between(48h, (size_.days - 5) * 24h);
  schedule_.after(at, [this] {
    trace_.line("backup");
    const auto snapshot = std::make_shared<Snapshot>(
        Snapshot{backend_.backup(), backendChecks_.moment(), wishes_, clock_.now()});
    schedule_.after(troubles_.between(1h, 60h), [this, snapshot] { loseStore(snapshot); });
  });
}

// A vault that is old at the same time has lost what the store lost: nobody knows it any more, and
// nothing can be said of it. So such ones are waited for.
void Fleet::loseStore(const std::shared_ptr<Snapshot>& snapshot) {
  const bool old = std::ranges::any_of(
      parties_, [](const auto& party) { return !party->off && (party->old || party->intruder); });
  if (old) {
    if (steps_ < size_.days) schedule_.after(2h, [this, snapshot] { loseStore(snapshot); });
    return;
  }
  trace_.line("store lost");
  ++faults_;
  backendHeld_ = true;
  backend_.kill();
  schedule_.after(2min, [this, snapshot] { restore(*snapshot); });
}

void Fleet::restore(const Snapshot& snapshot) {
  backend_.restore(snapshot.rows, settings_.broken == "I2");
  backendChecks_.goBack(*snapshot.checks);
  wishes_ = snapshot.wishes;
  payments_.storeWentBack(snapshot.at);
  owedRollbacks_.clear();
  watched_.clear();
  for (const auto& party : parties_) {
    party->checks->storeWentBack();
    party->device->aheadOfStore = true;
  }
  backendHeld_ = restoreIsToCome_ = false;
  ++restores_;
  backendStarted();
  trace_.line("restored", backend_.start());
  for (std::size_t i = 0; i < kRepeats; ++i) payments_.repeatOne();
  schedule_.after(troubles_.between(10min, 10h), [this] {
    trace_.line("restore confirmed");
    const Status confirmed =
        backend_.durable().write([](ports::Unit& unit) { return cps::confirmStoreEpoch(unit); });
    verdict_.require(confirmed.ok(), "I9", "a restore cannot be confirmed");
  });
}

}  // namespace florin::sim
