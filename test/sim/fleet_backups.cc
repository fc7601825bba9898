// The backend's store goes back to a backup (D7): what happened since is known to devices only.
#include <algorithm>

#include "cps/store_epoch.h"
#include "fleet.h"

namespace florin::sim {
namespace {

using std::chrono_literals::operator""min;
using std::chrono_literals::operator""h;

constexpr unsigned kDaysAtLeast = 8;
constexpr std::size_t kLateEvery = 8;  // device of them enrolls in the lost days
constexpr unsigned kCallsAtOnce = 8;
constexpr std::size_t kRepeats = 40;  // payments of before that are presented again

}  // namespace

void Fleet::planRestore() {
  if (size_.days < kDaysAtLeast || !troubles_.percent(60)) return;
  restoreIsToCome_ = true;
  const base::Duration at = troubles_.between(48h, (size_.days - 5) * 24h);
  const base::Duration lost = troubles_.between(4h, 60h);
  planLostEnrollments(at, lost);
  schedule_.after(at, [this, lost] {
    trace_.line("backup");
    const auto snapshot = std::make_shared<Snapshot>(
        Snapshot{backend_.backup(), backendChecks_.moment(), wishes_, clock_.now()});
    schedule_.after(lost, [this, snapshot] { loseStore(snapshot); });
  });
}

// In the days that will be lost some devices enroll, half of them with a wallet that the backup
// knows, and some are revoked and enroll again.
void Fleet::planLostEnrollments(base::Duration at, base::Duration lost) {
  for (std::size_t i = 0; i < size_.devices; ++i) {
    if (!isLate(i)) continue;
    const bool walletIsKnown = i / kLateEvery % 2 == 0;
    if (walletIsKnown) schedule_.after(at - 1h, [this, i] { join(party(i), 1); });
    schedule_.after(at + troubles_.between(5min, lost / 2),
                    [this, i] { join(party(i), kCallsAtOnce); });
  }
  for (std::size_t i = 0; i < size_.devices; i += kLateEvery) {
    const base::Duration revoked = at + troubles_.between(5min, lost / 2);
    schedule_.after(revoked, [this] { revoke(someone(), troubles_.between(10min, 2h)); });
  }
}

// isLate: the device waits for the days that will be lost.
bool Fleet::isLate(std::size_t device) const {
  return restoreIsToCome_ && device % kLateEvery == kLateEvery - 1;
}

// noteUnknown: who enrolled in the lost days has to enroll again.
void Fleet::noteUnknown() {
  for (std::size_t i = 0; i < size_.devices; ++i) {
    const auto& id = party(i).checks->view().deviceId;
    if (!id || party(i).off) continue;
    const auto row =
        backend_.durable().read([&](ports::Unit& unit) { return unit.devices().find(*id); });
    if (row.ok() && !*row) unknown_[i] = *id;
  }
}

// checkEnrolledAgain: it has another device then, which `settled` holds against the backend's.
void Fleet::checkEnrolledAgain(const Party& party) {
  const auto was = unknown_.find(party.device->index());
  if (was == unknown_.end()) return;
  const DeviceView& now = party.checks->view();
  verdict_.require(now.deviceId && now.deviceId != was->second, "I9",
                   "a device that the restored store did not know did not enroll again");
  ++reenrollments_;
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
  putBack_.clear();
  watched_.clear();
  noteUnknown();
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
