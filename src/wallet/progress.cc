#include "wallet/progress.h"

#include <algorithm>

namespace florin::wallet {

ProvisioningProgress Progress::get(base::Time now) const {
  const std::lock_guard lock(mutex_);
  ProvisioningProgress out;
  out.operationsApplied = applied_;
  out.operationsExpected = expected_;
  out.lastError = lastError_;
  if (works_.empty()) return out;
  const Work& newest = works_.rbegin()->second;
  out.phase = newest.phase;
  out.requestInFlight = newest.sent;
  if (newest.retryAt) {
    out.phase = ProvisioningPhase::WAITING_TO_RETRY;
    out.retryIn = std::max(*newest.retryAt - now, base::Duration(0));
  }
  return out;
}

void Progress::sessionBegan() {
  const std::lock_guard lock(mutex_);
  applied_ = 0;
  expected_ = 0;
}

void Progress::operationsCame(std::size_t count) {
  const std::lock_guard lock(mutex_);
  expected_ += static_cast<std::uint32_t>(count);
}

void Progress::operationApplied() {
  const std::lock_guard lock(mutex_);
  ++applied_;
}

void Progress::ended(ProvisioningServiceErrorCode code) {
  const std::lock_guard lock(mutex_);
  lastError_ = code;
}

std::uint64_t Progress::begin(ProvisioningPhase phase) {
  const std::lock_guard lock(mutex_);
  works_.emplace(++last_, Work{phase, false, std::nullopt});
  return last_;
}

void Progress::change(std::uint64_t number, bool sent, std::optional<base::Time> retryAt) {
  const std::lock_guard lock(mutex_);
  Work& work = works_.at(number);
  work.sent = sent;
  work.retryAt = retryAt;
}

void Progress::end(std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  works_.erase(number);
}

}  // namespace florin::wallet
