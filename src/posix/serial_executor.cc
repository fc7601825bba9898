#include "posix/serial_executor.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "base/check.h"
#include "base/limits.h"

namespace florin::posix {
namespace {

using SteadyClock = std::chrono::steady_clock;
using Task = std::function<void()>;

struct Delayed {
  SteadyClock::time_point due;
  std::uint64_t sequence;  // equal times run in the order of postAfter
  Task task;
};

// later makes std::push_heap keep the earliest at the front.
bool later(const Delayed& a, const Delayed& b) {
  return a.due != b.due ? a.due > b.due : a.sequence > b.sequence;
}

}  // namespace

struct SerialExecutor::State {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Task> ready;
  std::vector<Delayed> delayed;  // a heap by `later`
  std::uint64_t sequence = 0;
  bool stopping = false;
  std::thread thread;

  void checkRoom() const {
    FLORIN_CHECK(ready.size() + delayed.size() < base::limits::kExecutorTasks);
  }

  void moveDue() {
    const auto now = SteadyClock::now();
    while (!delayed.empty() && delayed.front().due <= now) {
      std::pop_heap(delayed.begin(), delayed.end(), later);
      ready.push_back(std::move(delayed.back().task));
      delayed.pop_back();
    }
  }

  // next waits for a task; an empty one means the end.
  Task next() {
    std::unique_lock lock(mutex);
    for (;;) {
      if (stopping) return {};
      moveDue();
      if (!ready.empty()) break;
      if (delayed.empty()) {
        changed.wait(lock);
      } else {
        const auto due = delayed.front().due;
        changed.wait_until(lock, due);
      }
    }
    Task task = std::move(ready.front());
    ready.pop_front();
    return task;
  }

  void run() {
    while (Task task = next()) task();
    dropAll();
  }

  // dropAll destroys the waiting tasks outside of the lock: their captures may call post.
  void dropAll() {
    std::deque<Task> droppedReady;
    std::vector<Delayed> droppedDelayed;
    const std::lock_guard lock(mutex);
    droppedReady.swap(ready);
    droppedDelayed.swap(delayed);
  }
};

SerialExecutor::SerialExecutor() : state_(std::make_shared<State>()) {
  state_->thread = std::thread([state = state_] { state->run(); });
}

SerialExecutor::~SerialExecutor() {
  stop();
  if (state_->thread.joinable()) state_->thread.detach();
}

// post and postAfter hold the state by themselves: as soon as the task is in the queue it may run
// and destroy this object.
void SerialExecutor::post(std::function<void()> task) {
  const std::shared_ptr<State> state = state_;
  {
    const std::lock_guard lock(state->mutex);
    if (state->stopping) return;
    state->checkRoom();
    state->ready.push_back(std::move(task));
  }
  state->changed.notify_one();
}

void SerialExecutor::postAfter(std::chrono::milliseconds delay, std::function<void()> task) {
  const std::shared_ptr<State> state = state_;
  {
    const std::lock_guard lock(state->mutex);
    if (state->stopping) return;
    state->checkRoom();
    state->delayed.push_back({SteadyClock::now() + delay, state->sequence++, std::move(task)});
    std::push_heap(state->delayed.begin(), state->delayed.end(), later);
  }
  state->changed.notify_one();
}

void SerialExecutor::stop() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->changed.notify_all();
  std::thread& thread = state_->thread;
  if (thread.joinable() && thread.get_id() != std::this_thread::get_id()) thread.join();
}

}  // namespace florin::posix
