#include "kill_run.h"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>

#include "fleet.h"
#include "sqlite/store.h"

namespace florin::bench {
namespace {

using apps::Done;
using apps::Exit;
using apps::Failure;
using apps::Outcome;
using SteadyClock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr auto kRetryPause = std::chrono::milliseconds(5);
constexpr auto kRetryFor = std::chrono::seconds(60);

struct Counts {
  std::atomic<std::size_t> exchanges = 0;
  std::atomic<std::size_t> retries = 0;
  std::size_t kills = 0;
};

// A device can come again after these: the backend was not there, or was busy.
bool isOutage(const Error& error) {
  return error.code() == Code::kUnavailable ||
         (error.code() == Code::kRefused && error.detail() == 503);
}

// Survivor repeats what a device does until it was answered.
class Survivor {
 public:
  Survivor(const Endpoint& endpoint, Counts& counts) : endpoint_(endpoint), counts_(counts) {}

  Status run(Client& client, const std::function<Status()>& step) {
    const auto end = SteadyClock::now() + kRetryFor;
    for (Status status = step();; status = step()) {
      if (status.ok() || !isOutage(status.error()) || SteadyClock::now() >= end) return status;
      ++counts_.retries;
      reconnect(client, end);
    }
  }

 private:
  void reconnect(Client& client, SteadyClock::time_point end) {
    while (SteadyClock::now() < end) {
      std::this_thread::sleep_for(kRetryPause);
      auto fresh = Client::connect(endpoint_);
      if (!fresh.ok()) continue;
      client = std::move(*fresh);
      return;
    }
  }

  const Endpoint& endpoint_;
  Counts& counts_;
};

// What one run is made of.
struct Drill {
  const LoadOptions& options;
  double everySeconds;
  BackendProcess& backend;
  apps::Interrupts& interrupts;
  Load& load;
  Fleet& fleet;
};

// Each device works until the time, or the number of exchanges, is over; then it acknowledges.
Done work(const Drill& drill, Counts& counts) {
  const auto begin = SteadyClock::now();
  const auto isOver = [&] {
    return drill.options.count > 0
               ? counts.exchanges >= drill.options.count
               : Seconds(SteadyClock::now() - begin).count() >= drill.options.seconds;
  };
  Survivor survivor(drill.backend.endpoint(), counts);
  const World& world = drill.load.world();
  const auto comeForKeys = [&](std::size_t item, Client& client) -> Status {
    EnrolledDevice& device = drill.fleet[item];
    while (!isOver()) {
      FLORIN_TRY(survivor.run(client, [&] { return device.replenish(world, client); }));
      ++counts.exchanges;
    }
    return survivor.run(client, [&] { return device.visit(world, client); });
  };
  auto last = begin;
  return drill.load.inParallel(drill.fleet.size(), comeForKeys, [&]() -> Done {
    if (isOver() || Seconds(SteadyClock::now() - last).count() < drill.everySeconds) return {};
    last = SteadyClock::now();
    drill.backend.kill();
    ++counts.kills;
    return drill.backend.serve(drill.interrupts);
  });
}

struct Audited {
  std::size_t operations = 0;
  std::size_t keys = 0;
  std::size_t lost = 0;
  std::size_t twice = 0;
};

Result<Audited> audit(const std::string& database, Fleet& fleet) {
  NullLog log;
  FLORIN_TRY_ASSIGN(const auto store, sqlite::openStore(database, {}, log));
  return store->read([&](ports::Unit& unit) -> Result<Audited> {
    Audited sum;
    for (std::size_t i = 0; i < fleet.size(); ++i) {
      const EnrolledDevice& device = fleet[i];
      FLORIN_TRY_ASSIGN(const auto found, device.ledger()->audit(unit, device.id(), device.card()));
      sum.operations += device.ledger()->operations();
      sum.keys += device.ledger()->keys();
      sum.lost += found.lost;
      sum.twice += found.twice;
    }
    return sum;
  });
}

void print(bool json, const Counts& counts, const Audited& sum) {
  const char* const form =
      json ? "{\"kills\":%zu,\"exchanges\":%zu,\"retries\":%zu,\"operations_acknowledged\":%zu,"
             "\"keys_delivered\":%zu,\"lost\":%zu,\"twice\":%zu}\n"
           : "%zu kills, %zu exchanges, %zu retries\n"
             "%zu operations acknowledged, %zu keys delivered: %zu lost, %zu twice\n";
  std::printf(form, counts.kills, counts.exchanges.load(), counts.retries.load(), sum.operations,
              sum.keys, sum.lost, sum.twice);
}

}  // namespace

Done exchangeAndKill(const LoadOptions& options, double everySeconds) {
  if (!options.backend.empty()) {
    return Failure{Exit::kUsage, "--kill-server-every kills its own florind only: no --backend"};
  }
  apps::Interrupts interrupts;
  FLORIN_TRY_ASSIGN(const auto backend, BackendProcess::start(interrupts));
  Load load(options, *backend, interrupts);
  FLORIN_TRY(load.connect());
  FLORIN_TRY_ASSIGN(Fleet fleet, Fleet::enroll(load, options.devices, Fleet::Ledgers::kKept));
  Counts counts;
  FLORIN_TRY(work({options, everySeconds, *backend, interrupts, load, fleet}, counts));
  backend->stop();
  const auto sum = audit(backend->database(), fleet);
  if (!sum.ok()) return internal(sum.error());
  print(options.json, counts, *sum);
  if (sum->lost == 0 && sum->twice == 0) return {};
  return Failure{Exit::kInternal, "the store is not what the devices know of it"};
}

}  // namespace florin::bench
