#include "load.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <thread>

namespace florin::bench {
namespace {

using apps::Done;
using apps::Outcome;
using SteadyClock = std::chrono::steady_clock;

constexpr auto kPoll = std::chrono::milliseconds(20);

double percentile(std::vector<double>& values, double share) {
  const auto at = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(at));
  return values[at];
}

void printFloor(const std::vector<FloorLine>& floor) {
  for (const FloorLine& line : floor) {
    std::printf("%4u x %9.2f us  %s\n", line.count, line.microseconds, line.what.data());
  }
}

void print(const LoadOptions& options, const Unit& unit, Measured& measured,
           const std::vector<FloorLine>& floor) {
  const auto units = static_cast<double>(measured.units);
  const double perFloor = floorMicroseconds(floor);
  const double cpu = measured.cpu / units;
  const auto commits = static_cast<double>(measured.commits) / units;
  const double p50 = percentile(measured.latencies, 0.50);
  const double p99 = percentile(measured.latencies, 0.99);
  const char* const one = unit.one.c_str();
  const char* const many = unit.many.c_str();
  if (options.json) {
    const std::string fsyncs = measured.commitsKnown ? std::to_string(commits) : "null";
    std::printf(
        "{\"%s_per_second\":%.1f,\"cpu_us_per_%s\":%.1f,\"p50_us\":%.0f,\"p99_us\":%.0f,"
        "\"floor_us\":%.1f,\"ratio\":%.3f,\"fsyncs_per_%s\":%s,\"rss_kb\":%ld,"
        "\"rss_kb_at_tenth\":%ld,\"devices\":%zu,\"%s\":%zu}\n",
        many, units / measured.seconds, one, cpu, p50, p99, perFloor, cpu / perFloor, one,
        fsyncs.c_str(), measured.resident, measured.residentEarly, options.devices, many,
        measured.units);
    return;
  }
  std::printf("%zu %s by %zu devices: %.1f a second, p50 %.0f us, p99 %.0f us\n", measured.units,
              many, options.devices, units / measured.seconds, p50, p99);
  std::printf("backend CPU %.1f us per %s, floor %.1f us: ratio %.3f\n", cpu, one, perFloor,
              cpu / perFloor);
  if (measured.commitsKnown) std::printf("%.3f commits with fsync per %s\n", commits, one);
  std::printf("resident %ld KiB, after a tenth %ld KiB\n", measured.resident,
              measured.residentEarly);
}

}  // namespace

Done Load::connect() {
  for (std::size_t i = 0; i < options_.devices; ++i) {
    auto client = Client::connect(backend_.endpoint());
    if (!client.ok()) return internal(client.error());
    clients_.push_back(std::move(*client));
  }
  return {};
}

Done Load::inParallel(std::size_t items, const Work& work, const std::function<Done()>& tick) {
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
      --running;
    });
  }
  Done ticked;
  while (running != 0) {
    if (ticked.ok() && interrupts_.pending()) ticked = apps::Interrupts::failure();
    if (ticked.ok() && tick) ticked = tick();
    if (!ticked.ok()) stop = true;
    std::this_thread::sleep_for(kPoll);
  }
  for (std::thread& thread : threads) thread.join();
  if (!ticked.ok()) return ticked;
  for (const Status& outcome : outcomes) {
    if (!outcome.ok()) return internal(outcome.error());
  }
  return {};
}

Outcome<Measured> Load::measure(const Task& task, const Unit& unit) {
  const bool told = ::isatty(STDERR_FILENO) == 1;
  measured_ = {};
  while (!isEnough()) {
    const std::size_t left = options_.count > 0 ? options_.count - measured_.units : SIZE_MAX;
    const std::size_t items = std::min(task.batch, left);
    const std::size_t repeats = std::min(task.repeats, std::max<std::size_t>(1, left / items));
    if (task.prepare) FLORIN_TRY(task.prepare(items));
    if (task.between) FLORIN_TRY(task.between());
    FLORIN_TRY(measureBatch(task, items, repeats));
    if (measured_.residentEarly == 0 && measured_.units * 10 >= options_.count) {
      measured_.residentEarly = backend_.residentKb();
    }
    if (told) std::fprintf(stderr, "\r%zu %s", measured_.units, unit.many.c_str());
  }
  if (task.between) FLORIN_TRY(task.between());
  if (told) std::fputs("\n", stderr);
  measured_.resident = backend_.residentKb();
  return std::move(measured_);
}

Done Load::measureBatch(const Task& task, std::size_t items, std::size_t repeats) {
  std::vector<double> latencies(items * repeats);
  const auto commits = backend_.commits();
  const double cpu = backend_.cpuMicroseconds();
  const auto begin = SteadyClock::now();
  const auto repeat = [&](std::size_t item, Client& client) -> Status {
    for (std::size_t i = 0; i < repeats; ++i) {
      const auto start = SteadyClock::now();
      FLORIN_TRY(task.work(item, client));
      latencies[item * repeats + i] =
          std::chrono::duration<double, std::micro>(SteadyClock::now() - start).count();
    }
    return {};
  };
  FLORIN_TRY(inParallel(items, repeat));
  measured_.seconds += std::chrono::duration<double>(SteadyClock::now() - begin).count();
  measured_.cpu += backend_.cpuMicroseconds() - cpu;
  const auto after = backend_.commits();
  measured_.commitsKnown = commits && after;
  if (measured_.commitsKnown) measured_.commits += *after - *commits;
  measured_.units += latencies.size();
  measured_.latencies.insert(measured_.latencies.end(), latencies.begin(), latencies.end());
  return {};
}

Done measureAgainstFloor(const LoadOptions& options, const Unit& unit, FloorOf floorOf, Load& load,
                         Load::Task task) {
  std::vector<std::vector<FloorLine>> floors;
  task.between = [&]() -> Done {
    auto floor = measureFloor(floorOf);
    if (!floor.ok()) return internal(floor.error());
    floors.push_back(std::move(*floor));
    return {};
  };
  FLORIN_TRY_ASSIGN(Measured measured, load.measure(task, unit));
  const auto floor = meanOf(floors);
  if (options.floor) printFloor(floor);
  print(options, unit, measured, floor);
  return {};
}

}  // namespace florin::bench
