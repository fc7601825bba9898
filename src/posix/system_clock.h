// The operating system's clock: the only place where Florin asks for the wall time.
#pragma once

#include "base/time.h"

namespace florin::posix {

// SystemClock is the Clock of production. It may jump, as the machine's clock does; nothing of
// Florin measures a duration with it. Thread-safe.
class SystemClock : public base::Clock {
 public:
  base::Time now() override;
};

}  // namespace florin::posix
