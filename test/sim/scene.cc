#include "scene.h"

#include "base/bytes.h"
#include "codec/luhn.h"

namespace florin::sim {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;

constexpr auto kLongestCall = 10min;  // all retries of the SDK end before
constexpr unsigned kSettlingCalls = 60;

}  // namespace

std::string panOf(std::size_t wallet, std::size_t card, Keys keys) {
  const std::string range = keys == Keys::kLimitedUse ? "9999101" : "9999001";
  const std::string body = range + std::to_string(10'000'000 + 100 * wallet + card);
  return body + *codec::luhnDigit(base::asBytes(body));
}

Scene::Scene(const Material& material, const Settings& settings)
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
      backendChecks_(material, backend_, clock_, verdict_) {}

Party& Scene::addParty(std::optional<Bytes> vault) {
  auto party = std::make_unique<Party>();
  const World world{clock_, schedule_, network_, trace_, settings_.keystores};
  party->device = std::make_unique<DeviceHost>(world, parties_.size(), settings_.seed);
  if (vault) party->device->disk.setDurable(std::move(vault));
  if (settings_.broken == "I1") party->device->disk.setLying(true);
  party->app = std::make_unique<App>(*party->device, payments_, plan_, trace_, verdict_);
  party->checks = std::make_unique<DeviceChecks>(backend_, verdict_);
  parties_.push_back(std::move(party));
  return *parties_.back();
}

Outcome Scene::outcome() const {
  return {.breach = verdict_.found(),
          .steps = steps_,
          .messages = network_.messages(),
          .faults = faults_,
          .crashes = crashes_,
          .operations = backendChecks_.delivered(),
          .keysUsed = payments_.keysUsed(),
          .limitedUses = payments_.limitedUses(),
          .traceHash = trace_.hash()};
}

void Scene::served(const Message& message, const std::optional<TransportResponse>& response) {
  backendChecks_.served(message.wallet, message.request, response);
}

void Scene::replied(const Message& message) {
  if (message.request.path == "/cps/v1/exchange") {
    party(message.device).checks->refuseGains(message.barred);
  }
}

// start opens a wallet. A wallet that does not open without a fault of its disk is lost (I9).
void Scene::start(Party& party) {
  party.restarting = false;
  if (party.off || party.device->up()) return;
  const Status started = party.device->start();
  trace_.line("start", party.device->index(), started.ok());
  if (!started.ok()) {
    verdict_.require(party.device->disk.dead() || started.error().code() == Code::kUnavailable,
                     "I9", "a wallet does not open");
    return;
  }
  check(party);
}

void Scene::killDevice(Party& party, bool powerCut) {
  trace_.line("kill device", party.device->index(), powerCut ? "power cut" : "process");
  ++crashes_;
  party.device->kill(powerCut);
  party.app->died();
  check(party);
  restartLater(party);
}

void Scene::restartLater(Party& party) {
  if (party.restarting) return;
  party.restarting = true;
  schedule_.after(plan_.between(10ms, 20s), [this, &party] { start(party); });
}

void Scene::check(Party& party) {
  party.seenWrites = party.device->disk.writes();
  auto view = party.checks->look(*party.device);
  if (view.ok() && view->walletId) noteWalletId(party, *view->walletId);
  party.checks->changed(*party.device, std::move(view));
  const bool remembers = backendChecks_.remembers(party.walletId, party.checks->view());
  if (party.old && !excused(party) && remembers && !party.checks->hasDoubtfulKeys())
    party.old = false;
  if (!excused(party) && !party.old) {
    verdict_.require(remembers, "I5", "the device lost what it acknowledged");
  }
  party.device->usesRepeat = party.old;
  party.device->aheadOfStore = party.checks->isAhead();
}

// noteWalletId: a wallet has one id, until the operator has revoked its device and it was wiped.
void Scene::noteWalletId(Party& party, const base::WalletId& id) {
  if (party.walletId == id) return;
  if (party.walletId != base::WalletId()) {
    verdict_.require(backendChecks_.wasRevoked(party.walletId), "I5", "a wallet lost its id");
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

// excused: a copied wallet is not meant to get anywhere, and neither of the two has what the other
// acknowledged.
bool Scene::excused(const Party& party) const {
  if (party.intruder) return true;
  for (const auto& other : parties_) {
    if (other->intruder && other->walletId == party.walletId) return true;
  }
  return false;
}

// afterTask ends the processes that a fault ended, and lets the checkers look.
void Scene::afterTask() {
  for (const auto& party : parties_) {
    if (party->off) continue;
    DeviceHost& device = *party->device;
    if (device.disk.dead()) {
      killDevice(*party, plan_.percent(50));
    } else if (device.disk.writes() != party->seenWrites) {
      check(*party);
    } else if (!device.up()) {
      restartLater(*party);
    }
  }
  if (backend_.up() || backendRestarting_ || backendHeld_) return;
  ++crashes_;
  trace_.line("backend is down");
  backendRestarting_ = true;
  schedule_.after(plan_.between(10ms, 5s), [this] {
    backendRestarting_ = false;
    if (backendHeld_ || backend_.up()) return;
    backendStarted();
    trace_.line("backend starts", backend_.start());
  });
}

void Scene::runFor(base::Duration time) {
  const base::Time end = clock_.now() + time;
  afterTask();
  while (!verdict_.found() && schedule_.runNext(end)) afterTask();
  clock_.set(end);
}

// comesBack waits for a device that is down, and tells whether the run goes on.
bool Scene::comesBack(const Party& party) {
  for (unsigned i = 0; i < 20 && !party.device->up(); ++i) runFor(5s);
  verdict_.require(party.device->up(), "I9", "a wallet does not come back");
  return party.device->up() && !verdict_.found();
}

bool Scene::act(Party& party) {
  if (!comesBack(party)) return false;
  if (!party.app->busy() && !party.app->actSensibly()) return false;
  const base::Time end = clock_.now() + kLongestCall;
  while (party.app->busy() && clock_.now() < end && !verdict_.found()) runFor(1s);
  if (party.app->busy()) verdict_.breach("I9", "never told an end: " + party.app->describeCall());
  return true;
}

void Scene::actAll(Party& party) {
  unsigned calls = 0;
  while (calls < kSettlingCalls && act(party)) ++calls;
  verdict_.require(calls < kSettlingCalls, "I9", "a wallet does not get where it should");
}

}  // namespace florin::sim
