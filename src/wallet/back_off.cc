#include "wallet/back_off.h"

#include <algorithm>

#include "base/bytes.h"

namespace florin::wallet {

base::Duration partOf(base::Duration full, base::Random& random) {
  const auto chance = static_cast<std::int64_t>(base::readBigEndian(random.bytes(4)));
  return full / 2 + base::Duration(chance % (full.count() / 2 + 1));
}

base::Duration backOff(base::Duration first, base::Duration last, unsigned failuresBefore,
                       base::Random& random) {
  base::Duration full = first;
  for (unsigned i = 0; i < failuresBefore && full < last; ++i) full *= 2;
  return partOf(std::min(full, last), random);
}

}  // namespace florin::wallet
