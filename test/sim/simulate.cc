#include "simulate.h"

#include "exhaustive.h"
#include "fleet.h"
#include "report.h"

namespace florin::sim {
namespace {

constexpr int kOk = 0;
constexpr int kFound = 1;

// Every 20th seed lives on SQLite, which is slower: the first does, so that no core waits for it.
constexpr std::uint64_t kSqliteEvery = 20;
// Every 400th has typed codes: its scrypt takes the time of forty others.
constexpr std::uint64_t kTypedEvery = 400;
constexpr std::size_t kSeedsForBroken = 2'000;  // how long a planted fault is looked for
constexpr std::size_t kFleetsForBroken = 20;

StoreKind storeOf(const Options& options, std::uint64_t seed) {
  if (options.store == "mixed") {
    return seed % kSqliteEvery == 1 ? StoreKind::kSqlite : StoreKind::kMemory;
  }
  return options.store == "sqlite" ? StoreKind::kSqlite : StoreKind::kMemory;
}

Settings settingsOf(const Options& options, const Console& console, std::uint64_t seed) {
  return {.seed = seed,
          .store = storeOf(options, seed),
          .suite = seed % kTypedEvery == 7 ? messages::Suite::kS2 : messages::Suite::kS1,
          .broken = options.broken,
          .trace = options.trace ? &console.out : nullptr};
}

std::string again(const Options& options, std::uint64_t seed) {
  std::string text = "florin-sim --seed " + std::to_string(seed) + " --trace";
  if (options.scenario == "fleet") {
    text += " --scenario fleet --devices " + std::to_string(options.devices) + " --days " +
            std::to_string(options.days);
  }
  if (options.store != "mixed") text += " --store " + options.store;
  if (!options.broken.empty()) text += " --break " + options.broken;
  return text;
}

Outcome live(const Material& material, const Options& options, const Settings& settings) {
  if (options.scenario == "fleet") {
    Fleet fleet(material, settings, {options.devices, options.days});
    return fleet.live();
  }
  Run run(material, settings);
  return run.simulate();
}

int runSeeds(const Options& options, const Console& console) {
  const Material material = Material::make();
  const bool one = options.seed != 0;
  const bool planted = !options.broken.empty();
  const std::uint64_t first = one ? options.seed : options.first;
  const bool fleet = options.scenario == "fleet";
  const std::size_t enough = fleet ? kFleetsForBroken : kSeedsForBroken;
  const std::size_t count = one ? 1 : planted && options.seeds == 0 ? enough : options.seeds;
  Report report(planted ? "break"
                : fleet ? "fleet"
                        : "seeds",
                "seeds", count, options.json, console);
  if (fleet) report.tellEvery(1);
  runParallel(
      count, one ? 1 : options.threads,
      [&](std::size_t index) {
        return live(material, options, settingsOf(options, console, first + index));
      },
      [&](const Numbered& result) {
        const std::uint64_t seed = first + result.index;
        report.done(result.outcome);
        if (one) report.hash(result.outcome.traceHash);
        if (!result.outcome.breach) return true;
        report.violation("seed " + std::to_string(seed), *result.outcome.breach,
                         again(options, seed));
        return !planted;
      });
  const bool good = planted ? report.violations() > 0 : report.violations() == 0;
  report.end(good);
  return good ? kOk : kFound;
}

int runExhaustive(const Options& options, const Console& console) {
  const Material material = Material::make();
  const StoreKind store = storeOf(options, options.store == "mixed" ? 1 : 0);
  const std::vector<Point> points = allPoints(material, store);
  Report report("exhaustive", "crash points", points.size(), options.json, console);
  const Settings settings{
      .seed = 1, .store = store, .suite = messages::Suite::kS1, .broken = {}, .trace = nullptr};
  runParallel(
      points.size(), options.threads,
      [&](std::size_t index) { return tryPoint(material, settings, points[index]); },
      [&](const Numbered& result) {
        report.done(result.outcome);
        if (result.outcome.breach) {
          report.violation(
              describe(points[result.index]), *result.outcome.breach,
              "florin-sim --exhaustive --point " + std::to_string(result.index) + " --trace");
        }
        return true;
      });
  report.end(report.violations() == 0);
  return report.violations() == 0 ? kOk : kFound;
}

}  // namespace

int simulate(const Options& options, const Console& console) {
  return options.exhaustive ? runExhaustive(options, console) : runSeeds(options, console);
}

}  // namespace florin::sim
