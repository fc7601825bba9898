// Breaker stops sending to a provider or an issuer that is out of order (one for each), so that
// thousands of messages do not each find it out. Not thread-safe.
#pragma once

#include "base/limits.h"
#include "base/time.h"

namespace florin::notify {

class Breaker {
 public:
  // It opens after so many failures in a row, for so long.
  explicit Breaker(unsigned most = base::limits::kPushBreaker,
                   base::Duration pause = base::limits::kPushBreakerOpen)
      : most_(most), pause_(pause) {}

  // allows tells whether one more may be sent. After the pause one goes ahead to try, and the
  // others wait for its verdict. A pause that seems longer than any began before the clock was put
  // back: it is over.
  bool allows(base::Time now) {
    if (isClosed()) return true;
    if (now < openUntil_ && openUntil_ - now <= pause_) return false;
    openUntil_ = now + pause_;
    return true;
  }

  // isClosed: whoever is allowed need not be alone.
  [[nodiscard]] bool isClosed() const { return failures_ < most_; }

  // openUntil is when to ask again; it means something after allows said no.
  [[nodiscard]] base::Time openUntil() const { return openUntil_; }

  void succeeded() { failures_ = 0; }

  // failed gives true when this failure, the last of so many in a row, opened it.
  bool failed(base::Time now) {
    if (failures_ <= most_) ++failures_;
    if (failures_ < most_) return false;
    openUntil_ = now + pause_;
    return failures_ == most_;
  }

 private:
  unsigned most_;
  base::Duration pause_;
  unsigned failures_ = 0;
  base::Time openUntil_;
};

}  // namespace florin::notify
