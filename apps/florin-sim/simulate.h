// simulate is florin-sim behind its command line (docs/simulation.md).
#pragma once

#include <cstdint>
#include <ostream>
#include <string>

namespace florin::sim {

struct Options {
  std::string scenario = "life";  // or "fleet"
  std::size_t devices = 50;       // of a fleet
  unsigned days = 30;             // of a fleet
  std::size_t seeds = 0;
  std::uint64_t first = 1;
  std::uint64_t seed = 0;
  bool trace = false;
  bool exhaustive = false;
  std::string broken;
  std::string store = "mixed";
  unsigned threads = 1;
  bool json = false;
};

// Console is where results and progress go; progress only when `terminal`.
struct Console {
  std::ostream& out;
  std::ostream& err;
  bool terminal = false;
};

// simulate gives the exit status: 0 when the runs show what they should, 1 otherwise.
int simulate(const Options& options, const Console& console);

}  // namespace florin::sim
