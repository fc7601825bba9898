#include "card/verification.h"

namespace florin::card {
namespace {

// An amount that cannot be read, or compared, is above every limit.
bool isAboveLimit(const emv::Profile& profile, const emv::CryptogramInput& input) {
  const auto amount = emv::amountOf(input);
  return !amount.ok() || amount->currency != profile.currency ||
         static_cast<std::uint64_t>(amount->minorUnits) > profile.cvmLimit;
}

}  // namespace

Verification agreeKernel2(const emv::Profile& profile, const emv::CryptogramInput& input,
                          const emv::VerificationResults& results, bool verifiedOnDevice) {
  if (!isAboveLimit(profile, input)) return Verification::kNotNeeded;
  if ((input.tvr[2] & emv::kTvrOnlinePin) != 0) return Verification::kOnlinePin;
  if (results != emv::kOnDeviceResults) return Verification::kRefused;
  return verifiedOnDevice ? Verification::kOnDevice : Verification::kWanted;
}

Verification agreeKernel3(const emv::Profile& profile, const emv::CryptogramInput& input,
                          const emv::TerminalQualifiers& terminal, bool verifiedOnDevice) {
  if (!terminal.verification && !isAboveLimit(profile, input)) return Verification::kNotNeeded;
  if (terminal.onDeviceVerification && verifiedOnDevice) return Verification::kOnDevice;
  if (terminal.onlinePin) return Verification::kOnlinePin;
  return terminal.onDeviceVerification ? Verification::kWanted : Verification::kRefused;
}

}  // namespace florin::card
