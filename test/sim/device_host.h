// DeviceHost is the process of one wallet on its disk: it is opened, killed, and opened again.
#pragma once

#include <memory>
#include <string>

#include "keystore.h"
#include "network.h"
#include "wallet/open.h"

namespace florin::sim {

// VaultKey is the vault's key of every simulated wallet.
class VaultKey : public VaultKeyProvider {
 public:
  Result<SecretBytes> unlock(ByteView /*salt*/) override {
    return SecretBytes::copyOf(Bytes(32, 0x42));
  }
};

// World is what all hosts of a run live in.
struct World {
  fakes::FakeClock& clock;
  Schedule& schedule;
  Network& network;
  Trace& trace;
  bool keystores = false;
};

class DeviceHost {
 public:
  DeviceHost(const World& world, std::size_t index, std::uint64_t seed)
      : disk(streamSeed(seed, Stream::kDevice, 3 * index)),
        clock(world.clock),
        realClock_(world.clock),
        hasKeystore_(world.keystores),
        index_(index),
        random_(streamSeed(seed, Stream::kDevice, 3 * index + 1)),
        keystore_(random_),
        executor_(world.schedule),
        link_(world.network, disk, index) {}

  // start opens the vault. kUnavailable: a fault of the disk; anything else is a fault of ours.
  Status start() {
    auto opened = wallet::openWallet({.walletProviderId = "sim",
                                      .walletApplicationId = "sim",
                                      .deviceInfo = "simulated",
                                      .automaticReplenishment = index_ % 2 == 0},
                                     {.storage = disk,
                                      .vaultKey = vaultKey_,
                                      .transport = link_,
                                      .executor = executor_,
                                      .log = log_,
                                      .deviceKeys = hasKeystore_ ? &keystore_ : nullptr},
                                     clock, random_);
    if (!opened.ok()) return opened.error();
    wallet_ = std::move(*opened);
    return {};
  }

  // kill ends the process.
  void kill(bool powerCut) {
    wallet_.reset();
    disk.restart(powerCut);
  }

  [[nodiscard]] std::size_t index() const { return index_; }
  [[nodiscard]] bool up() const { return wallet_ != nullptr; }
  [[nodiscard]] Wallet& wallet() { return *wallet_; }

  Disk disk;
  DeviceClock clock;

  // Its vault was put back or copied: uses of its keys may repeat those of the other vault.
  bool usesRepeat = false;
  // The backend's store was put back: it need not know the keys that the device has.
  bool aheadOfStore = false;

  // realTime is what a clock on the wall says.
  [[nodiscard]] base::Time realTime() { return realClock_.now(); }

 private:
  base::Clock& realClock_;
  const bool hasKeystore_;
  const std::size_t index_;
  fakes::SeededRandom random_;
  Keystore keystore_;
  NullLog log_;
  VaultKey vaultKey_;
  ProcessExecutor executor_;
  Link link_;
  std::unique_ptr<Wallet> wallet_;
};

}  // namespace florin::sim
