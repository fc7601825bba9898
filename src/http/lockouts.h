// Internal to this room: addresses that guess tokens and signatures.
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

#include "http/client_policy.h"
#include "http/recent_table.h"

namespace florin::http {

// Lockouts counts wrong credentials by address. When there were too many within the window, the
// address has to wait: limits::kLockoutFirst, twice as long with every time, up to the policy's
// longest. Then it may try as often again, so that who shares it with a guesser gets through;
// after limits::kLockoutForgotten without a failure it begins anew. A credential that was right
// from this address before need not wait at all, until it is wrong once. Thread-safe.
class Lockouts {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  explicit Lockouts(const LockoutPolicy& policy);

  // wait gives zero when the credential may be tried, or else how long until it may.
  std::chrono::nanoseconds wait(const std::string& address, std::string_view credential,
                                Moment now);

  // failed gives whether the address is locked from now on.
  bool failed(const std::string& address, std::string_view credential, Moment now);
  void proved(const std::string& address, std::string_view credential);

 private:
  struct Entry {
    unsigned failures = 0;  // since `since`
    Moment since{};
    Moment until{};  // it waits until then
    unsigned locks = 0;
  };
  const LockoutPolicy policy_;
  std::mutex mutex_;
  RecentTable<Entry> addresses_;
  RecentTable<bool> proven_;  // by address and credential
};

}  // namespace florin::http
