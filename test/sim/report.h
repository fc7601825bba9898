// Report tells how a simulation goes: progress on a terminal, what was found, and the end as text
// or as one JSON object.
#pragma once

#include <chrono>
#include <string>

#include "simulate.h"
#include "workers.h"

namespace florin::sim {

class Report {
 public:
  // `what`: "seeds", "crash points". `total` is how many there will be.
  Report(std::string mode, std::string what, std::size_t total, bool json, const Console& console);

  // tellEvery lets progress be told after so many runs, not after 16: they take long.
  void tellEvery(std::size_t runs) { every_ = runs; }

  // done counts one run.
  void done(const Outcome& outcome);

  // violation tells of a breach, and the arguments of florin-sim that show it again.
  void violation(const std::string& where, const Breach& breach, const std::string& again);

  // hash tells the trace hash of the single run.
  void hash(std::uint64_t hash) { hash_ = hash; }

  // end prints the result. `good`: the run shows what it should.
  void end(bool good);

  [[nodiscard]] std::size_t violations() const { return violations_.size(); }

 private:
  struct Violation {
    std::string where;
    Breach breach;
    std::string again;
  };
  void progress();
  void endJson(bool good);

  const std::string mode_;
  const std::string what_;
  const std::size_t total_;
  const bool json_;
  const Console console_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::size_t done_ = 0;
  Outcome sum_;  // of all runs
  std::uint64_t hash_ = 0;
  std::size_t every_ = 16;
  std::vector<Violation> violations_;
};

}  // namespace florin::sim
