// The running ATC counts the uses of a card through its whole life. The ATC that a terminal sees
// has 16 bits and begins anew with each PAN sequence number; the running ATC only grows (I2), so it
// is what vaults, stores and messages name a use by:
//
//   running ATC = (PSN - 1) * 65536 + ATC          PSN 1 to 99, ATC 1 to 65535
//
// As long as a card has its first PSN, both are the same number.
#pragma once

#include <cstdint>

namespace florin::base {

inline constexpr std::uint32_t kAtcsPerPsn = 0x1'0000;
inline constexpr std::uint8_t kLastPsn = 99;  // two digits (EMV tag 5F34)

constexpr std::uint32_t runningAtc(std::uint8_t psn, std::uint16_t atc) {
  return (std::uint32_t{psn} - 1) * kAtcsPerPsn + atc;
}

constexpr std::uint16_t atcOf(std::uint32_t running) {
  return static_cast<std::uint16_t>(running % kAtcsPerPsn);
}

// psnOf gives 1 to 99 for what isRunningAtc.
constexpr std::uint8_t psnOf(std::uint32_t running) {
  return static_cast<std::uint8_t>(running / kAtcsPerPsn + 1);
}

constexpr bool isRunningAtc(std::uint32_t number) {
  return number / kAtcsPerPsn < kLastPsn && number % kAtcsPerPsn != 0;
}

}  // namespace florin::base
