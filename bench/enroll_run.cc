#include <algorithm>

#include "commands.h"
#include "load.h"

namespace florin::bench {
namespace {

constexpr std::size_t kBatchPerDevice = 16;
constexpr std::size_t kLargestBatch = 2048;

apps::Done enroll(const LoadOptions& options, const Unit& unit) {
  apps::Interrupts interrupts;
  FLORIN_TRY_ASSIGN(const auto backend, backendFor(options, interrupts));
  Load load(options, *backend, interrupts);
  FLORIN_TRY(load.connect());
  std::vector<std::optional<Device>> devices;
  Load::Task task;
  task.batch = std::min(options.devices * kBatchPerDevice, kLargestBatch);
  task.prepare = [&](std::size_t items) {
    devices = std::vector<std::optional<Device>>(items);
    return load.inParallel(items, [&](std::size_t item, Client& client) -> Status {
      FLORIN_TRY_ASSIGN(devices[item], Device::prepare(load.world(), client));
      return {};
    });
  };
  task.work = [&](std::size_t item, Client& client) -> Status {
    FLORIN_TRY_ASSIGN(auto enrolled, devices[item]->enroll(load.world(), client));
    return enrolled.install(load.world(), client);
  };
  return measureAgainstFloor(options, unit, FloorOf::kEnroll, load, task);
}

}  // namespace

int runEnroll(int argc, char** argv) {
  const Unit unit{"flow", "flows"};
  LoadOptions options;
  CLI::App app("drives florind with simulated devices that enroll", "florin-bench enroll");
  options.addTo(app, unit);
  if (const auto end = parse(app, argc, argv)) return *end;
  return statusOf(enroll(options, unit));
}

}  // namespace florin::bench
