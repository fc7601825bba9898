// Executor runs the SDK's work and every listener, one task at a time, in the order of `post`. The
// application may supply its own, for example over its main loop; the default is a thread of the
// SDK's.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "florin/version.h"

namespace florin {

class FLORIN_EXPORT Executor {
 public:
  virtual ~Executor() = default;

  // post queues a task. It never runs it before it returns. Callable from any thread.
  virtual void post(std::function<void()> task) = 0;

  // postAfter queues a task that becomes due after `delay`; it may run later, never earlier.
  virtual void postAfter(std::chrono::milliseconds delay, std::function<void()> task) = 0;
};

// SerialExecutor is the default Executor: one thread of its own. A task must not throw. Its
// destructor stops it.
class FLORIN_EXPORT SerialExecutor : public Executor {
 public:
  static std::unique_ptr<SerialExecutor> make();

  // stop lets the running task end and drops the waiting ones, now and from then on. No listener
  // runs after it: call it before the Wallet is destroyed. Idempotent.
  virtual void stop() = 0;
};

}  // namespace florin
