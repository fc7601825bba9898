#include "run.h"

namespace florin::sim {
namespace {

using std::chrono_literals::operator""min;

}  // namespace

void Run::addWallet(std::size_t cards, std::size_t nth, DiskFault fault) {
  Party& party = addParty();
  for (std::size_t card = 0; card < cards; ++card) {
    party.app->cards.push_back({panOf(party.device->index(), card), {}, {}});
  }
  party.device->disk.plan(nth, fault);
  start(party);
}

Fate Run::fateOf(const Message& message) {
  for (const auto& [number, moment] : plannedKills_) {
    if (number == message.number && moment == Moment::kDeviceSends) {
      schedule_.after({}, [this, device = message.device] { killDevice(party(device), true); });
    }
  }
  if (const auto planned = plannedFates_.find(message.number); planned != plannedFates_.end()) {
    ++faults_;
    return planned->second;
  }
  if (settings_.broken == "I9" && calm_ && message.request.path == "/cps/v1/exchange") {
    return Fate::kReplyCorrupt;
  }
  if (calm_ || !networkChance_.percent(storminess_)) return Fate::kArrives;
  ++faults_;
  return static_cast<Fate>(1 + networkChance_.below(kFates - 1));
}

void Run::served(const Message& message, const std::optional<TransportResponse>& response) {
  Scene::served(message, response);
  for (const auto& [number, moment] : plannedKills_) {
    if (number == message.number && moment == Moment::kBackendServed) backend_.kill();
  }
}

void Run::replied(const Message& message) {
  Scene::replied(message);
  for (const auto& [number, moment] : plannedKills_) {
    if (number == message.number && moment == Moment::kDeviceGetsAnswer)
      killDevice(party(message.device), true);
  }
}

// calm ends all faults, and lets what is under way come to its end.
void Run::calm() {
  calm_ = true;
  trace_.line("calm");
  backend_.faults().plan(0, StoreFault::kNone);
  for (const auto& party : parties_) party->device->disk.plan(0, DiskFault::kNone);
  runFor(3min);
  resumeSuspended();
  payments_.work();
}

// settle: after the faults stop, every wallet gets where a run without faults gets (I9).
void Run::settle() {
  calm();
  for (std::size_t i = 0; i < parties_.size() && !verdict_.found(); ++i) {
    if (excused(*parties_[i])) continue;
    actAll(i);
    if (verdict_.found() || !comesBack(*parties_[i])) return;
    const DeviceView& view = parties_[i]->checks->view();
    const std::size_t cards = parties_[i]->app->cards.size();
    verdict_.require(view.status == EnrollmentStatus::ENROLLMENT_COMPLETE, "I9",
                     "a wallet is not enrolled in the end");
    verdict_.require(view.cards.size() == cards && view.keys.size() == cards * kKeyStock, "I9",
                     "a wallet lacks cards or keys in the end");
    backendChecks_.settled(parties_[i]->walletId, view);
    for (const DigitalizedCard& card :
         parties_[i]->device->wallet().getDigitalizedCardManager().getAllCards()) {
      verdict_.require(card.state == CardState::ACTIVE, "I9", "a card is not active in the end");
    }
    parties_[i]->app->tap(true);
    payments_.work();
  }
}

Outcome Run::simulate() {
  const std::size_t wallets = 1 + plan_.below(2);
  for (std::size_t i = 0; i < wallets; ++i) addWallet(1 + plan_.below(3));
  constexpr unsigned kStorms[] = {0, 5, 15, 35};
  storminess_ = kStorms[plan_.below(4)];
  calm_ = false;
  const std::size_t steps = 20 + plan_.below(40);
  for (steps_ = 1; steps_ <= steps && !verdict_.found(); ++steps_) {
    verdict_.at(steps_);
    step();
  }
  if (!verdict_.found()) settle();
  return outcome();
}

}  // namespace florin::sim
