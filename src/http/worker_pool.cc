#include "http/worker_pool.h"

#include <utility>

namespace florin::http {

// Every thread is at work until it finds that there is none.
WorkerPool::WorkerPool(unsigned threads, unsigned atOnce, std::size_t queue)
    : atOnce_(atOnce), queue_(queue), working_(threads) {
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

bool WorkerPool::submit(Job job) {
  Worker* worker = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || waiting_.size() >= queue_ + idle_.size()) return false;
    waiting_.push_back(std::move(job));
    worker = beginWaiting();
  }
  if (worker != nullptr) sem_post(&worker->awake);
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

void WorkerPool::blocks() {
  Worker* worker = nullptr;
  {
    const std::lock_guard lock(mutex_);
    --working_;
    worker = beginWaiting();
  }
  if (worker != nullptr) sem_post(&worker->awake);
}

// goesOn may make it more than atOnce for the rest of a job.
void WorkerPool::goesOn() {
  const std::lock_guard lock(mutex_);
  ++working_;
}

// beginWaiting gives an idle worker the first job that waits, if another may be at work. Whoever
// calls it wakes the worker, after the lock.
WorkerPool::Worker* WorkerPool::beginWaiting() {
  if (stopping_ || waiting_.empty() || idle_.empty() || working_ >= atOnce_) return nullptr;
  Worker* const worker = idle_.back();
  idle_.pop_back();
  worker->job = std::move(waiting_.front());
  waiting_.pop_front();
  ++working_;
  return worker;
}

void WorkerPool::run() {
  ports::Blocking::setHost(*this);
  Worker self;
  while (const Job job = take(self)) job();
}

// take gives no job when the pool stops.
WorkerPool::Job WorkerPool::take(Worker& worker) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return nullptr;
    if (!waiting_.empty() && working_ <= atOnce_) {
      Job job = std::move(waiting_.front());
      waiting_.pop_front();
      return job;
    }
    --working_;
    idle_.push_back(&worker);
  }
  while (sem_wait(&worker.awake) != 0) continue;  // a signal came
  return std::exchange(worker.job, nullptr);
}

}  // namespace florin::http
