// Scene is what every run has: one backend, devices, the network between them, and the checkers,
// which look after every task (D3). The same settings give the same run, step for step.
#pragma once

#include <memory>
#include <ostream>
#include <vector>

#include "app.h"
#include "backend_checks.h"
#include "device_checks.h"
#include "payments.h"

namespace florin::sim {

struct Settings {
  std::uint64_t seed = 1;
  StoreKind store = StoreKind::kMemory;
  messages::Suite suite = messages::Suite::kS1;
  std::string broken;             // the invariant that is broken on purpose; empty: none
  std::ostream* trace = nullptr;  // gets every line of the trace
  bool keystores = false;         // devices have a store of keys of their own
};

struct Outcome {
  std::optional<Breach> breach;
  std::size_t steps = 0;
  std::size_t messages = 0;
  std::size_t faults = 0;
  std::size_t crashes = 0;        // of devices and backend
  std::size_t operations = 0;     // that devices acknowledged
  std::size_t keysUsed = 0;       // single-use keys, and uses of limited-use ones
  std::size_t limitedUses = 0;    // of them
  std::size_t renewals = 0;       // of cards: ordered ones, and new PSNs
  std::size_t reenrollments = 0;  // of devices that a restored store did not know
  std::size_t pushesLost = 0;
  std::uint64_t traceHash = 0;
};

// One wallet's device, application and checks.
struct Party {
  std::unique_ptr<DeviceHost> device;
  std::unique_ptr<App> app;
  std::unique_ptr<DeviceChecks> checks;
  base::WalletId walletId;  // zero before its first start
  std::size_t seenWrites = 0;
  bool restarting = false;
  bool off = false;       // not in use yet, or not any more
  bool intruder = false;  // a copy of another's vault
  bool old = false;       // its vault was put back or copied, and the backend may not know yet
};

// panOf gives a card number of the simulated bank, of its program with such keys.
std::string panOf(std::size_t wallet, std::size_t card, Keys keys = Keys::kSingleUse);

class Scene : protected NetworkWatcher {
 public:
  [[nodiscard]] Party& party(std::size_t index) { return *parties_.at(index); }
  [[nodiscard]] BackendHost& backend() { return backend_; }
  [[nodiscard]] const Network& network() const { return network_; }

 protected:
  // `material` must outlive the scene.
  Scene(const Material& material, const Settings& settings);

  base::WalletId walletOf(std::size_t device) override { return party(device).walletId; }
  void served(const Message& message, const std::optional<TransportResponse>& response) override;
  bool isBarred(const base::WalletId& wallet) override { return backendChecks_.isRevoked(wallet); }
  void replied(const Message& message) override;

  // backendStarted: the backend's process is another one.
  virtual void backendStarted() {}

  // addParty makes a device that is off. `vault`: what its disk holds.
  Party& addParty(std::optional<Bytes> vault = std::nullopt);
  void start(Party& party);
  void killDevice(Party& party, bool powerCut);
  void restartLater(Party& party);
  void check(Party& party);

  // excused: a copied wallet is not meant to get anywhere, and neither of the two has what the
  // other acknowledged.
  [[nodiscard]] bool excused(const Party& party) const;

  // act lets the application of a wallet make its next sensible call, and waits for its end; false
  // when it has nothing left to do. actAll acts until then.
  bool act(Party& party);
  void actAll(Party& party);

  void runFor(base::Duration time);

  // comesBack waits for a device that is down, and tells whether the run goes on.
  bool comesBack(const Party& party);

  [[nodiscard]] Outcome outcome() const;

  // order lets the operator suspend, resume or revoke the party's device; it is told that it is
  // done.
  enum class Order : std::uint8_t { kSuspend, kResume, kRevoke };
  void order(const Party& party, Order what);
  std::optional<records::Device> deviceOf(const Party& party);

  // resumeSuspended: whoever was suspended may go on (I9).
  void resumeSuspended();

  // What may happen at any time, by chance.
  void breakBackend();
  void breakDevice(Party& party);

  // plantFault breaks one invariant on purpose, so that its checker shows that it sees.
  void plantFault();

  const Material& material_;
  const Settings settings_;
  fakes::FakeClock clock_;
  Trace trace_;
  Chance plan_;
  Chance networkChance_;
  Chance backendChance_;
  Schedule schedule_;
  Verdict verdict_;
  BackendHost backend_;
  Network network_;
  Payments payments_;
  BackendChecks backendChecks_;
  std::vector<std::unique_ptr<Party>> parties_;
  bool backendRestarting_ = false;
  bool backendHeld_ = false;  // it is not to start now
  std::size_t steps_ = 0;
  std::size_t faults_ = 0;
  std::size_t crashes_ = 0;

 private:
  void afterTask();
  void noteWalletId(Party& party, const base::WalletId& id);
};

}  // namespace florin::sim
