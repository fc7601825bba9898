// Internal to this room: a few threads behind a bounded queue, where handlers may block.
#pragma once

#include <semaphore.h>

#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "ports/blocking.h"

namespace florin::http {

// WorkerPool runs jobs in the order they came, on `threads` threads, of which no more than `atOnce`
// begin a job while as many are at work: one that blocks (ports/blocking.h) is not. More than the
// processor can run would only take turns at its caches. For the same reason a job goes to the
// thread that ran one last. A job must not throw. Thread-safe.
class WorkerPool final : private ports::Blocking::Host {
 public:
  // At most `queue` jobs wait for a thread when all of them have one.
  WorkerPool(unsigned threads, unsigned atOnce, std::size_t queue);
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

  void blocks() override;
  void goesOn() override;

  void run();
  Job take(Worker& worker);
  Worker* beginWaiting();

  const unsigned atOnce_;
  const std::size_t queue_;
  std::mutex mutex_;
  // While a job waits and a thread is idle, atOnce or more are at work: one of them will take it.
  unsigned working_;
  std::deque<Job> waiting_;
  std::vector<Worker*> idle_;  // the last one went to sleep last
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace florin::http
