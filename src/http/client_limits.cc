#include "http/client_limits.h"

#include <algorithm>

#include "base/limits.h"

namespace florin::http {

using std::chrono::nanoseconds;

ClientLimits::ClientLimits(unsigned requests, nanoseconds period)
    : period_(period),
      cost_(requests == 0 ? nanoseconds(0) : period / requests),
      buckets_(base::limits::kHttpClients) {}

nanoseconds ClientLimits::take(std::string_view client, Moment now) {
  if (cost_ == nanoseconds(0)) return nanoseconds(0);
  const std::lock_guard lock(mutex_);
  Bucket& bucket = buckets_.at(client);
  // Two threads may come with their times in the other order.
  const nanoseconds passed = bucket.used ? std::max<nanoseconds>(now - bucket.filled, {}) : period_;
  bucket.tokens = std::min(period_, bucket.tokens + std::min(passed, period_));
  bucket.filled = bucket.used ? std::max(bucket.filled, now) : now;
  bucket.used = true;
  if (bucket.tokens < cost_) return cost_ - bucket.tokens;
  bucket.tokens -= cost_;
  return nanoseconds(0);
}

}  // namespace florin::http
