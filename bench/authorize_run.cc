#include "acquirer_bench.h"
#include "commands.h"
#include "fleet.h"

namespace florin::bench {
namespace {

constexpr std::size_t kWalletsPerConnection = 4;

// Payments with ten keys each, then ten new ones, which are not measured.
apps::Done authorize(const LoadOptions& options, const Unit& unit) {
  apps::Interrupts interrupts;
  FLORIN_TRY_ASSIGN(const auto backend, backendFor(options, interrupts));
  if (backend->attached()) {
    return apps::Failure{apps::Exit::kUsage,
                         "authorize needs keys of a backend of its own: leave --backend out"};
  }
  const auto acquirer = Acquirer::open(*backend);
  if (!acquirer.ok()) return internal(acquirer.error());
  Load load(options, *backend, interrupts);
  FLORIN_TRY(load.connect());
  FLORIN_TRY_ASSIGN(Fleet fleet, Fleet::enroll(load, options.devices * kWalletsPerConnection));
  bool fresh = true;
  Load::Task task;
  task.batch = fleet.size();
  task.repeats = EnrolledDevice::kKeys;
  task.prepare = [&](std::size_t items) -> apps::Done {
    if (std::exchange(fresh, false)) return {};
    return load.inParallel(items, [&](std::size_t item, Client& client) {
      return fleet[item].replenish(load.world(), client);
    });
  };
  task.work = [&](std::size_t item, Client& client) {
    return acquirer->authorize(load.world(), client, fleet[item]);
  };
  return measureAgainstFloor(options, unit, FloorOf::kAuthorize, load, task);
}

}  // namespace

int runAuthorize(int argc, char** argv) {
  const Unit unit{"authorization", "authorizations"};
  LoadOptions options;
  CLI::App app("drives florind with payments to authorize", "florin-bench authorize");
  options.addTo(app, unit);
  if (const auto end = parse(app, argc, argv)) return *end;
  return statusOf(authorize(options, unit));
}

}  // namespace florin::bench
