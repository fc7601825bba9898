#include "http/worker_pool.h"

#include <utility>

namespace florin::http {

WorkerPool::WorkerPool(unsigned threads, std::size_t queue) : queue_(queue) {
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

bool WorkerPool::submit(Job job) {
  Worker* worker = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return false;
    if (idle_.empty()) {
      if (waiting_.size() >= queue_) return false;
      waiting_.push_back(std::move(job));
      return true;
    }
    worker = idle_.back();
    idle_.pop_back();
  }
  worker->job = std::move(job);
  sem_post(&worker->awake);
  return true;
}

void WorkerPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (Worker* const worker : idle_) sem_post(&worker->awake);
    idle_.clear();
  }
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  waiting_.clear();
}

void WorkerPool::run() {
  Worker self;
  while (const Job job = take(self)) job();
}

// take gives no job when the pool stops.
WorkerPool::Job WorkerPool::take(Worker& worker) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return nullptr;
    if (!waiting_.empty()) {
      Job job = std::move(waiting_.front());
      waiting_.pop_front();
      return job;
    }
    idle_.push_back(&worker);
  }
  while (sem_wait(&worker.awake) != 0) continue;  // a signal came
  return std::exchange(worker.job, nullptr);
}

}  // namespace florin::http
