// Executor runs the SDK's work and every listener, one task at a time, in the order of `post`. The
// application may supply its own, for example over its main loop; the default is a thread of the
// SDK's.
#pragma once

#include <chrono>
#include <functional>

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

}  // namespace florin
