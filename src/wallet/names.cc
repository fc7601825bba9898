#include "florin/cards.h"
#include "florin/enrollment.h"
#include "florin/provisioning.h"

namespace florin {

std::string_view name(CardState state) {
  switch (state) {
    case CardState::INACTIVE: return "INACTIVE";
    case CardState::ACTIVE: return "ACTIVE";
    case CardState::SUSPENDED: return "SUSPENDED";
    case CardState::RETIRED: return "RETIRED";
    case CardState::UNKNOWN: return "UNKNOWN";
  }
  return "UNKNOWN";
}

std::string_view name(EnrollmentStatus status) {
  switch (status) {
    case EnrollmentStatus::ENROLLMENT_NEEDED: return "ENROLLMENT_NEEDED";
    case EnrollmentStatus::ENROLLMENT_IN_PROGRESS: return "ENROLLMENT_IN_PROGRESS";
    case EnrollmentStatus::ENROLLMENT_COMPLETE: return "ENROLLMENT_COMPLETE";
  }
  return "UNKNOWN";
}

std::string_view name(ProvisioningPhase phase) {
  switch (phase) {
    case ProvisioningPhase::IDLE: return "IDLE";
    case ProvisioningPhase::REGISTERING: return "REGISTERING";
    case ProvisioningPhase::DIGITIZING: return "DIGITIZING";
    case ProvisioningPhase::ENROLLING: return "ENROLLING";
    case ProvisioningPhase::EXCHANGING: return "EXCHANGING";
    case ProvisioningPhase::APPLYING: return "APPLYING";
    case ProvisioningPhase::CHANGING_CARD: return "CHANGING_CARD";
    case ProvisioningPhase::WAITING_TO_RETRY: return "WAITING_TO_RETRY";
  }
  return "UNKNOWN";
}

std::string_view name(WalletSecureEnrollmentState state) {
  switch (state) {
    case WalletSecureEnrollmentState::WSE_REQUIRED: return "WSE_REQUIRED";
    case WalletSecureEnrollmentState::WSE_STARTED: return "WSE_STARTED";
    case WalletSecureEnrollmentState::WSE_COMPLETED: return "WSE_COMPLETED";
    case WalletSecureEnrollmentState::WSE_NOT_REQUIRED: return "WSE_NOT_REQUIRED";
  }
  return "UNKNOWN";
}

}  // namespace florin
