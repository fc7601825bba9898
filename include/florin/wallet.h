// Wallet is one installation of the SDK: its identity, its vault and its services. It replaces the
// global managers of the documented contract by one object.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "florin/card_emulation.h"
#include "florin/cards.h"
#include "florin/enrollment.h"
#include "florin/executor.h"
#include "florin/gateway.h"
#include "florin/keys.h"
#include "florin/log.h"
#include "florin/provisioning.h"
#include "florin/result.h"
#include "florin/storage.h"
#include "florin/transport.h"
#include "florin/version.h"

namespace florin {

// What the application decides; everything borrowed must outlive the Wallet.
struct WalletConfig {
  // Both 1 to 64 bytes of UTF-8 without control characters.
  std::string walletProviderId;
  std::string walletApplicationId;
  std::string deviceInfo;  // for the operator, at most 1024 bytes
  // What kind of device it is, where a program is for some of them only: 1 to 16 of A-Z and _.
  std::string deviceType = "PHONE";
  std::chrono::milliseconds requestDeadline{30'000};
  // The wallet asks for payment keys by itself when a card has fewer than its profile's threshold:
  // when it is opened, after a payment, when the default card changes and when the network returns.
  // Without it the application does, by synchronize or sendRequestForReplenishment.
  bool automaticReplenishment = true;
  // Polling (docs/integrating.md): how long the wallet goes at most without asking the backend what
  // waits, when pushes reach it and when not: there is no push token, or the last poll found what
  // no push had announced. Up to half of it is taken off by chance. 1 minute to 30 days.
  std::chrono::milliseconds pollInterval{std::chrono::hours(24)};
  std::chrono::milliseconds pollIntervalWithoutPush{std::chrono::hours(4)};
  // The wallet polls by itself, on its executor: for a process that stays. Without it the
  // application's own scheduler calls `poll`.
  bool automaticPolling = false;
  // Hears of what automatic replenishment and polling did, each of which ends in onComplete or
  // onError; may be null.
  std::shared_ptr<PushServiceListener> backgroundListener = nullptr;
};

// The world outside. Each has a default, made by the function in its header. `deviceKeys` may be
// null: keys are then made in software and kept in the vault. The end goes in this order: stop the
// executor, destroy the Wallet, then what it borrowed.
struct WalletEnvironment {
  Storage& storage;
  VaultKeyProvider& vaultKey;
  Transport& transport;
  Executor& executor;
  Log& log;
  DeviceKeys* deviceKeys = nullptr;
};

class FLORIN_EXPORT Wallet {
 public:
  // open reads the vault, or makes a new one with a new walletId when the storage is empty.
  // kUnauthenticated: the key is not this vault's; kCorrupted: it was changed; kUnsupported: it is
  // of another format version. A vault is never reset silently.
  static Result<std::unique_ptr<Wallet>> open(WalletConfig config,
                                              const WalletEnvironment& environment);

  virtual ~Wallet() = default;

  virtual WalletSecureEnrollmentBusinessService& getWalletSecureEnrollmentBusinessService() = 0;
  virtual EnrollingBusinessService& getEnrollingBusinessService() = 0;
  virtual ProvisioningBusinessService& getProvisioningBusinessService() = 0;
  virtual MGCardEnrollmentService& getCardEnrollmentService() = 0;
  virtual MGCardMetadataService& getCardMetadataService() = 0;
  virtual MGCardLifeCycleManager& getCardLifeCycleManager() = 0;
  virtual MGTransactionHistoryService& getTransactionHistoryService() = 0;
  virtual MGWalletLockManager& getWalletLockManager() = 0;
  virtual DigitalizedCardManager& getDigitalizedCardManager() = 0;
  virtual CardEmulation& getCardEmulation() = 0;
  virtual SDKDataController& getDataController() = 0;

  // getProgress says what is being done at this moment. Any thread, at any time, without waiting
  // for the network or the disk.
  [[nodiscard]] virtual ProvisioningProgress getProgress() const = 0;

  // onNetworkAvailable lets the wallet try at once what it put off because the backend could not be
  // reached; a poll that failed is due again. Any thread; costs nothing when nothing was put off.
  virtual void onNetworkAvailable() = 0;
};

}  // namespace florin
