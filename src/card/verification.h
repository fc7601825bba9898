// How the cardholder of a payment is verified: what the card and the terminal agree on. The card
// never lets a payment above its limit go on that nobody is verified for.
#pragma once

#include <cstdint>

#include "emv/cryptogram.h"
#include "emv/profile.h"
#include "emv/qualifiers.h"
#include "emv/verification.h"

namespace florin::card {

enum class Verification : std::uint8_t {
  kNotNeeded,
  kOnDevice,   // the cardholder proved himself on the device
  kOnlinePin,  // the terminal asks for it, the issuer checks it
  kWanted,     // the cardholder is to prove himself on the device first
  kRefused,    // it is needed and terminal and card have no way in common
};

// agreeKernel2: above the card's limit, or in another currency, the on line PIN that the terminal
// took (TVR) or the device's word.
Verification agreeKernel2(const emv::Profile& profile, const emv::CryptogramInput& input,
                          const emv::VerificationResults& results, bool verifiedOnDevice);

// agreeKernel3: also when the terminal wants it. The device's word goes before the on line PIN.
Verification agreeKernel3(const emv::Profile& profile, const emv::CryptogramInput& input,
                          const emv::TerminalQualifiers& terminal, bool verifiedOnDevice);

}  // namespace florin::card
