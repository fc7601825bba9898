#include "wallet/system_clock.h"

namespace florin::wallet {

base::Time SystemClock::now() {
  return std::chrono::time_point_cast<base::Duration>(std::chrono::system_clock::now());
}

}  // namespace florin::wallet
