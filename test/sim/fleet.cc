#include "fleet.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/limits.h"

namespace florin::sim {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""h;

constexpr unsigned kCommitsPerLie = 50;

Settings withKeystores(Settings settings) {
  settings.keystores = true;
  return settings;
}

}  // namespace

Fleet::Fleet(const Material& material, const Settings& settings, const FleetSize& size)
    : Scene(material, withKeystores(settings)),
      size_(size),
      troubles_(streamSeed(settings.seed, Stream::kTroubles)),
      pushChance_(streamSeed(settings.seed, Stream::kPush)),
      pushes_(schedule_, clock_, trace_, pushChance_, *this) {
  constexpr unsigned kStorms[] = {0, 5, 20, 50};
  constexpr unsigned kLosses[] = {0, 10, 50, 100};
  storminess_ = kStorms[troubles_.below(4)];
  pushes_.setLoss(kLosses[troubles_.below(4)]);
  backend_.connectPushes(pushes_);
  backend_.kill();
  FLORIN_CHECK(backend_.start());
  plantFleetFault();
  for (std::size_t i = 0; i < size_.devices; ++i) {
    Party& party = addParty();
    party.off = true;
    party.app->pushToken = pushes_.newToken(i);
    wantCard(party);
  }
}

// Half of the cards have limited-use keys; a device may have both kinds.
void Fleet::wantCard(Party& party) {
  const std::size_t wallet = party.device->index();
  const std::size_t card = party.app->cards.size();
  const Keys keys = (wallet / 2 + card) % 2 == 0 ? Keys::kSingleUse : Keys::kLimitedUse;
  party.app->cards.push_back({panOf(wallet, card, keys), {}, {}});
}

// plantFleetFault: I2 is a restore that voids no keys, I7 a push that counts as the delivery of
// what it announces; see pushTaken and restore.
void Fleet::plantFleetFault() {
  const std::string& broken = settings_.broken;
  if (broken == "I2" || broken == "I7") return;
  if (broken != "I4") return plantFault();
  // What was delivered is delivered a second time, now and then.
  backend_.faults().setTamper([this, commits = 0U](ports::Store& rows) mutable {
    if (++commits % kCommitsPerLie != 0) return;
    static_cast<void>(rows.write([this](ports::Unit& unit) -> Status {
      FLORIN_TRY_ASSIGN(const auto device,
                        unit.devices().findByWallet(material_.walletProvider(), party(0).walletId));
      if (!device) return {};
      FLORIN_TRY_ASSIGN(
          const auto delivered,
          unit.operations().listOf(device->deviceId, 0, base::limits::kOperationsPerExchange));
      for (const records::Operation& row : delivered) {
        if (row.state != records::OperationState::kAcked) continue;
        FLORIN_TRY(unit.operations().setState(device->deviceId, row.opSeq,
                                              records::OperationState::kPending, 0));
      }
      return {};
    }));
  });
}

void Fleet::pushTaken(const base::DeviceId& device) {
  if (settings_.broken != "I7") return;
  static_cast<void>(backend_.durable().write(
      [&](ports::Unit& unit) { return unit.operations().voidPending(device); }));
}

Fate Fleet::fateOf(const Message& message) {
  if (settings_.broken == "I9" && calm_ && message.request.path == "/cps/v1/exchange") {
    return Fate::kReplyCorrupt;
  }
  if (calm_ || networkChance_.below(1000) >= storminess_) return Fate::kArrives;
  ++faults_;
  return static_cast<Fate>(1 + networkChance_.below(kFates - 1));
}

void Fleet::wakeWorker() {
  if (std::exchange(wakes_, true)) return;
  schedule_.after(pushChance_.between(20ms, 500ms), [this] { workPushes(); });
}

void Fleet::workPushes() {
  wakes_ = false;
  backend_.workPushes();
}

void Fleet::pushArrives(std::size_t device, const PushBundle& bundle) {
  Party& to = party(device);
  if (to.device->up() && !to.device->disk.dead()) to.app->pushed(bundle);
}

Outcome Fleet::live() {
  planRestore();
  for (steps_ = 1; steps_ <= size_.days && !verdict_.found(); ++steps_) {
    verdict_.at(steps_);
    planDay();
    runFor(24h);
  }
  if (!verdict_.found()) settle();
  Outcome end = outcome();
  end.pushesLost = pushes_.lost();
  end.renewals = renewals_;
  end.reenrollments = reenrollments_;
  for (const auto& party : parties_) end.renewals += party->checks->newPsns();
  return end;
}

// calm ends all faults, and lets what is under way come to its end. No push helps from here on.
void Fleet::calm() {
  calm_ = true;
  trace_.line("calm");
  pushes_.setLoss(100);
  backend_.faults().plan(0, StoreFault::kNone);
  for (const auto& party : parties_) {
    party->device->disk.plan(0, DiskFault::kNone);
    party->device->clock.setOffset({});
  }
  runFor(1h);
  resumeSuspended();
  payments_.work();
}

