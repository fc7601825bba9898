#include "emv/qualifiers.h"

namespace florin::emv {
namespace {

constexpr std::uint8_t bitOf(bool set, unsigned bit) {
  return set ? static_cast<std::uint8_t>(1U << (bit - 1)) : std::uint8_t{0};
}
constexpr bool isSet(std::uint8_t byte, unsigned bit) { return (byte >> (bit - 1) & 1U) != 0; }

}  // namespace

std::array<std::uint8_t, 4> encodeTerminalQualifiers(const TerminalQualifiers& qualifiers) {
  const auto first = bitOf(qualifiers.emvMode, 6) | bitOf(qualifiers.onlinePin, 3);
  const auto second = bitOf(qualifiers.onlineCryptogram, 8) | bitOf(qualifiers.verification, 7);
  return {static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(second),
          bitOf(qualifiers.onDeviceVerification, 7), 0};
}

TerminalQualifiers readTerminalQualifiers(const std::array<std::uint8_t, 4>& bytes) {
  return {.emvMode = isSet(bytes[0], 6),
          .onlinePin = isSet(bytes[0], 3),
          .onlineCryptogram = isSet(bytes[1], 8),
          .verification = isSet(bytes[1], 7),
          .onDeviceVerification = isSet(bytes[2], 7)};
}

std::array<std::uint8_t, 2> encodeCardQualifiers(const CardQualifiers& qualifiers) {
  return {bitOf(qualifiers.onlinePin, 8), bitOf(qualifiers.verifiedOnDevice, 8)};
}

CardQualifiers readCardQualifiers(const std::array<std::uint8_t, 2>& bytes) {
  return {.onlinePin = isSet(bytes[0], 8), .verifiedOnDevice = isSet(bytes[1], 8)};
}

}  // namespace florin::emv
