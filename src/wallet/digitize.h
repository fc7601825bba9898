// Digitization of a card at the gateway (wallet-api 3).
#pragma once

#include "wallet/notifier.h"

namespace florin::wallet {

class DigitizationService : public MGCardEnrollmentService {
 public:
  explicit DigitizationService(Core& core) : core_(core) {}

  [[nodiscard]] std::string getWalletId() const override;
  void digitizeCard(CardInput card, const std::string& language,
                    std::shared_ptr<MGDigitizationListener> listener) override;
  [[nodiscard]] bool isCardActivationPending(const std::string& digitalCardId) const override;
  [[nodiscard]] std::shared_ptr<PendingCardActivation> getPendingCardActivation(
      const std::string& digitalCardId) override;

 private:
  Core& core_;
};

// isLanguage: ISO 639-1, two lowercase letters.
bool isLanguage(std::string_view language);

}  // namespace florin::wallet
