// Run is one simulated life: a backend, some wallets, everything that can go wrong, and after every
// step the checkers (D3). The same settings give the same run, step for step.
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
};

struct Outcome {
  std::optional<Breach> breach;
  std::size_t steps = 0;
  std::size_t messages = 0;
  std::size_t faults = 0;
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
  bool intruder = false;  // a copy of another's vault
};

// panOf gives a card number of the simulated bank.
std::string panOf(std::size_t wallet, std::size_t card);

class Run : private NetworkWatcher {
 public:
  // `material` must outlive the run.
  Run(const Material& material, const Settings& settings);

  // simulate lives the whole life of the seed.
  Outcome simulate();

  // What `simulate` is made of, for a life that somebody else plans.
  // `nth`, `fault`: as Disk::plan, from its very first write on.
  void addWallet(std::size_t cards, std::size_t nth = 0, DiskFault fault = DiskFault::kNone);
  void runFor(base::Duration time);
  void settle();
  [[nodiscard]] Outcome outcome() const;

  // act lets the application of a wallet make its next sensible call, and waits for its end; false
  // when it has nothing left to do.
  bool act(std::size_t wallet);
  bool comesBack(const Party& party);
  void actAll(std::size_t wallet);
  [[nodiscard]] Party& party(std::size_t index) { return *parties_.at(index); }
  [[nodiscard]] BackendHost& backend() { return backend_; }
  [[nodiscard]] const Network& network() const { return network_; }

  // planMessage lets the nth message of the run have this fate.
  void planMessage(std::size_t number, Fate fate) { plannedFates_[number] = fate; }

  // killAt ends a side when the nth message is sent, or when its answer arrives.
  enum class Moment : std::uint8_t { kDeviceSends, kDeviceGetsAnswer, kBackendServed };
  void killAt(std::size_t number, Moment moment) { plannedKills_.emplace_back(number, moment); }

 private:
  base::WalletId walletOf(std::size_t device) override { return party(device).walletId; }
  Fate fateOf(const Message& message) override;
  void served(const Message& message, const std::optional<TransportResponse>& response) override;
  bool isBarred(const base::WalletId& wallet) override { return backendChecks_.isRevoked(wallet); }
  void replied(const Message& message) override;

  void step();
  void breakBackend();
  void breakDevice(Party& party);
  void addIntruder();
  void operate();
  records::DeviceState stateOf(const records::Device& device);
  void resumeSuspended();
  void plantFault();
  void killDevice(Party& party, bool powerCut);
  void restartLater(Party& party);
  void start(Party& party);
  void afterTask();
  void check(Party& party);
  void noteWalletId(Party& party, const base::WalletId& id);
  void calm();
  bool settleParty(std::size_t index);
  [[nodiscard]] bool excused(const Party& party) const;

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
  std::map<std::size_t, Fate> plannedFates_;
  std::vector<std::pair<std::size_t, Moment>> plannedKills_;
  unsigned storminess_ = 0;  // messages in a hundred that something happens to
  bool calm_ = true;
  bool backendRestarting_ = false;
  std::size_t steps_ = 0;
  std::size_t faults_ = 0;
};

}  // namespace florin::sim
