#include "run.h"

#include "base/bytes.h"
#include "base/check.h"
#include "codec/luhn.h"

namespace florin::sim {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""h;

constexpr auto kLongestCall = 10min;  // all retries of the SDK end before
constexpr unsigned kSettlingCalls = 60;

}  // namespace

std::string panOf(std::size_t wallet, std::size_t card) {
  const std::string body = "9999001" + std::to_string(10'000'000 + 100 * wallet + card);
  return body + *codec::luhnDigit(base::asBytes(body));
}

Run::Run(const Material& material, const Settings& settings)
    : material_(material),
      settings_(settings),
      trace_(clock_, settings.trace),
      plan_(streamSeed(settings.seed, Stream::kPlan)),
      networkChance_(streamSeed(settings.seed, Stream::kNetwork)),
      backendChance_(streamSeed(settings.seed, Stream::kBackend)),
      schedule_(clock_),
      verdict_(settings.broken),
      backend_(material, clock_, backendChance_, {settings.store, settings.suite}),
      network_(schedule_, backend_, networkChance_, trace_, *this),
      payments_({clock_, schedule_, network_, trace_}, backend_, plan_, verdict_),
      backendChecks_(material, backend_, clock_, verdict_) {
  plantFault();
}

void Run::addWallet(std::size_t cards, std::size_t nth, DiskFault fault) {
  auto party = std::make_unique<Party>();
  const std::size_t index = parties_.size();
  const World world{clock_, schedule_, network_, trace_};
  party->device = std::make_unique<DeviceHost>(world, index, settings_.seed);
  party->app = std::make_unique<App>(*party->device, payments_, plan_, trace_, verdict_);
  party->checks = std::make_unique<DeviceChecks>(backend_, verdict_);
  for (std::size_t card = 0; card < cards; ++card) {
    party->app->cards.push_back({panOf(index, card), {}, {}});
  }
  party->device->disk.plan(nth, fault);
  if (settings_.broken == "I1") party->device->disk.setLying(true);
  parties_.push_back(std::move(party));
  start(*parties_.back());
}

// start opens a wallet. A wallet that does not open without a fault of its disk is lost (I9).
void Run::start(Party& party) {
  party.restarting = false;
  if (party.device->up()) return;
  const Status started = party.device->start();
  trace_.line("start", party.device->index(), started.ok());
  if (!started.ok()) {
    verdict_.require(party.device->disk.dead() || started.error().code() == Code::kUnavailable,
                     "I9", "a wallet does not open");
    return;
  }
  check(party);
}

void Run::killDevice(Party& party, bool powerCut) {
  trace_.line("kill device", party.device->index(), powerCut ? "power cut" : "process");
  party.device->kill(powerCut);
  party.app->died();
  check(party);
  restartLater(party);
}

void Run::restartLater(Party& party) {
  if (party.restarting) return;
  party.restarting = true;
  schedule_.after(plan_.between(10ms, 20s), [this, &party] { start(party); });
}

void Run::check(Party& party) {
  party.seenWrites = party.device->disk.writes();
  auto view = viewOf(party.device->disk.durable());
  if (view.ok() && view->walletId) noteWalletId(party, *view->walletId);
  party.checks->changed(*party.device, std::move(view));
  if (!excused(party)) backendChecks_.acknowledged(party.checks->view());
}

// noteWalletId: a wallet has one id, until the operator has revoked its device and it was wiped.
void Run::noteWalletId(Party& party, const base::WalletId& id) {
  if (party.walletId == id) return;
  if (party.walletId != base::WalletId()) {
    verdict_.require(backendChecks_.isRevoked(party.walletId), "I5", "a wallet lost its id");
    trace_.line("wiped", party.device->index());
    party.app->wiped();
    party.checks->wiped();
    for (const auto& other : parties_) {
      if (other.get() != &party && other->walletId == party.walletId) other->intruder = true;
    }
    party.intruder = false;
  }
  party.walletId = id;
}

// afterTask ends the processes that a fault ended, and lets the checkers look.
void Run::afterTask() {
  for (const auto& party : parties_) {
    DeviceHost& device = *party->device;
    if (device.disk.dead()) {
      killDevice(*party, plan_.percent(50));
    } else if (device.disk.writes() != party->seenWrites) {
      check(*party);
    } else if (!device.up()) {
      restartLater(*party);
    }
  }
  if (backend_.up() || backendRestarting_) return;
  trace_.line("backend is down");
  backendRestarting_ = true;
  schedule_.after(plan_.between(10ms, 5s), [this] {
    backendRestarting_ = false;
    trace_.line("backend starts", backend_.start());
  });
}

void Run::runFor(base::Duration time) {
  const base::Time end = clock_.now() + time;
  afterTask();
  while (!verdict_.found() && schedule_.runNext(end)) afterTask();
  clock_.set(end);
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
  backendChecks_.served(message.wallet, message.request, response);
  for (const auto& [number, moment] : plannedKills_) {
    if (number == message.number && moment == Moment::kBackendServed) backend_.kill();
  }
}

void Run::replied(const Message& message) {
  Party& to = party(message.device);
  if (message.request.path == "/cps/v1/exchange") {
    to.checks->refuseGains(message.barred);
  }
  for (const auto& [number, moment] : plannedKills_) {
    if (number == message.number && moment == Moment::kDeviceGetsAnswer) killDevice(to, true);
  }
}

Outcome Run::outcome() const {
  return {verdict_.found(), steps_, network_.messages(), faults_, trace_.hash()};
}

// comesBack waits for a device that is down, and tells whether the run goes on.
bool Run::comesBack(const Party& party) {
  for (unsigned i = 0; i < 20 && !party.device->up(); ++i) runFor(5s);
  verdict_.require(party.device->up(), "I9", "a wallet does not come back");
  return party.device->up() && !verdict_.found();
}

bool Run::act(std::size_t wallet) {
  Party& party = *parties_.at(wallet);
  if (!comesBack(party)) return false;
  if (!party.app->busy() && !party.app->actSensibly()) return false;
  const base::Time end = clock_.now() + kLongestCall;
  while (party.app->busy() && clock_.now() < end && !verdict_.found()) runFor(1s);
  if (party.app->busy()) verdict_.breach("I9", "never told an end: " + party.app->describeCall());
  return true;
}

// actAll acts until nothing is left to do.
void Run::actAll(std::size_t wallet) {
  unsigned calls = 0;
  while (calls < kSettlingCalls && act(wallet)) ++calls;
  verdict_.require(calls < kSettlingCalls, "I9", "a wallet does not get where it should");
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

// excused: a copied wallet is not meant to get anywhere, and neither of the two has what the other
// acknowledged.
bool Run::excused(const Party& party) const {
  if (party.intruder) return true;
  for (const auto& other : parties_) {
    if (other->intruder && other->walletId == party.walletId) return true;
  }
  return false;
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