// settle: after the faults stop, every device gets by polling alone where it should (I7, I9).
void Fleet::settle() {
  calm();
  for (const auto& party : parties_) {
    if (verdict_.found()) return;
    if (!party->off) settleParty(*party);
  }
  checkRollbacks();
  pushToTheSettled();
  for (const auto& party : parties_) {
    if (verdict_.found()) return;
    if (!party->off) payInTheEnd(*party);
  }
}

void Fleet::settleParty(Party& party) {
  party.app->lookAgain();
  if (!act(party) || forgot(party)) return;
  actAll(party);
  if (verdict_.found() || !comesBack(party)) return;
  verdict_.require(party.checks->view().status == EnrollmentStatus::ENROLLMENT_COMPLETE, "I9",
                   "a wallet is not enrolled in the end");
  backendChecks_.settled(party.walletId, party.checks->view());
  checkEnrolledAgain(party);
  checkCards(party);
}

// checkCards: the device has the cards that the backend says it has, in the same state.
void Fleet::checkCards(Party& party) {
  DigitalizedCardManager& manager = party.device->wallet().getDigitalizedCardManager();
  std::size_t expected = 0;
  const auto cards =
      backend_.durable()
          .read([&](ports::Unit& unit) {
            return unit.digitalCards().ofWallet(material_.walletProvider(), party.walletId,
                                                base::limits::kCardsPerWallet);
          })
          .value();
  for (const records::DigitalCard& row : cards) {
    const auto token = tokenOf(row.digitalCardId.toString());
    if (!token || token->deviceId != party.checks->view().deviceId) continue;
    ++expected;
    const auto id = manager.getTokenizedCardId(row.digitalCardId.toString());
    const auto card = id ? manager.getCard(*id) : std::nullopt;
    verdict_.require(card.has_value(), "I7", "a card of the device is not there in the end");
    if (!card) continue;
    const bool suspended = token->state == records::TokenState::kSuspended;
    verdict_.require(card->state == (suspended ? CardState::SUSPENDED : CardState::ACTIVE), "I7",
                     "a card is not in the state that it should have in the end");
    verdict_.require(card->panExpiry == token->expiry || mayLackRenewal(party), "I7",
                     "a card does not have its renewal in the end");
    verdict_.require(suspended || card->paymentsLeft == kKeyStock, "I9",
                     "a card lacks keys in the end");
  }
  verdict_.require(manager.getAllCards().size() == expected, "I7",
                   "a card that was deleted is there in the end");
  for (const WantedCard& wanted : party.app->cards) {
    const bool there = !wanted.digitalCardId.empty() &&
                       manager.getTokenizedCardId(wanted.digitalCardId).has_value();
    verdict_.require(there == wanted.wanted, "I9", "the user's cards are others in the end");
  }
}

// pushToTheSettled: whoever has all that it should have is not changed by a push (I7).
void Fleet::pushToTheSettled() {
  std::vector<DeviceView> before;
  for (const auto& party : parties_) before.push_back(party->checks->view());
  for (const auto& party : parties_) {
    for (int i = 0; i < 2 && !party->off; ++i) pushes_.forge(party->device->index());
  }
  runFor(10min);
  for (std::size_t i = 0; i < parties_.size(); ++i) {
    const DeviceView& now = parties_[i]->checks->view();
    verdict_.require(now.cards == before[i].cards && now.keys == before[i].keys &&
                         now.limited == before[i].limited && now.counters == before[i].counters &&
                         now.sequences == before[i].sequences,
                     "I7", "a push changed a device that had everything");
  }
}

// payInTheEnd: an active card pays, and is approved.
void Fleet::payInTheEnd(Party& party) {
  if (party.old) return;  // some of its keys may have been used by the other vault
  const auto cards = party.device->wallet().getDigitalizedCardManager().getAllCards();
  const bool active = std::ranges::any_of(
      cards, [](const DigitalizedCard& card) { return card.state == CardState::ACTIVE; });
  const std::size_t before = payments_.approved();
  party.app->tap(true);
  payments_.work();
  if (payments_.approved() > before) {
    const Payments::ShownCard& shown = payments_.lastShown();
    verdict_.require(std::ranges::any_of(cards,
                                         [&](const DigitalizedCard& card) {
                                           return shown.dpan.ends_with(card.dpanLastFour) &&
                                                  shown.expiry == card.panExpiry;
                                         }),
                     "I7", "a card tells the terminal an expiry that it does not have");
  }
  verdict_.require(payments_.approved() == before + (active ? 1 : 0), "I9",
                   "an active card does not pay in the end, or another does");
}

}  // namespace florin::sim
