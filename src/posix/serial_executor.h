// SerialExecutor: florin::SerialExecutor over one std::thread.
#pragma once

#include <memory>

#include "florin/executor.h"

namespace florin::posix {

// SerialExecutor runs tasks on one thread, in the order of post; a delayed task joins the order
// when it becomes due. A task must not throw: that ends the process. Thread-safe.
class SerialExecutor : public florin::SerialExecutor {
 public:
  SerialExecutor();

  // The destructor stops. It may run on the executor's own thread, in a task: the thread then ends
  // after that task.
  ~SerialExecutor() override;

  SerialExecutor(const SerialExecutor&) = delete;
  SerialExecutor& operator=(const SerialExecutor&) = delete;

  // post and postAfter drop the task after stop. More than limits::kExecutorTasks waiting tasks are
  // a programmer's error.
  void post(std::function<void()> task) override;
  void postAfter(std::chrono::milliseconds delay, std::function<void()> task) override;

  // stop lets the running task end, destroys the waiting ones unrun and joins the thread (unless it
  // is called on it). Idempotent.
  void stop() override;

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with the thread, which may outlive this object
};

}  // namespace florin::posix
