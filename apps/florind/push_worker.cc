#include "push_worker.h"

#include "base/limits.h"

namespace florin::apps {

void PushWorker::start() {
  thread_ = std::thread([this] {
    while (!ending_) worker_.step();
    worker_.drain(base::limits::kPushDrain);
  });
}

void PushWorker::stop() {
  if (!thread_.joinable()) return;
  ending_ = true;
  outbox_.sender.ring();
  thread_.join();
}

}  // namespace florin::apps
