// What a cardholder asks of the gateway for a card of this wallet (wallet-api 1).
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

 private:
  void ask(Literal step, const std::string& digitalCardId,
           std::shared_ptr<MGCardLifeCycleListener> listener);

  Core& core_;
};

}  // namespace florin::wallet
