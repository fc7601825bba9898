// Internal to this room: a few threads behind a bounded queue, where handlers may block.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace florin::http {

// WorkerPool runs jobs in the order they came, on `threads` threads. A job must not throw.
// Thread-safe.
class WorkerPool {
 public:
  // At most `queue` jobs wait; those that run are not counted.
  WorkerPool(unsigned threads, std::size_t queue);
  ~WorkerPool() { stop(); }
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // submit: false when the queue is full or the pool was stopped.
  [[nodiscard]] bool submit(std::function<void()> job);

  // stop waits for running jobs and destroys the waiting ones unrun. Idempotent; not from a job.
  void stop();

 private:
  void run();

  const std::size_t queue_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace florin::http
