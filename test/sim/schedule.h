// Schedule runs the tasks of every process of a run, one at a time, on simulated time. Tasks that
// are due at the same moment run in the order in which they were posted.
#pragma once

#include <functional>
#include <map>
#include <optional>

#include "fakes/fake_clock.h"
#include "florin/executor.h"

namespace florin::sim {

class Schedule {
 public:
  using Task = std::function<void()>;

  // `clock` is moved to the time of each task that runs; it must outlive the Schedule.
  explicit Schedule(fakes::FakeClock& clock) : clock_(clock) {}

  void after(base::Duration delay, Task task) {
    tasks_.emplace(clock_.now() + delay, std::move(task));
  }

  // runNext runs the first task that is due by `until`; false when there is none.
  bool runNext(base::Time until) {
    if (tasks_.empty() || tasks_.begin()->first > until) return false;
    auto node = tasks_.extract(tasks_.begin());
    if (node.key() > clock_.now()) clock_.set(node.key());
    node.mapped()();
    return true;
  }

 private:
  fakes::FakeClock& clock_;
  std::multimap<base::Time, Task> tasks_;
};

// ProcessExecutor is the executor of one device.
class ProcessExecutor : public Executor {
 public:
  explicit ProcessExecutor(Schedule& schedule) : schedule_(schedule) {}
  void post(std::function<void()> task) override { schedule_.after({}, std::move(task)); }
  void postAfter(std::chrono::milliseconds delay, std::function<void()> task) override {
    schedule_.after(delay, std::move(task));
  }

 private:
  Schedule& schedule_;
};

// DeviceClock is the clock of one device: it is as wrong as it was set.
class DeviceClock : public base::Clock {
 public:
  explicit DeviceClock(base::Clock& real) : real_(real) {}
  base::Time now() override { return real_.now() + offset_; }
  void setOffset(base::Duration offset) { offset_ = offset; }

 private:
  base::Clock& real_;
  base::Duration offset_{0};
};

}  // namespace florin::sim
