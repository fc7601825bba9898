#include "posix/system_clock.h"

namespace florin::posix {

base::Time SystemClock::now() {
  return std::chrono::floor<base::Duration>(std::chrono::system_clock::now());
}

}  // namespace florin::posix
