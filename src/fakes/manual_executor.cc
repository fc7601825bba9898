#include "fakes/manual_executor.h"

#include <utility>

namespace florin::fakes {

void ManualExecutor::post(std::function<void()> task) {
  postAfter(std::chrono::milliseconds(0), std::move(task));
}

void ManualExecutor::postAfter(std::chrono::milliseconds delay, std::function<void()> task) {
  const std::lock_guard lock(mutex_);
  tasks_.emplace(clock_.now() + delay, std::move(task));
}

std::size_t ManualExecutor::drain() {
  std::size_t count = 0;
  while (runOne()) ++count;
  return count;
}

bool ManualExecutor::runOne() {
  const auto task = takeDue(clock_.now());
  if (task) task();
  return static_cast<bool>(task);
}

std::size_t ManualExecutor::advance(base::Duration by) {
  const base::Time end = clock_.now() + by;
  std::size_t count = 0;
  while (const auto task = takeDue(end)) {
    task();
    ++count;
  }
  clock_.set(end);
  return count;
}

std::size_t ManualExecutor::pending() {
  const std::lock_guard lock(mutex_);
  return tasks_.size();
}

void ManualExecutor::dropAll() {
  std::multimap<base::Time, std::function<void()>> dropped;
  const std::lock_guard lock(mutex_);
  dropped.swap(tasks_);
}

// takeDue gives the first task that is due by `until` and moves the clock up to it.
std::function<void()> ManualExecutor::takeDue(base::Time until) {
  const std::lock_guard lock(mutex_);
  if (tasks_.empty() || tasks_.begin()->first > until) return {};
  auto node = tasks_.extract(tasks_.begin());
  if (node.key() > clock_.now()) clock_.set(node.key());
  return std::move(node.mapped());
}

}  // namespace florin::fakes
