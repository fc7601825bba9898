// PushWorker runs the outbox worker on a thread of its own, from start to stop.
#pragma once

#include <atomic>
#include <thread>

#include "notify/outbox_worker.h"

namespace florin::apps {

class PushWorker {
 public:
  // What `outbox` borrows must outlive the worker.
  explicit PushWorker(const notify::Outbox& outbox) : outbox_(outbox), worker_(outbox) {}
  PushWorker(const PushWorker&) = delete;
  PushWorker& operator=(const PushWorker&) = delete;
  ~PushWorker() { stop(); }

  void start();

  // stop gives what is in flight limits::kPushDrain, returns the rest to the outbox and joins.
  void stop();

 private:
  notify::Outbox outbox_;
  notify::OutboxWorker worker_;  // the thread's alone
  std::atomic<bool> ending_ = false;
  std::thread thread_;
};

}  // namespace florin::apps
