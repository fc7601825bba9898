// What a cardholder asks of the gateway for a card of this wallet (wallet-api 1), or for all of it.
#pragma once

#include "wallet/notifier.h"

namespace florin::wallet {

class LifeCycleService : public MGCardLifeCycleManager {
 public:
  explicit LifeCycleService(Core& core) : core_(core) {}

  void suspendCard(const std::string& digitalCardId,
                   std::shared_ptr<MGCardLifeCycleListener> listener) override;
  void resumeCard(const std::string& digitalCardId,
                  std::shared_ptr<MGCardLifeCycleListener> listener) override;
  void deleteCard(const std::string& digitalCardId,
                  std::shared_ptr<MGCardLifeCycleListener> listener) override;
  void getCardStatus(const std::string& digitalCardId,
                     std::shared_ptr<MGCardStatusListener> listener) override;

 private:
  void ask(Literal step, const std::string& digitalCardId,
           std::shared_ptr<MGCardLifeCycleListener> listener);

  Core& core_;
};

class LockService : public MGWalletLockManager {
 public:
  explicit LockService(Core& core) : core_(core) {}

  void lockWallet(LockReason reason, std::shared_ptr<MGWalletLockListener> listener) override;
  void unlockWallet(std::shared_ptr<MGWalletLockListener> listener) override;

 private:
  void ask(Literal step, Bytes body, std::shared_ptr<MGWalletLockListener> listener);

  Core& core_;
};

}  // namespace florin::wallet
