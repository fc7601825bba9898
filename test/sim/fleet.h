// Fleet is many devices over weeks against one backend: they enroll in the first days, pay, and
// keep their cards supplied, while everything happens to them that happens to devices, to issuers'
// customers and to backends. In the end everybody has to be where issuer, operator and user want.
#pragma once

#include <map>
#include <set>

#include "push_network.h"
#include "scene.h"

namespace florin::sim {

struct FleetSize {
  std::size_t devices = 50;
  unsigned days = 30;
};

class Fleet : public Scene, private PushWatcher {
 public:
  // `material` must outlive the fleet.
  Fleet(const Material& material, const Settings& settings, const FleetSize& size);

  // loseEveryPush: none arrives that the backend sends (I7).
  void loseEveryPush() { pushes_.setLoss(100); }

  // live lives all days, then ends the faults and looks whether everybody gets where they should.
  Outcome live();

 private:
  Fate fateOf(const Message& message) override;
  void backendStarted() override { pushes_.restart(); }
  void plantFleetFault();
  void wantCard(Party& party);
  void wakeWorker() override;
  void pushTaken(const base::DeviceId& device) override;
  void pushArrives(std::size_t device, const PushBundle& bundle) override;

  // What will happen in the day that begins (fleet_days.cc).
  void planDay();
  void planDevice(Party& party);
  void planPayments(Party& party);
  void planPolls(Party& party);
  void planTroubles();
  void planClock(Party& party);
  void breakSomeDevice();
  void breakTheBackend();
  void lockSomeDevice();
  void join(Party& party, unsigned calls);
  void revoke(Party& party, base::Duration untilItEnrolls);
  base::Duration sometime();
  Party& someone();
  bool isIdle(const Party& party);
  bool isPlain(const Party& party);

  // pursue makes one sensible call after the other, until none is left or `calls` are made.
  void pursue(Party& party, unsigned calls);
  void pay(Party& party);
  void workPushes();

  // What issuer, operator and cardholder do with cards and devices (fleet_storms.cc).
  enum class Actor : std::uint8_t { kIssuer, kOperator, kWallet };
  struct Wish {
    std::uint8_t suspenders = 0;  // issuer and operator
    bool deleted = false;
    std::string expiry;
    friend bool operator==(const Wish&, const Wish&) = default;
  };
  void storm();
  void burst(std::size_t count);
  void changeCard(Party& party, Actor actor, App::Change what);
  void orderCard(Party& party, const std::string& card, Actor actor, App::Change what);
  void checkWish(const std::string& card, const records::Token& now);
  std::optional<TransportResponse> postOrder(Actor actor, const std::string& card,
                                             const std::string& what, const std::string& body);

  // Cards that go on with other data (fleet_renewals.cc).
  void renewSomeCard();
  void renewCard(Party& party, const std::string& card, Actor actor, const std::string& expiry);
  void ageSomeCard();
  std::string someCardOf(const Party& party);
  std::optional<records::Token> tokenOf(const std::string& digitalCardId);
  Wish readWish(const records::Token& token);

  // Vaults that are put back or copied (fleet_vaults.cc).
  struct VaultCopy {
    Bytes vault;
    DeviceView view;
    base::WalletId wallet;
    Bytes psk;
    unsigned restores = 0;  // of the backend's store, before
  };
  std::optional<VaultCopy> copyVault(const Party& party);
  bool isStillOf(const VaultCopy& copy, const Party& party);
  bool isKnownOlder(const Party& party, const DeviceView& vault);
  void planOldVault(Party& party);
  void putBack(Party& party, const VaultCopy& copy);
  void oweRollback(Party& party);
  void askUntilFound(Party& party);
  void beginClone(Party& original);
  void endClone(Party& clone, Party& original);
  void checkRollbacks();
  // mayLackRenewal: an old vault lost a renewal that no later operation repeats, and was not found.
  bool mayLackRenewal(const Party& party);
  // forgot: its vault lost what it acknowledged, and the backend cannot know.
  bool forgot(const Party& party);

  // The backend's store goes back to a backup (fleet_backups.cc).
  struct Snapshot {
    BackendHost::Backup rows;
    std::shared_ptr<const BackendChecks::Moment> checks;
    std::map<std::string, Wish> wishes;
    base::Time at;
  };
  void planRestore();
  void planLostEnrollments(base::Duration at, base::Duration lost);
  [[nodiscard]] bool isLate(std::size_t device) const;
  void noteUnknown();
  void checkEnrolledAgain(const Party& party);
  void loseStore(const std::shared_ptr<Snapshot>& snapshot);
  void restore(const Snapshot& snapshot);

  // The end (fleet.cc).
  void calm();
  void settle();
  void settleParty(Party& party);
  void checkCards(Party& party);
  void pushToTheSettled();
  void payInTheEnd(Party& party);

  const FleetSize size_;
  Chance troubles_;
  Chance pushChance_;
  PushNetwork pushes_;
  bool calm_ = false;
  bool restoreIsToCome_ = false;
  unsigned restores_ = 0;
  bool wakes_ = false;                  // a round of the outbox worker is due
  unsigned storminess_ = 0;             // messages in a thousand that something happens to
  std::map<std::string, Wish> wishes_;  // by digital card
  std::set<std::size_t> watched_;       // devices that a vault's copy is about
  std::map<base::WalletId, std::size_t> owedRollbacks_;
  std::map<base::WalletId, std::size_t> putBack_;  // rollbacks found until then
  std::map<std::size_t, base::DeviceId> unknown_;  // to the store that went back, by party
  std::size_t renewals_ = 0;
  std::size_t reenrollments_ = 0;
};

}  // namespace florin::sim
