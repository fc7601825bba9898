// Provisioning of an enrolled device: a further card's code, what waits at the backend, more
// payment keys (wallet-api 2).
#pragma once

#include "wallet/history.h"
#include "wallet/session.h"

namespace florin::wallet {

class ProvisionService : public ProvisioningBusinessService {
 public:
  ProvisionService(Core& core, Disarm disarm)
      : accessTokens_(std::make_shared<AccessTokens>(core)),
        core_(core),
        disarm_(std::move(disarm)) {}

  void sendActivationCode(std::shared_ptr<EnrollingServiceListener> listener) override;
  void retrySession(std::shared_ptr<EnrollingServiceListener> listener) override;
  void synchronize(std::shared_ptr<PushServiceListener> listener) override;
  void poll(std::shared_ptr<PushServiceListener> listener) override;
  [[nodiscard]] std::optional<std::chrono::milliseconds> nextPoll() const override;
  void processIncomingMessage(const std::map<std::string, std::string>& bundle,
                              std::shared_ptr<PushServiceListener> listener) override;
  void updatePushToken(const std::string& token,
                       std::shared_ptr<PushServiceListener> listener) override;
  void sendRequestForReplenishment(const std::string& tokenizedCardId,
                                   std::shared_ptr<PushServiceListener> listener,
                                   bool force) override;
  void getAccessToken(const std::string& digitalCardId, AccessTokenMode mode,
                      std::shared_ptr<AccessTokenListener> listener) override {
    accessTokens_->get(digitalCardId, mode, std::move(listener));
  }

 private:
  std::shared_ptr<AccessTokens> accessTokens_;
  Core& core_;
  Disarm disarm_;
};

}  // namespace florin::wallet
