// The exhaustive run: one fixed life (WSE, digitize, enroll, a second card), lived once for every
// durable step and every message of it, with one fault at that point. Then it goes on to its end.
#pragma once

#include <string>
#include <vector>

#include "run.h"

namespace florin::sim {

// Point is one fault at one place of the fixed life.
struct Point {
  enum class Where : std::uint8_t { kDeviceWrite, kBackendWrite, kMessage, kKill, kLostAndKill };
  Where where = Where::kDeviceWrite;
  std::size_t nth = 0;
  unsigned fault = 0;  // DiskFault, StoreFault, Fate or Run::Moment
  std::uint64_t seed = 1;
};
std::string describe(const Point& point);

// allPoints lives the life without faults, counts its steps, and gives every point of it.
std::vector<Point> allPoints(const Material& material, StoreKind store);

// tryPoint lives it with that fault.
Outcome tryPoint(const Material& material, const Settings& settings, const Point& point);

}  // namespace florin::sim
