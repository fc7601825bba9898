// ManualExecutor keeps its tasks until a test runs them, on virtual time: nothing waits. Tasks may
// be posted from any thread; drain and advance are called by one.
#pragma once

#include <map>
#include <mutex>

#include "fakes/fake_clock.h"
#include "florin/executor.h"

namespace florin::fakes {

class ManualExecutor : public Executor {
 public:
  // `clock` tells when a task is due and is moved by advance.
  explicit ManualExecutor(FakeClock& clock) : clock_(clock) {}

  void post(std::function<void()> task) override;
  void postAfter(std::chrono::milliseconds delay, std::function<void()> task) override;

  // drain runs what is due, and what becomes due by it, and gives the number of tasks.
  std::size_t drain();

  // runOne runs the first due task; false when there is none.
  bool runOne();

  // advance moves the clock to each task that is due within `by`, runs it, and ends `by` later.
  std::size_t advance(base::Duration by);

  // pending counts the tasks that wait, due or not.
  std::size_t pending();

  // dropAll forgets every task, as the death of a process does.
  void dropAll();

 private:
  std::function<void()> takeDue(base::Time until);

  FakeClock& clock_;
  std::mutex mutex_;
  std::multimap<base::Time, std::function<void()>> tasks_;  // equal times keep their order
};

}  // namespace florin::fakes
