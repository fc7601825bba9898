// florin-sim: the SDK and the backend in one process, on simulated time, network and disks, with
// faults from a seed (docs/simulation.md).
#include <malloc.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>
#include <thread>

#include "simulate.h"

namespace {

constexpr int kUsage = 2;
constexpr int kInternal = 7;

// mapLargeMemory: every typed code takes scrypt's 16 MB, and a fleet types thousands. Mapped alone
// they come in large pages; from a thread's heap, which glibc turns to after the first, they come
// in small ones, given back each time: a sixth of a run.
void mapLargeMemory() {
  constexpr int kLarge = 1 << 20;
  mallopt(M_MMAP_THRESHOLD, kLarge);
}

int run(int argc, char** argv) {
  florin::sim::Options options;
  options.threads = std::max(1U, std::thread::hardware_concurrency());
  CLI::App app{"Simulation of wallets and backend with faults from a seed", "florin-sim"};
  auto* scenario = app.add_option("--scenario", options.scenario,
                                  "life: a few wallets, dense faults; fleet: many over weeks");
  scenario->check(CLI::IsMember({"life", "fleet"}));
  app.add_option("--devices", options.devices, "of a fleet")->check(CLI::Range(1, 300));
  app.add_option("--days", options.days, "of a fleet")->check(CLI::Range(1, 365));
  auto* seeds = app.add_option("--seeds", options.seeds, "how many seeds to live");
  app.add_option("--first", options.first, "the first of them")->needs(seeds);
  auto* seed = app.add_option("--seed", options.seed, "live one seed");
  auto* every = app.add_flag("--exhaustive", options.exhaustive,
                             "one fixed life, a fault at every durable step and every message");
  app.add_flag("--trace", options.trace, "print every line of the run")->needs(seed);
  auto* broken = app.add_option("--break", options.broken,
                                "break an invariant on purpose; success is to find it");
  broken->check(CLI::IsMember({"I1", "I2", "I3", "I4", "I5", "I7", "I8", "I9"}));
  app.add_option("--store", options.store, "memory, sqlite, or mixed: every 20th seed on SQLite")
      ->check(CLI::IsMember({"memory", "sqlite", "mixed"}));
  app.add_option("--threads", options.threads, "default: one per core")->check(CLI::Range(1, 256));
  app.add_flag("--json", options.json, "print one JSON object");
  every->excludes(seeds)->excludes(seed)->excludes(broken)->excludes(scenario);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  if (!options.exhaustive && options.seeds == 0 && options.seed == 0 && options.broken.empty()) {
    std::cerr << app.help();
    return kUsage;
  }
  if (options.broken == "I7" && options.scenario != "fleet") {
    std::cerr << "--break I7 needs --scenario fleet: there are no pushes in a life\n";
    return kUsage;
  }
  const bool terminal = ::isatty(STDERR_FILENO) == 1;
  return florin::sim::simulate(options, {std::cout, std::cerr, terminal});
}

}  // namespace

int main(int argc, char** argv) {
  mapLargeMemory();
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "florin-sim: a fault of this program: " << error.what() << "\n";
    return kInternal;
  }
}
