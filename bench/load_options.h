// What the commands that load a whole florind have in common: how much load, on which backend.
#pragma once

#include <sys/types.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "backend_process.h"

namespace florin::bench {

// Unit is what a command counts: it names options, keys and lines.
struct Unit {
  std::string one = "exchange";
  std::string many = "exchanges";
};

struct LoadOptions {
  bool json = false;
  bool floor = false;
  std::size_t devices = 64;
  double seconds = 10;    // of measured time, when `count` is 0
  std::size_t count = 0;  // exactly so many units
  std::string backend, ca;
  pid_t pid = 0;

  void addTo(CLI::App& app, const Unit& unit);
};

// parse gives the exit status with which to end at once, after an option that was wrong or --help.
std::optional<int> parse(CLI::App& app, int argc, char** argv);

// statusOf prints the failure, if there is one, and gives the exit status.
int statusOf(const apps::Done& done);

apps::Failure internal(const Error& error);

// backendFor starts a florind, or takes the one that was named.
apps::Outcome<std::unique_ptr<BackendProcess>> backendFor(const LoadOptions& options,
                                                          apps::Interrupts& interrupts);

}  // namespace florin::bench
