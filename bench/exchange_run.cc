#include "commands.h"
#include "fleet.h"
#include "kill_run.h"

namespace florin::bench {
namespace {

constexpr std::size_t kWalletsPerConnection = 4;

// In a row by one device, so that the end of a batch, when some wait for others, weighs little.
constexpr std::size_t kRepeats = 8;

using MakeTask = std::function<Load::Task(Load& load, Fleet& fleet)>;

apps::Done exchange(const LoadOptions& options, FloorOf floorOf, const MakeTask& makeTask) {
  apps::Interrupts interrupts;
  FLORIN_TRY_ASSIGN(const auto backend, backendFor(options, interrupts));
  Load load(options, *backend, interrupts);
  FLORIN_TRY(load.connect());
  FLORIN_TRY_ASSIGN(Fleet fleet, Fleet::enroll(load, options.devices * kWalletsPerConnection));
  Load::Task task = makeTask(load, fleet);
  task.batch = fleet.size();
  task.repeats = kRepeats;
  return measureAgainstFloor(options, Unit(), floorOf, load, task);
}

Load::Task replenishing(Load& load, Fleet& fleet) {
  Load::Task task;
  task.work = [&](std::size_t item, Client& client) {
    return fleet[item].replenish(load.world(), client);
  };
  return task;
}

// A visit begins with static keys, which is not measured; what follows it is.
Load::Task idling(Load& load, Fleet& fleet) {
  Load::Task task;
  task.prepare = [&](std::size_t items) {
    return load.inParallel(items, [&](std::size_t item, Client& client) {
      return fleet[item].visit(load.world(), client);
    });
  };
  task.work = [&](std::size_t item, Client& client) {
    return fleet[item].askAgain(load.world(), client);
  };
  return task;
}

}  // namespace

int runExchange(int argc, char** argv) {
  LoadOptions options;
  double killEvery = 0;
  CLI::App app("drives florind with devices that come for keys", "florin-bench exchange");
  options.addTo(app, Unit());
  app.add_option("--kill-server-every", killEvery,
                 "kill and restart florind so often, and hold its store against the devices")
      ->transform(CLI::AsNumberWithUnit(std::map<std::string, double>{{"s", 1}, {"ms", 0.001}}))
      ->check(CLI::PositiveNumber);
  if (const auto end = parse(app, argc, argv)) return *end;
  if (killEvery > 0) return statusOf(exchangeAndKill(options, killEvery));
  return statusOf(exchange(options, FloorOf::kExchange, replenishing));
}

int runIdle(int argc, char** argv) {
  LoadOptions options;
  CLI::App app("drives florind with devices for which there is nothing", "florin-bench idle");
  options.addTo(app, Unit());
  if (const auto end = parse(app, argc, argv)) return *end;
  return statusOf(exchange(options, FloorOf::kIdle, idling));
}

}  // namespace florin::bench
