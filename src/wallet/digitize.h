// Digitization of a card at the gateway (wallet-api 3).
#pragma once

#include "wallet/notifier.h"

namespace florin::wallet {

class DigitizationService : public MGCardEnrollmentService {
 public:
  explicit DigitizationService(Core& core) : core_(core) {}

  [[nodiscard]] std::string getWalletId() const override;
  void checkEligibility(EligibilityRequest request,
                        std::shared_ptr<MGEligibilityListener> listener) override;
  void digitizeCard(std::shared_ptr<MGDigitizationSession> session, SecretBytes authenticationToken,
                    std::shared_ptr<MGDigitizationListener> listener) override;
  void digitizeCard(CardInput card, const std::string& language,
                    std::shared_ptr<MGDigitizationListener> listener) override;
  [[nodiscard]] bool isCardActivationPending(const std::string& digitalCardId) const override;
  [[nodiscard]] std::shared_ptr<PendingCardActivation> getPendingCardActivation(
      const std::string& digitalCardId) override;

 private:
  Core& core_;
};

}  // namespace florin::wallet
