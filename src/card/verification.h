// How the cardholder of a payment is verified: what the card and the terminal agree on. The card
// never lets a payment above its limit go on that nobody is verified for.
#pragma once

#include <array>
#include <cstdint>

#include "emv/cryptogram.h"
#include "emv/profile.h"
#include "emv/qualifiers.h"

namespace florin::card {

enum class Verification : std::uint8_t {
  kNotNeeded,
  kOnDevice,   // the cardholder proved himself on the device
  kOnlinePin,  // the terminal asks for it, the issuer checks it
  kWanted,     // the cardholder is to prove himself on the device first
  kRefused,    // it is needed and terminal and card have no way in common
};

// What a terminal of kernel 2 did: CVM results, as CDOL1 brings them.
//   results = method (1) condition (1) outcome (1)      EMV Book 4, A4
using VerificationResults = std::array<std::uint8_t, 3>;

// The results of on-device verification (EMV Contactless Book C-2, CVM selection).
inline constexpr VerificationResults kOnDeviceResults = {0x01, 0x00, 0x02};

// agreeKernel2: above the card's limit, or in another currency, the on line PIN that the terminal
// took (TVR) or the device's word.
Verification agreeKernel2(const emv::Profile& profile, const emv::CryptogramInput& input,
                          const VerificationResults& results, bool verifiedOnDevice);

// agreeKernel3: also when the terminal wants it. The device's word goes before the on line PIN.
Verification agreeKernel3(const emv::Profile& profile, const emv::CryptogramInput& input,
                          const emv::TerminalQualifiers& terminal, bool verifiedOnDevice);

}  // namespace florin::card
