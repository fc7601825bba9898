// Ctrl-C and SIGTERM as something that can be asked for, so that a command which has things to
// clean up ends in its ordinary way.
#pragma once

#include <csignal>
#include <optional>

#include "common/failure.h"

namespace florin::apps {

// Interrupts blocks SIGINT, SIGTERM and SIGHUP for the process while it lives; make it before any
// other thread. Child processes need restoreMask after fork. Used by one thread.
class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  // pending tells whether one of the signals came, now or before.
  bool pending();

  // restoreMask puts the signal mask back that was there before. Safe between fork and exec.
  void restoreMask() const;

  [[nodiscard]] static Failure failure() {
    return {Exit::kInterrupted, "interrupted; everything was cleaned up"};
  }

 private:
  sigset_t signals_{};
  sigset_t before_{};
  bool seen_ = false;
};

}  // namespace florin::apps
