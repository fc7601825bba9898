#include "interrupts.h"

#include <ctime>

namespace florin::apps {

Interrupts::Interrupts() {
  sigemptyset(&signals_);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals_, signal);
  pthread_sigmask(SIG_BLOCK, &signals_, &before_);
}

// A signal that came during the clean-up was meant for what is being cleaned up: it is taken.
Interrupts::~Interrupts() {
  pending();
  restoreMask();
}

bool Interrupts::pending() {
  const timespec now{0, 0};
  while (sigtimedwait(&signals_, nullptr, &now) > 0) seen_ = true;
  return seen_;
}

void Interrupts::restoreMask() const { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

}  // namespace florin::apps
