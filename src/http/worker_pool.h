// Internal to this room: a few threads behind a bounded queue, where handlers may block.
#pragma once

#include <semaphore.h>

#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace florin::http {

// WorkerPool runs jobs in the order they came, on `threads` threads. A job must not throw. A job
// goes to the thread that ran one last, so that few threads, whose memory is still in the caches,
// do what few can do. Thread-safe.
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
  using Job = std::function<void()>;

  // Worker sleeps on a semaphore of its own: who wakes it and who goes to sleep do not meet at one
  // lock.
  struct Worker {
    Worker() { sem_init(&awake, 0, 0); }
    ~Worker() { sem_destroy(&awake); }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    sem_t awake;
    Job job;  // handed over before `awake`; none: the pool stops
  };

  void run();
  Job take(Worker& worker);

  const std::size_t queue_;
  std::mutex mutex_;
  std::deque<Job> waiting_;
  std::vector<Worker*> idle_;  // the last one went to sleep last
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace florin::http
