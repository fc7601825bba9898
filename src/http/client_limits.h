// Internal to this room: what one client that has proved itself may have of the server.
#pragma once

#include <chrono>
#include <mutex>
#include <string_view>

#include "http/recent_table.h"

namespace florin::http {

// ClientLimits counts requests by client. A request takes one token of its client; a bucket holds
// one period's worth and fills evenly. Of limits::kHttpClients clients the latest are remembered.
// Thread-safe.
class ClientLimits {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  // 0 requests in a period: no bound.
  ClientLimits(unsigned requests, std::chrono::nanoseconds period);

  // take gives zero when the request may pass, or else how long until one may.
  std::chrono::nanoseconds take(std::string_view client, Moment now);

 private:
  struct Bucket {
    std::chrono::nanoseconds tokens{0};  // a request costs `cost_` of them
    Moment filled{};
    bool used = false;
  };
  const std::chrono::nanoseconds period_;
  const std::chrono::nanoseconds cost_;  // zero: no bound
  std::mutex mutex_;
  RecentTable<Bucket> buckets_;
};

}  // namespace florin::http
