// Wallet secure enrollment: once per wallet instance the backend learns the wallet's signing key
// and the wallet pins the backend's identity (D5).
#pragma once

#include "wallet/notifier.h"

namespace florin::wallet {

class WseService : public WalletSecureEnrollmentBusinessService {
 public:
  explicit WseService(Core& core) : core_(core) {}

  [[nodiscard]] WalletSecureEnrollmentState getState() const override;
  void startWalletSecureEnrollment(
      std::shared_ptr<WalletSecureEnrollmentListener> listener) override;
  void checkBackend(std::shared_ptr<WalletSecureEnrollmentListener> listener) override;

 private:
  Core& core_;
};

}  // namespace florin::wallet
