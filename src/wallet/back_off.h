// Waits with chance in them, so that wallets that lost the backend together, or were enrolled
// together, do not come together.
#pragma once

#include "base/random.h"
#include "base/time.h"

namespace florin::wallet {

// partOf gives at least half of `full` and at most all of it, the rest by chance. `full` is less
// than 49 days.
base::Duration partOf(base::Duration full, base::Random& random);

// backOff gives a part of `first` doubled with every failure before, up to `last`.
base::Duration backOff(base::Duration first, base::Duration last, unsigned failuresBefore,
                       base::Random& random);

}  // namespace florin::wallet
