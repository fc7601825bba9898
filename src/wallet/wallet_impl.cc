#include "base/limits.h"
#include "codec/small_forms.h"
#include "codec/utf8.h"
#include "crypto/random.h"
#include "wallet/cards.h"
#include "wallet/digitize.h"
#include "wallet/emulation.h"
#include "wallet/enroll.h"
#include "wallet/history.h"
#include "wallet/life_cycle.h"
#include "wallet/metadata.h"
#include "wallet/open.h"
#include "wallet/provision.h"
#include "wallet/replenish.h"
#include "wallet/retired_keys.h"
#include "wallet/synchronize.h"
#include "wallet/system_clock.h"
#include "wallet/wse.h"

namespace florin::wallet {
namespace {

class WalletImpl : public Wallet {
 public:
  explicit WalletImpl(std::shared_ptr<Core> core) : core_(std::move(core)) {
    if (core_->config.automaticReplenishment) {
      core_->stockMayBeShort = [keeper = stock_] { keeper->look(); };
      stock_->look();
    }
    if (core_->config.automaticPolling) {
      core_->sessionEnded = [poller = poller_] { poller->look(); };
      poller_->look();
    }
  }

  WalletSecureEnrollmentBusinessService& getWalletSecureEnrollmentBusinessService() override {
    return wse_;
  }
  EnrollingBusinessService& getEnrollingBusinessService() override { return enroll_; }
  ProvisioningBusinessService& getProvisioningBusinessService() override { return provision_; }
  MGCardEnrollmentService& getCardEnrollmentService() override { return digitization_; }
  MGCardMetadataService& getCardMetadataService() override { return metadata_; }
  MGCardLifeCycleManager& getCardLifeCycleManager() override { return lifeCycle_; }
  MGTransactionHistoryService& getTransactionHistoryService() override { return history_; }
  MGWalletLockManager& getWalletLockManager() override { return lock_; }
  DigitalizedCardManager& getDigitalizedCardManager() override { return cards_; }
  CardEmulation& getCardEmulation() override { return *emulation_; }
  SDKDataController& getDataController() override { return data_; }

  [[nodiscard]] ProvisioningProgress getProgress() const override {
    return core_->progress->get(core_->clock.now());
  }

  void onNetworkAvailable() override {
    core_->withVault(
        [this](vault::Vault& vault) { core_->polls.networkReturned(vault, core_->clock.now()); });
    if (core_->config.automaticReplenishment) stock_->lookAtOnce();
    if (core_->config.automaticPolling) poller_->lookAtOnce();
  }

 private:
  // The emulation outlives the wallet for tasks that still run, as the core does.
  [[nodiscard]] Disarm disarm() const {
    return [emulation = emulation_](const base::TokenId& card) { emulation->disarm(card); };
  }

  std::shared_ptr<Core> core_;
  std::shared_ptr<Emulation> emulation_ = std::make_shared<Emulation>(*core_);
  WseService wse_{*core_};
  EnrollService enroll_{*core_, disarm()};
  ProvisionService provision_{*core_, disarm()};
  DigitizationService digitization_{*core_};
  MetadataService metadata_{*core_};
  LifeCycleService lifeCycle_{*core_};
  HistoryService history_{*core_};
  LockService lock_{*core_};
  CardService cards_{*core_, disarm()};
  DataService data_{*core_, disarm()};
  std::shared_ptr<StockKeeper> stock_ = std::make_shared<StockKeeper>(*core_, disarm());
  std::shared_ptr<Poller> poller_ = std::make_shared<Poller>(*core_, disarm());
};

// RealWorld is what Wallet::open makes for itself.
struct RealWorld {
  SystemClock clock;
  crypto::OsRandom random;
};

bool isName(std::string_view text) {
  return !text.empty() && text.size() <= base::limits::kDisplayName && codec::isPrintable(text);
}

bool isPollInterval(base::Duration interval) {
  return interval >= base::limits::kPollIntervalMin && interval <= base::limits::kPollIntervalMax;
}

Result<std::shared_ptr<Core>> makeCore(WalletConfig config, const WalletEnvironment& environment,
                                       base::Clock& clock, base::Random& random) {
  if (!isName(config.walletProviderId) || !isName(config.walletApplicationId)) {
    return Error(Code::kInvalidArgument,
                 "wallet provider and application are 1 to 64 bytes without control characters");
  }
  if (config.deviceInfo.size() > base::limits::kDeviceInfo) {
    return Error(Code::kInvalidArgument, "device info is longer than 1024 bytes");
  }
  if (!codec::isDeviceType(config.deviceType)) {
    return Error(Code::kInvalidArgument, "a device type is 1 to 16 characters of A-Z and _");
  }
  if (!isPollInterval(config.pollInterval) || !isPollInterval(config.pollIntervalWithoutPush)) {
    return Error(Code::kInvalidArgument, "a poll interval is one minute to 30 days");
  }
  FLORIN_TRY_ASSIGN(auto vault, openVault(environment, random));
  auto core =
      std::make_shared<Core>(std::move(config), environment, clock, random, std::move(vault));
  removeRetiredKeys(*core);
  return core;
}

}  // namespace

Result<std::unique_ptr<Wallet>> openWallet(WalletConfig config,
                                           const WalletEnvironment& environment, base::Clock& clock,
                                           base::Random& random) {
  FLORIN_TRY_ASSIGN(auto core, makeCore(std::move(config), environment, clock, random));
  return std::unique_ptr<Wallet>(std::make_unique<WalletImpl>(std::move(core)));
}

}  // namespace florin::wallet

namespace florin {

Result<std::unique_ptr<Wallet>> Wallet::open(WalletConfig config,
                                             const WalletEnvironment& environment) {
  auto world = std::make_shared<wallet::RealWorld>();
  FLORIN_TRY_ASSIGN(auto core,
                    wallet::makeCore(std::move(config), environment, world->clock, world->random));
  core->keepAlive(std::move(world));
  return std::unique_ptr<Wallet>(std::make_unique<wallet::WalletImpl>(std::move(core)));
}

}  // namespace florin
