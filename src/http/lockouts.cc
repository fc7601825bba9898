#include "http/lockouts.h"

#include <algorithm>

#include "base/limits.h"

namespace florin::http {

namespace limits = base::limits;
using std::chrono::nanoseconds;
using std::chrono::seconds;

namespace {

std::string pairOf(const std::string& address, std::string_view credential) {
  std::string pair = address;
  pair += ' ';
  pair += credential;
  return pair;
}

}  // namespace

Lockouts::Lockouts(const LockoutPolicy& policy)
    : policy_(policy), addresses_(limits::kHttpClients), proven_(limits::kHttpClients) {}

nanoseconds Lockouts::wait(const std::string& address, std::string_view credential, Moment now) {
  if (policy_.failures == 0) return nanoseconds(0);
  const std::lock_guard lock(mutex_);
  const Entry* const entry = addresses_.find(address);
  if (entry == nullptr || now >= entry->until) return nanoseconds(0);
  if (proven_.find(pairOf(address, credential)) != nullptr) return nanoseconds(0);
  return entry->until - now;
}

bool Lockouts::failed(const std::string& address, std::string_view credential, Moment now) {
  if (policy_.failures == 0) return false;
  const std::lock_guard lock(mutex_);
  proven_.erase(pairOf(address, credential));
  Entry& entry = addresses_.at(address);
  if (now - entry.since >= limits::kLockoutForgotten) entry.locks = 0;
  if (now - entry.since >= policy_.window) {
    entry.since = now;
    entry.failures = 0;
  }
  // What was under way when the address was locked does not lock it for longer.
  if (now < entry.until || ++entry.failures < policy_.failures) return false;
  seconds wait = limits::kLockoutFirst;
  for (unsigned i = 0; i < entry.locks && wait < policy_.longest; ++i) wait *= 2;
  entry.until = now + std::min(wait, policy_.longest);
  entry.since = entry.until;
  entry.failures = 0;
  ++entry.locks;
  return true;
}

void Lockouts::proved(const std::string& address, std::string_view credential) {
  if (policy_.failures == 0) return;
  const std::lock_guard lock(mutex_);
  proven_.at(pairOf(address, credential)) = true;
}

}  // namespace florin::http
