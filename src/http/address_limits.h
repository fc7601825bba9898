// Internal to this room: what one client address may have of the server.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <chrono>
#include <cstddef>
#include <string>
#include <unordered_map>

namespace florin::http {

// clientOf gives the text that stands for a client's address: of IPv6 the first 64 bits, because
// whoever has one address there has all of its network.
std::string clientOf(const boost::asio::ip::address& address);

// AddressLimits counts connections and requests by address. A request takes one token of its
// address; the bucket holds one second's worth and fills evenly. Not thread-safe.
class AddressLimits {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  // 0 requests per second: no bound.
  AddressLimits(std::size_t connections, unsigned requestsPerSecond)
      : connections_(connections), requestsPerSecond_(requestsPerSecond) {}

  // enter: false when the address has all its connections; else it has one more, until leave.
  [[nodiscard]] bool enter(const std::string& address);
  void leave(const std::string& address, Moment now);

  // takeRequest: false when the address must wait. It must have a connection.
  [[nodiscard]] bool takeRequest(const std::string& address, Moment now);

  // size counts the addresses that are remembered: those with a connection, and those that had one
  // a moment ago, so that a new connection is no way to new tokens.
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::size_t connections = 0;
    std::chrono::nanoseconds tokens{0};  // a request costs 1 s / requestsPerSecond of it
    Moment filled{};
  };
  void forgetOld(Moment now);

  const std::size_t connections_;
  const unsigned requestsPerSecond_;
  std::unordered_map<std::string, Entry> entries_;
  Moment swept_{};
};

}  // namespace florin::http
