// How terminal and card of kernel 2 tell each other who verified the cardholder.
#pragma once

#include <array>
#include <cstdint>

namespace florin::emv {

inline constexpr std::uint8_t kTvrOnlinePin = 0x04;  // byte 3 of TVR (EMV Book 3, C5): PIN entered

// CVM results (9F34): method (1) condition (1) outcome (1)      EMV Book 4, A4
using VerificationResults = std::array<std::uint8_t, 3>;

// The results of on-device verification (EMV Contactless Book C-2, CVM selection).
inline constexpr VerificationResults kOnDeviceResults = {0x01, 0x00, 0x02};

}  // namespace florin::emv
