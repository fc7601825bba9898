// Patterns of Noise (revision 34, 7 and 9) as data: which tokens each message carries, in order. A
// message that is not in the table cannot be written or read.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace florin::protocol {

enum class NoiseToken : std::uint8_t { kE, kEe, kEs, kSe, kSs, kPsk };

struct NoisePattern {
  std::string_view name;
  bool knownStatics;  // pre-messages: both static keys are known beforehand (KK)
  bool usesPsk;
  std::array<std::span<const NoiseToken>, 2> messages;  // initiator's, responder's
};

extern const NoisePattern kNoiseNN;
extern const NoisePattern kNoiseNNpsk0;
extern const NoisePattern kNoiseKKpsk0;

}  // namespace florin::protocol
