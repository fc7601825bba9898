#include "enroll_run.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <thread>

#include "backend_process.h"
#include "config/server_config.h"
#include "crypto/random.h"
#include "device.h"
#include "floor.h"
#include "posix/system_clock.h"

namespace florin::bench {
namespace {

using apps::Done;
using apps::Exit;
using apps::Failure;
using apps::Outcome;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kBatchPerDevice = 16;
constexpr std::size_t kLargestBatch = 2048;
constexpr auto kPoll = std::chrono::milliseconds(20);

struct Options {
  bool json = false;
  bool floor = false;
  std::size_t devices = 64;
  double seconds = 10;    // of measured time, when `flows` is 0
  std::size_t flows = 0;  // exactly so many
  std::string backend, ca;
  pid_t pid = 0;
};

struct Measured {
  std::size_t flows = 0;
  double seconds = 0;
  double cpu = 0;
  std::uint64_t commits = 0;
  bool commitsKnown = true;
  long residentEarly = 0;  // KiB when a tenth of `flows` was done
  long resident = 0;
  std::vector<double> latencies;  // microseconds
};

class Run {
 public:
  Run(const Options& options, BackendProcess& backend, apps::Interrupts& interrupts)
      : options_(options), backend_(backend), interrupts_(interrupts) {}

  Outcome<Measured> go() {
    for (std::size_t i = 0; i < options_.devices; ++i) {
      auto client = Client::connect(backend_.endpoint());
      if (!client.ok()) return failed(client.error());
      clients_.push_back(std::move(*client));
    }
    while (!isEnough()) FLORIN_TRY(batch());
    measured_.resident = backend_.residentKb();
    return std::move(measured_);
  }

 private:
  // Work of one device: what it does, item by item, until none is left.
  using Work = std::function<Status(std::size_t item, Client& client)>;

  static Failure failed(const Error& error) { return {Exit::kInternal, apps::describe(error)}; }

  [[nodiscard]] bool isEnough() const {
    return options_.flows > 0 ? measured_.flows >= options_.flows
                              : measured_.seconds >= options_.seconds;
  }

  // inParallel shares the items out among the devices' connections, a thread each.
  Done inParallel(std::size_t items, const Work& work) {
    std::atomic<std::size_t> next = 0;
    std::atomic<bool> stop = false;
    std::atomic<std::size_t> running = clients_.size();
    std::vector<Status> outcomes(clients_.size());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < clients_.size(); ++i) {
      threads.emplace_back([&, i] {
        for (std::size_t item = next++; item < items && !stop; item = next++) {
          outcomes[i] = work(item, clients_[i]);
          if (!outcomes[i].ok()) stop = true;
        }
        if (--running == 0) running.notify_one();
      });
    }
    bool interrupted = false;
    while (running != 0) {
      interrupted = interrupted || interrupts_.pending();
      if (interrupted) stop = true;
      std::this_thread::sleep_for(kPoll);
    }
    for (std::thread& thread : threads) thread.join();
    if (interrupted) return apps::Interrupts::failure();
    for (const Status& outcome : outcomes) {
      if (!outcome.ok()) return failed(outcome.error());
    }
    return {};
  }

  Done batch() {
    std::size_t count = std::min(options_.devices * kBatchPerDevice, kLargestBatch);
    if (options_.flows > 0) count = std::min(count, options_.flows - measured_.flows);
    std::vector<std::optional<Device>> devices(count);
    FLORIN_TRY(inParallel(count, [&](std::size_t item, Client& client) -> Status {
      FLORIN_TRY_ASSIGN(devices[item], Device::prepare(world_, client));
      return {};
    }));
    FLORIN_TRY(measure(devices));
    if (measured_.residentEarly == 0 && measured_.flows * 10 >= options_.flows) {
      measured_.residentEarly = backend_.residentKb();
    }
    if (::isatty(STDERR_FILENO) == 1) std::fprintf(stderr, "\r%zu flows", measured_.flows);
    return {};
  }

  Done measure(const std::vector<std::optional<Device>>& devices) {
    std::vector<double> latencies(devices.size());
    const auto commits = backend_.commits();
    const double cpu = backend_.cpuMicroseconds();
    const auto begin = SteadyClock::now();
    FLORIN_TRY(inParallel(devices.size(), [&](std::size_t item, Client& client) -> Status {
      const auto start = SteadyClock::now();
      const Status outcome = devices[item]->flow(world_, client);
      latencies[item] =
          std::chrono::duration<double, std::micro>(SteadyClock::now() - start).count();
      return outcome;
    }));
    measured_.seconds += std::chrono::duration<double>(SteadyClock::now() - begin).count();
    measured_.cpu += backend_.cpuMicroseconds() - cpu;
    const auto after = backend_.commits();
    measured_.commitsKnown = commits && after;
    if (measured_.commitsKnown) measured_.commits += *after - *commits;
    measured_.flows += devices.size();
    measured_.latencies.insert(measured_.latencies.end(), latencies.begin(), latencies.end());
    return {};
  }

