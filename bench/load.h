// Load is N connections to a florind, a thread each, and what the backend spends on their work.
#pragma once

#include <functional>
#include <vector>

#include "crypto/random.h"
#include "device.h"
#include "floor.h"
#include "load_options.h"
#include "posix/system_clock.h"

namespace florin::bench {

struct Measured {
  std::size_t units = 0;
  double seconds = 0;
  double cpu = 0;  // microseconds of the backend's process
  std::uint64_t commits = 0;
  bool commitsKnown = true;
  long residentEarly = 0;  // KiB when a tenth of `units` was done
  long resident = 0;
  std::vector<double> latencies;  // microseconds
};

// Load is used by the thread that made it, which has to be the main thread.
class Load {
 public:
  // Work on one item, on a connection that is this thread's alone.
  using Work = std::function<Status(std::size_t item, Client& client)>;

  // Task is what is measured: batch by batch, `prepare` and then `work` on every item, so often
  // in a row; `between` stands before each batch and after the last. Only `work` counts.
  struct Task {
    std::size_t batch = 0;
    std::function<apps::Done(std::size_t items)> prepare;
    std::function<apps::Done()> between;
    Work work;
    std::size_t repeats = 1;
  };

  // All three must outlive the Load.
  Load(const LoadOptions& options, BackendProcess& backend, apps::Interrupts& interrupts)
      : options_(options), backend_(backend), interrupts_(interrupts) {}

  apps::Done connect();

  // inParallel shares the items out among the connections. `tick` is called from time to time
  // until all are done. The first failure ends the others.
  apps::Done inParallel(std::size_t items, const Work& work,
                        const std::function<apps::Done()>& tick = nullptr);

  // measure runs batches until there was enough of it.
  apps::Outcome<Measured> measure(const Task& task, const Unit& unit);

  [[nodiscard]] const World& world() const { return world_; }

 private:
  [[nodiscard]] bool isEnough() const {
    return options_.count > 0 ? measured_.units >= options_.count
                              : measured_.seconds >= options_.seconds;
  }
  apps::Done measureBatch(const Task& task, std::size_t items, std::size_t repeats);

  const LoadOptions& options_;
  BackendProcess& backend_;
  apps::Interrupts& interrupts_;
  crypto::OsRandom random_;
  posix::SystemClock clock_;
  World world_{random_, clock_};
  std::vector<Client> clients_;
  Measured measured_;
};

// measureAgainstFloor measures the task and, between its batches, the floor, since a shared machine
// is now faster and now slower, and prints the figures.
apps::Done measureAgainstFloor(const LoadOptions& options, const Unit& unit, FloorOf floorOf,
                               Load& load, Load::Task task);

}  // namespace florin::bench
