// The floor of a flow or an exchange: the backend's own primitives, each as often as the protocol
// needs it, and one durable commit where something is written, measured in this process. Nothing of
// HTTP, TLS, JSON or protobuf (D13).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "florin/result.h"

namespace florin::bench {

enum class FloorOf : std::uint8_t {
  kEnroll,    // E1 to E5 and the follow-up that acknowledges
  kExchange,  // with static keys, delivers ten payment keys
  kIdle,      // follow-up by ticket, delivers nothing
  kAuthorize,
  kDigitize,  // that the issuer approves
};

struct FloorLine {
  std::string_view what;
  unsigned count = 0;       // in one flow or exchange
  double microseconds = 0;  // CPU of one
};

// measureFloor takes about a second. It measures on every CPU at once and gives the mean, because
// the backend runs on all of them too: CPUs that share a core or its clock are slower together.
// kUnavailable: the temporary database cannot be made.
Result<std::vector<FloorLine>> measureFloor(FloorOf what);

// meanOf takes floors of the same lines together.
std::vector<FloorLine> meanOf(const std::vector<std::vector<FloorLine>>& floors);

double floorMicroseconds(const std::vector<FloorLine>& lines);

}  // namespace florin::bench
