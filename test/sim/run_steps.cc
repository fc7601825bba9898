// What happens in one step of a run.
#include "base/bytes.h"
#include "base/check.h"
#include "run.h"

namespace florin::sim {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""h;

}  // namespace

void Run::step() {
  Party& party = *parties_.at(plan_.below(parties_.size()));
  trace_.line("step", steps_);
  const auto dice = plan_.below(100);
  if (dice < 62) {
    if (party.device->up() && !party.app->busy()) party.app->actWildly();
  } else if (dice < 72) {
    breakDevice(party);
  } else if (dice < 82) {
    breakBackend();
  } else if (dice < 86) {
    party.device->clock.setOffset(plan_.between(-2h, 2h));
  } else if (dice < 88) {
    runFor(plan_.between(1h, 30h));
  } else if (dice < 92) {
    if (network_.recorded() > 0) network_.replay(plan_.below(network_.recorded()));
  } else if (dice < 93) {
    addIntruder();
  } else if (dice < 96) {
    operate();
  } else {
    payments_.work();
    payments_.repeatOne();
  }
  runFor(plan_.percent(50) ? plan_.between(5ms, 500ms) : plan_.between(500ms, 60s));
}

// addIntruder gives somebody a copy of a vault that has no device key yet, and the user's codes:
// two device keys then want the same code (I3).
void Run::addIntruder() {
  const std::size_t victim = plan_.below(parties_.size());
  Party& from = *parties_.at(victim);
  const DeviceView& view = from.checks->view();
  if (parties_.size() > 4 || view.status != EnrollmentStatus::ENROLLMENT_NEEDED) return;
  const std::optional<Bytes> vault = from.device->disk.durable();
  if (!vault || from.app->cards.at(0).code.empty()) return;
  for (const auto& party : parties_) {
    if (party->intruder) return;
  }
  trace_.line("intruder copies", victim);
  Party& copy = addParty(vault);
  copy.intruder = true;
  copy.app->cards = from.app->cards;
  start(copy);
}

// operate is the operator: suspends, resumes or revokes a device, and is told that it is done; or
// lets the backend's next process have a new channel key.
void Run::operate() {
  const Party& party = *parties_.at(plan_.below(parties_.size()));
  const auto what = plan_.below(6);
  if (what == 0) {
    trace_.line("rotate");
    backend_.rotate();
    if (backend_.up()) backend_.kill();
    return;
  }
  const auto row =
      backend_.durable()
          .read([&](ports::Unit& unit) {
            return unit.devices().findByWallet(material_.walletProvider(), party.walletId);
          })
          .value();
  if (!row || !backend_.up()) return;
  trace_.line("operate", party.device->index(), what);
  cps::Devices& devices = backend_.devices();
  const Status done = what <= 2   ? devices.revoke(row->deviceId, LockReason::STOLEN)
                      : what <= 4 ? devices.suspend(row->deviceId, LockReason::STOLEN)
                                  : devices.resume(row->deviceId);
  // The backend may have died of it when it was durable already.
  const auto after = stateOf(*row);
  if (what <= 2 && (done.ok() || after == records::DeviceState::kRevoked)) {
    backendChecks_.revoked(party.walletId);
  } else if (what > 2 && what <= 4 && (done.ok() || after == records::DeviceState::kSuspended)) {
    backendChecks_.suspended(party.walletId, true);
  } else if (what == 5 && after == records::DeviceState::kActive) {
    backendChecks_.suspended(party.walletId, false);
  }
  if (backend_.faults().dead()) backend_.kill();
}

records::DeviceState Run::stateOf(const records::Device& device) {
  return backend_.durable()
      .read([&](ports::Unit& unit) { return unit.devices().find(device.deviceId); })
      .value()
      .value_or(device)
      .state;
}

// resumeSuspended: whoever was suspended may go on (I9).
void Run::resumeSuspended() {
  for (const auto& party : parties_) {
    const auto row =
        backend_.durable()
            .read([&](ports::Unit& unit) {
              return unit.devices().findByWallet(material_.walletProvider(), party->walletId);
            })
            .value();
    if (!row || row->state != records::DeviceState::kSuspended) continue;
    verdict_.require(backend_.devices().resume(row->deviceId).ok(), "I9",
                     "a device cannot be resumed");
    backendChecks_.suspended(party->walletId, false);
  }
}

}  // namespace florin::sim
