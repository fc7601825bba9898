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

// operate is the operator: suspends, resumes or revokes a device; or lets the backend's next
// process have a new channel key.
void Run::operate() {
  const Party& party = *parties_.at(plan_.below(parties_.size()));
  const auto what = plan_.below(6);
  if (what == 0) {
    trace_.line("rotate");
    backend_.rotate();
    if (backend_.up()) backend_.kill();
    return;
  }
  order(party, what <= 2 ? Order::kRevoke : what <= 4 ? Order::kSuspend : Order::kResume);
}

}  // namespace florin::sim
