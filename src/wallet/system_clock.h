// SystemClock is the time of the machine: the one place of the SDK that asks for it.
#pragma once

#include "base/time.h"

namespace florin::wallet {

class SystemClock : public base::Clock {
 public:
  base::Time now() override;
};

}  // namespace florin::wallet
