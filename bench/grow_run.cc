#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>

#include "commands.h"
#include "filler.h"
#include "fleet.h"
#include "temporary_folder.h"

namespace florin::bench {
namespace {

using apps::Done;
using apps::Exit;
using apps::Failure;
using apps::Outcome;
namespace fs = std::filesystem;

constexpr std::size_t kFew = 1'000;
constexpr std::size_t kWalletsPerConnection = 8;
constexpr std::size_t kRepeats = 4;
constexpr std::size_t kVisitsOfTheShape = 2;  // after its enrollment
constexpr double kPage = 4096;

struct Options {
  LoadOptions load;
  std::string store;
  std::size_t wallets = 1'000'000;
  std::size_t rounds = 5;
  bool prepareOnly = false;
};

// One device that has come back for keys is what all others are made after.
Done enrollTheShape(BackendProcess& backend, apps::Interrupts& interrupts) {
  LoadOptions one;
  one.devices = 1;
  Load load(one, backend, interrupts);
  FLORIN_TRY(load.connect());
  FLORIN_TRY_ASSIGN(Fleet shape, Fleet::enroll(load, 1));
  return load.inParallel(1, [&](std::size_t item, Client& client) -> Status {
    for (std::size_t i = 0; i < kVisitsOfTheShape; ++i) {
      FLORIN_TRY(shape[item].replenish(load.world(), client));
    }
    return shape[item].visit(load.world(), client);
  });
}

// prepare gives the folder with a store of so many wallets, and fills it when it is not there. A
// name that is not yet its own is a store that is not whole.
Outcome<fs::path> prepare(const fs::path& store, std::size_t wallets,
                          apps::Interrupts& interrupts) {
  const fs::path folder = store / ("wallets-" + std::to_string(wallets));
  if (fs::exists(folder)) return folder;
  const fs::path partial = folder.string() + ".partial";
  std::error_code failed;
  fs::remove_all(partial, failed);
  if (!fs::create_directories(partial, failed)) {
    return Failure{Exit::kLocalState, partial.string() + " cannot be made: " + failed.message()};
  }
  FLORIN_TRY_ASSIGN(const auto backend, BackendProcess::at(partial, interrupts));
  FLORIN_TRY(backend->serve(interrupts));
  FLORIN_TRY(enrollTheShape(*backend, interrupts));
  backend->stop();
  const Status filled = fillStore(backend->database(), wallets, interrupts);
  if (interrupts.pending()) return apps::Interrupts::failure();
  if (!filled.ok()) return internal(filled.error());
  fs::rename(partial, folder, failed);
  if (failed) return Failure{Exit::kLocalState, folder.string() + ": " + failed.message()};
  return folder;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

// Side is one of the two stores, served, with devices that come for keys.
class Side {
 public:
  static Outcome<std::unique_ptr<Side>> open(const Options& options, const fs::path& folder,
                                             apps::Interrupts& interrupts) {
    FLORIN_TRY_ASSIGN(auto backend, BackendProcess::at(folder, interrupts));
    FLORIN_TRY(backend->serve(interrupts));
    std::unique_ptr<Side> side(new Side(options.load, std::move(backend), interrupts));
    FLORIN_TRY(side->load_.connect());
    FLORIN_TRY_ASSIGN(side->fleet_,
                      Fleet::enroll(side->load_, options.load.devices * kWalletsPerConnection));
    return side;
  }

  Done round() {
    Load::Task task;
    task.batch = fleet_.size();
    task.repeats = kRepeats;
    task.work = [&](std::size_t item, Client& client) {
      return fleet_[item].replenish(load_.world(), client);
    };
    const std::uint64_t read = backend_->bytesRead();
    FLORIN_TRY_ASSIGN(const Measured measured, load_.measure(task, Unit()));
    const auto exchanges = static_cast<double>(measured.units);
    cpu_.push_back(measured.cpu / exchanges);
    reads_.push_back(static_cast<double>(backend_->bytesRead() - read) / kPage / exchanges);
    exchanges_ += measured.units;
    return {};
  }

  [[nodiscard]] double cpu() const { return median(cpu_); }
  [[nodiscard]] double reads() const { return median(reads_); }
  [[nodiscard]] std::size_t exchanges() const { return exchanges_; }

 private:
  Side(const LoadOptions& options, std::unique_ptr<BackendProcess> backend,
       apps::Interrupts& interrupts)
      : backend_(std::move(backend)), load_(options, *backend_, interrupts) {}

  std::unique_ptr<BackendProcess> backend_;
  Load load_;
  Fleet fleet_;
  std::vector<double> cpu_;    // microseconds an exchange, by round
  std::vector<double> reads_;  // pages an exchange, by round
  std::size_t exchanges_ = 0;
};

void print(const Options& options, const Side& few, const Side& many) {
  const char* const form =
      options.load.json
          ? "{\"ratio\":%.3f,\"page_reads_more\":%.2f,\"cpu_us_per_exchange_few\":%.1f,"
            "\"cpu_us_per_exchange\":%.1f,\"page_reads_per_exchange_few\":%.2f,"
            "\"page_reads_per_exchange\":%.2f,\"wallets_few\":%zu,\"wallets\":%zu,\"rounds\":%zu,"
            "\"exchanges\":%zu}\n"
          : "ratio %.3f, %.2f page reads more per exchange\n"
            "backend CPU per exchange %.1f us and %.1f us, page reads %.2f and %.2f\n"
            "at %zu and at %zu wallets, median of %zu rounds, %zu exchanges\n";
  std::printf(form, many.cpu() / few.cpu(), many.reads() - few.reads(), few.cpu(), many.cpu(),
              few.reads(), many.reads(), kFew, options.wallets, options.rounds,
              few.exchanges() + many.exchanges());
}

Done grow(Options& options) {
  apps::Interrupts interrupts;
  std::optional<apps::TemporaryFolder> temporary;
  if (options.store.empty()) {
    FLORIN_TRY_ASSIGN(auto made, apps::TemporaryFolder::make(false));
    options.store = temporary.emplace(std::move(made)).path();
  }
  std::array<fs::path, 2> folders;
  FLORIN_TRY_ASSIGN(folders[0], prepare(options.store, kFew, interrupts));
  FLORIN_TRY_ASSIGN(folders[1], prepare(options.store, options.wallets, interrupts));
  if (options.prepareOnly) return {};
  options.load.seconds /= static_cast<double>(options.rounds * folders.size());
  FLORIN_TRY_ASSIGN(const auto few, Side::open(options, folders[0], interrupts));
  FLORIN_TRY_ASSIGN(const auto many, Side::open(options, folders[1], interrupts));
  for (std::size_t i = 0; i < options.rounds; ++i) {
    FLORIN_TRY(few->round());
    FLORIN_TRY(many->round());
  }
  print(options, *few, *many);
  return {};
}

}  // namespace

int runGrow(int argc, char** argv) {
  Options options;
  options.load.seconds = 30;
  CLI::App app("compares the exchange at few and at many wallets", "florin-bench grow");
  app.add_flag("--json", options.load.json, "print one JSON object");
  app.add_option("--devices", options.load.devices, "connections to each florind")
      ->check(CLI::Range(1, 1024));
  app.add_option("--seconds", options.load.seconds, "measured time of both, all rounds together")
      ->check(CLI::Range(0.1, 3600.0));
  app.add_option("--rounds", options.rounds, "of which the median counts")
      ->check(CLI::PositiveNumber);
  app.add_option("--wallets", options.wallets, "of the larger store")->check(CLI::PositiveNumber);
  app.add_option("--store", options.store, "folder that keeps the filled stores for the next time");
  app.add_flag("--prepare", options.prepareOnly, "only fill the stores")->needs("--store");
  if (const auto end = parse(app, argc, argv)) return *end;
  return statusOf(grow(options));
}

}  // namespace florin::bench
