// OutboxThread runs a worker of an outbox on a thread of its own, from start to stop.
#pragma once

#include <atomic>
#include <thread>

#include "base/time.h"
#include "ports/push_sender.h"

namespace florin::apps {

// Worker has step and drain: notify::OutboxWorker, notify::NoticeWorker.
template <class Worker>
class OutboxThread {
 public:
  // What `outbox` borrows must outlive the thread. At the end what is in flight gets `drain`.
  template <class Outbox>
  OutboxThread(const Outbox& outbox, base::Duration drain)
      : bell_(outbox.sender), drain_(drain), worker_(outbox) {}
  OutboxThread(const OutboxThread&) = delete;
  OutboxThread& operator=(const OutboxThread&) = delete;
  ~OutboxThread() { stop(); }

  void start() {
    thread_ = std::thread([this] {
      while (!ending_) worker_.step();
      worker_.drain(drain_);
    });
  }

  // stop returns the rest to the outbox and joins.
  void stop() {
    if (!thread_.joinable()) return;
    ending_ = true;
    bell_.ring();
    thread_.join();
  }

 private:
  ports::PushBell& bell_;
  const base::Duration drain_;
  Worker worker_;  // the thread's alone
  std::atomic<bool> ending_ = false;
  std::thread thread_;
};

}  // namespace florin::apps
