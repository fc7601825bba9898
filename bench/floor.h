// The floor of a flow: the backend's own primitives, each as often as the protocol needs it, and
// one durable commit, measured in this process. Nothing of HTTP, TLS, JSON or protobuf (D13).
#pragma once

#include <string_view>
#include <vector>

#include "florin/result.h"

namespace florin::bench {

struct FloorLine {
  std::string_view what;
  unsigned count = 0;       // per flow
  double microseconds = 0;  // CPU of one
};

// measureFloor takes about a second. It measures on every CPU at once and gives the mean, because
// the flow runs on all of them too: CPUs that share a core or its clock are slower together.
// kUnavailable: the temporary database cannot be made.
Result<std::vector<FloorLine>> measureFloor();

double floorMicroseconds(const std::vector<FloorLine>& lines);

}  // namespace florin::bench
