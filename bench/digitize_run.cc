#include <algorithm>

#include "base/limits.h"
#include "commands.h"
#include "drain_run.h"
#include "load.h"

namespace florin::bench {
namespace {

constexpr std::size_t kBatchPerDevice = 8;

// In a row by one wallet, so that the end of a batch weighs little.
constexpr std::size_t kRepeats = 8;
static_assert(kRepeats <= base::limits::kOpenCodesPerWallet);

// Wallets are registered before each batch, which is not measured.
apps::Done digitize(const LoadOptions& options, const Unit& unit) {
  apps::Interrupts interrupts;
  FLORIN_TRY_ASSIGN(const auto backend, backendFor(options, interrupts));
  Load load(options, *backend, interrupts);
  FLORIN_TRY(load.connect());
  std::vector<std::optional<Device>> wallets;
  Load::Task task;
  task.batch = options.devices * kBatchPerDevice;
  task.repeats = kRepeats;
  task.prepare = [&](std::size_t items) {
    wallets = std::vector<std::optional<Device>>(items);
    return load.inParallel(items, [&](std::size_t item, Client& client) -> Status {
      FLORIN_TRY_ASSIGN(wallets[item], Device::enlist(load.world(), client));
      return {};
    });
  };
  task.work = [&](std::size_t item, Client& client) {
    return wallets[item]->digitize(load.world(), client);
  };
  return measureAgainstFloor(options, unit, FloorOf::kDigitize, load, task);
}

}  // namespace

int runDigitize(int argc, char** argv) {
  const Unit unit{"digitization", "digitizations"};
  LoadOptions options;
  bool drain = false;
  CLI::App app("drives florind with cards that the issuer approves", "florin-bench digitize");
  options.addTo(app, unit);
  app.add_flag("--drain", drain, "end florind with SIGTERM after the time, and count what failed");
  if (const auto end = parse(app, argc, argv)) return *end;
  return statusOf(drain ? digitizeAndDrain(options) : digitize(options, unit));
}

}  // namespace florin::bench
