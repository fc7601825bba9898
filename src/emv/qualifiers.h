// Transaction qualifiers of kernel 3 (EMV Contactless Book C-3, annex A): by 9F66 the terminal says
// what it can and what it wants, by 9F6C the card says what came of it.
#pragma once

#include <array>
#include <cstdint>

#include "codec/dol.h"

namespace florin::emv {

// What the PDOL of kernel 3 asks for besides requiredTerminalData.
inline constexpr codec::DolEntry kTerminalQualifiers = {0x9F66, 4};

struct TerminalQualifiers {
  bool emvMode = false;               // byte 1, bit 6: a cryptogram in GET PROCESSING OPTIONS
  bool onlinePin = false;             // byte 1, bit 3
  bool onlineCryptogram = false;      // byte 2, bit 8: wanted
  bool verification = false;          // byte 2, bit 7: wanted
  bool onDeviceVerification = false;  // byte 3, bit 7
  friend bool operator==(const TerminalQualifiers&, const TerminalQualifiers&) = default;
};

std::array<std::uint8_t, 4> encodeTerminalQualifiers(const TerminalQualifiers& qualifiers);
TerminalQualifiers readTerminalQualifiers(const std::array<std::uint8_t, 4>& bytes);

struct CardQualifiers {
  bool onlinePin = false;         // byte 1, bit 8: wanted
  bool verifiedOnDevice = false;  // byte 2, bit 8
  friend bool operator==(const CardQualifiers&, const CardQualifiers&) = default;
};

std::array<std::uint8_t, 2> encodeCardQualifiers(const CardQualifiers& qualifiers);
CardQualifiers readCardQualifiers(const std::array<std::uint8_t, 2>& bytes);

}  // namespace florin::emv
