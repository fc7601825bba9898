#include "http/address_limits.h"

#include <algorithm>

namespace florin::http {
namespace {

// A bucket of this width is full again when nothing was taken for as long.
constexpr std::chrono::nanoseconds kBucket = std::chrono::seconds(1);

}  // namespace

std::string clientOf(const boost::asio::ip::address& address) {
  if (address.is_v4()) return address.to_string();
  const auto v6 = address.to_v6();
  if (v6.is_v4_mapped()) {
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, v6).to_string();
  }
  auto bytes = v6.to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), 0);
  return boost::asio::ip::address_v6(bytes).to_string() + "/64";
}

bool AddressLimits::enter(const std::string& address) {
  const auto known = entries_.find(address);
  const std::size_t present = known == entries_.end() ? 0 : known->second.connections;
  if (present >= connections_) return false;
  ++entries_[address].connections;
  return true;
}

void AddressLimits::leave(const std::string& address, Moment now) {
  --entries_.at(address).connections;
  forgetOld(now);
}

bool AddressLimits::takeRequest(const std::string& address, Moment now) {
  if (requestsPerSecond_ == 0) return true;
  Entry& entry = entries_.at(address);
  const std::chrono::nanoseconds passed =
      std::min<std::chrono::nanoseconds>(kBucket, now - std::max(entry.filled, now - kBucket));
  entry.tokens = std::min(kBucket, entry.tokens + passed);
  entry.filled = now;
  const std::chrono::nanoseconds cost = kBucket / requestsPerSecond_;
  if (entry.tokens < cost) return false;
  entry.tokens -= cost;
  return true;
}

// Once per bucket's width, so that it costs each connection next to nothing.
void AddressLimits::forgetOld(Moment now) {
  if (now - swept_ < kBucket) return;
  swept_ = now;
  std::erase_if(entries_, [&](const auto& item) {
    return item.second.connections == 0 && now - item.second.filled >= kBucket;
  });
}

}  // namespace florin::http