  const Options& options_;
  BackendProcess& backend_;
  apps::Interrupts& interrupts_;
  crypto::OsRandom random_;
  posix::SystemClock clock_;
  World world_{random_, clock_};
  std::vector<Client> clients_;
  Measured measured_;
};

double percentile(std::vector<double>& values, double share) {
  const auto at = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(at));
  return values[at];
}

void print(const Options& options, Measured& measured, const std::vector<FloorLine>& lines) {
  const auto flows = static_cast<double>(measured.flows);
  const double floor = floorMicroseconds(lines);
  const double cpu = measured.cpu / flows;
  const auto commits = static_cast<double>(measured.commits) / flows;
  const double p50 = percentile(measured.latencies, 0.50);
  const double p99 = percentile(measured.latencies, 0.99);
  if (options.json) {
    const std::string fsyncs = measured.commitsKnown ? std::to_string(commits) : "null";
    std::printf(
        "{\"flows_per_second\":%.1f,\"cpu_us_per_flow\":%.1f,\"p50_us\":%.0f,\"p99_us\":%.0f,"
        "\"floor_us\":%.1f,\"ratio\":%.3f,\"fsyncs_per_flow\":%s,\"rss_kb\":%ld,"
        "\"rss_kb_at_tenth\":%ld,\"devices\":%zu,\"flows\":%zu}\n",
        flows / measured.seconds, cpu, p50, p99, floor, cpu / floor, fsyncs.c_str(),
        measured.resident, measured.residentEarly, options.devices, measured.flows);
    return;
  }
  std::printf("%zu flows by %zu devices: %.1f a second, p50 %.0f us, p99 %.0f us\n", measured.flows,
              options.devices, flows / measured.seconds, p50, p99);
  std::printf("backend CPU %.1f us a flow, floor %.1f us: ratio %.3f\n", cpu, floor, cpu / floor);
  if (measured.commitsKnown) std::printf("%.3f commits with fsync a flow\n", commits);
  std::printf("resident %ld KiB, after a tenth %ld KiB\n", measured.resident,
              measured.residentEarly);
}

Outcome<std::unique_ptr<BackendProcess>> findBackend(const Options& options,
                                                     apps::Interrupts& interrupts) {
  if (options.backend.empty()) return BackendProcess::start(interrupts);
  constexpr std::string_view kScheme = "https://";
  const auto endpoint = options.backend.starts_with(kScheme)
                            ? config::parseEndpoint(options.backend.substr(kScheme.size()))
                            : config::parseEndpoint(options.backend);
  if (!endpoint.ok() || options.ca.empty() || options.pid == 0) {
    return Failure{Exit::kUsage, "--backend https://ADDRESS:PORT needs --ca FILE and --pid PID"};
  }
  return BackendProcess::attach({endpoint->address, endpoint->port, options.ca}, options.pid);
}

Done enroll(const Options& options) {
  const auto floor = measureFloor();
  if (!floor.ok()) return Failure{Exit::kLocalState, apps::describe(floor.error())};
  if (options.floor) {
    for (const FloorLine& line : *floor) {
      std::printf("%4u x %9.2f us  %s\n", line.count, line.microseconds, line.what.data());
    }
  }
  apps::Interrupts interrupts;
  FLORIN_TRY_ASSIGN(const auto backend, findBackend(options, interrupts));
  FLORIN_TRY_ASSIGN(Measured measured, Run(options, *backend, interrupts).go());
  if (::isatty(STDERR_FILENO) == 1) std::fputs("\n", stderr);
  print(options, measured, *floor);
  return {};
}

}  // namespace

int runEnroll(int argc, char** argv) {
  Options options;
  CLI::App app("drives florind with simulated devices", "florin-bench enroll");
  app.add_flag("--json", options.json, "print one JSON object");
  app.add_flag("--floor", options.floor, "list the floor's primitives");
  app.add_option("--devices", options.devices, "connections")->check(CLI::Range(1, 1024));
  app.add_option("--seconds", options.seconds, "measured time")->check(CLI::Range(0.1, 3600.0));
  app.add_option("--flows", options.flows, "so many flows, however long they take");
  app.add_option("--backend", options.backend, "a florind that runs: https://ADDRESS:PORT");
  app.add_option("--ca", options.ca, "its certificate");
  app.add_option("--pid", options.pid, "its process");
  CLI11_PARSE(app, argc, argv);
  const Done done = enroll(options);
  if (done.ok()) return 0;
  std::fprintf(stderr, "florin-bench: %s\n", done.error().text.c_str());
  return static_cast<int>(done.error().exit);
}

}  // namespace florin::bench
