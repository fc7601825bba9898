// Device enrollment (D5): the driver that goes from row to row of its table of interruptions. What
// it does next follows from the vault alone, so starting and resuming are the same.
#pragma once

#include "wallet/notifier.h"
#include "wallet/session.h"

namespace florin::wallet {

class EnrollService : public EnrollingBusinessService {
 public:
  EnrollService(Core& core, Disarm disarm) : core_(core), disarm_(std::move(disarm)) {}

  [[nodiscard]] EnrollmentStatus isEnrolled() const override;
  void enroll(const std::string& walletId, const std::string& pushToken,
              const std::string& language,
              std::shared_ptr<EnrollingServiceListener> listener) override;
  void continueEnrollment(const std::string& language,
                          std::shared_ptr<EnrollingServiceListener> listener) override;

 private:
  Core& core_;
  Disarm disarm_;
};

}  // namespace florin::wallet
