// Breaker stops sending to a provider that is out of order (one per provider), so that thousands of
// pushes do not each find it out. Not thread-safe.
#pragma once

#include "base/limits.h"
#include "base/time.h"

namespace florin::notify {

class Breaker {
 public:
  // allows tells whether one more may be sent. After the pause one goes ahead to try, and the
  // others wait for its verdict. A pause that seems longer than any began before the clock was put
  // back: it is over.
  bool allows(base::Time now) {
    if (failures_ < base::limits::kPushBreaker) return true;
    if (now < openUntil_ && openUntil_ - now <= base::limits::kPushBreakerOpen) return false;
    openUntil_ = now + base::limits::kPushBreakerOpen;
    return true;
  }

  // openUntil is when to ask again; it means something after allows said no.
  [[nodiscard]] base::Time openUntil() const { return openUntil_; }

  void succeeded() { failures_ = 0; }

  // failed gives true when this failure, the last of limits::kPushBreaker in a row, opened it.
  bool failed(base::Time now) {
    ++failures_;
    if (failures_ < base::limits::kPushBreaker) return false;
    openUntil_ = now + base::limits::kPushBreakerOpen;
    return failures_ == base::limits::kPushBreaker;
  }

 private:
  unsigned failures_ = 0;
  base::Time openUntil_;
};

}  // namespace florin::notify
