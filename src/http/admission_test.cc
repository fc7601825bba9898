#include <gtest/gtest.h>

#include "http/address_limits.h"
#include "http/host_names.h"

namespace florin::http {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

constexpr AddressLimits::Moment kStart{100s};

unsigned taken(AddressLimits& limits, const std::string& address, AddressLimits::Moment now) {
  unsigned count = 0;
  while (count < 100 && limits.takeRequest(address, now)) ++count;
  return count;
}

TEST(AddressLimitsTest, ConnectionsOfEachAddressAreBoundedAlone) {
  AddressLimits limits(2, 0);
  EXPECT_TRUE(limits.enter("a"));
  EXPECT_TRUE(limits.enter("a"));
  EXPECT_FALSE(limits.enter("a"));
  EXPECT_TRUE(limits.enter("b"));
  limits.leave("a", kStart);
  EXPECT_TRUE(limits.enter("a"));
  EXPECT_FALSE(limits.enter("a"));
}

TEST(AddressLimitsTest, RequestsOfEachAddressAreBoundedBySecond) {
  AddressLimits limits(10, 5);
  ASSERT_TRUE(limits.enter("a"));
  ASSERT_TRUE(limits.enter("b"));
  EXPECT_EQ(taken(limits, "a", kStart), 5U);
  EXPECT_EQ(taken(limits, "b", kStart), 5U);
  EXPECT_EQ(taken(limits, "a", kStart + 199ms), 0U);
  EXPECT_EQ(taken(limits, "a", kStart + 200ms), 1U);
  EXPECT_EQ(taken(limits, "a", kStart + 1000ms), 4U);
  EXPECT_EQ(taken(limits, "a", kStart + 3600s), 5U);
}

TEST(AddressLimitsTest, ZeroIsNoBound) {
  AddressLimits limits(10, 0);
  ASSERT_TRUE(limits.enter("a"));
  EXPECT_EQ(taken(limits, "a", kStart), 100U);
}

TEST(AddressLimitsTest, NewConnectionBringsNoNewRequests) {
  AddressLimits limits(10, 5);
  ASSERT_TRUE(limits.enter("a"));
  EXPECT_EQ(taken(limits, "a", kStart), 5U);
  limits.leave("a", kStart);
  ASSERT_TRUE(limits.enter("a"));
  EXPECT_EQ(taken(limits, "a", kStart), 0U);
}

TEST(AddressLimitsTest, AddressesThatLeftAreForgotten) {
  AddressLimits limits(10, 5);
  for (int i = 0; i < 50; ++i) {
    const std::string address = std::to_string(i);
    ASSERT_TRUE(limits.enter(address));
    ASSERT_TRUE(limits.takeRequest(address, kStart));
    limits.leave(address, kStart);
  }
  EXPECT_EQ(limits.size(), 50U);
  ASSERT_TRUE(limits.enter("last"));
  limits.leave("last", kStart + 2s);
  EXPECT_EQ(limits.size(), 0U);
}

TEST(ClientAddressTest, NetworkOfIpv6IsOneClient) {
  const auto client = [](const char* text) {
    return clientOf(boost::asio::ip::make_address(text));
  };
  EXPECT_EQ(client("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(client("::ffff:192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(client("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(client("2001:db8:1:2::9"), "2001:db8:1:2::/64");
  EXPECT_NE(client("2001:db8:1:3::9"), "2001:db8:1:2::/64");
}

TEST(HostNamesTest, ComparesNamesWithoutCaseAndPort) {
  const HostNames names({"Wallet.example", "127.0.0.1", "::1"});
  for (const char* host : {"wallet.example", "WALLET.EXAMPLE:8443", "127.0.0.1", "127.0.0.1:1",
                           "[::1]", "[::1]:8443"}) {
    EXPECT_TRUE(names.contains(host)) << host;
  }
  for (const char* host : {"", "example", "wallet.example.evil", "evil.wallet.example", "[::2]:1",
                           "127.0.0.10", "[::1", ":8443", "wallet.example:1:2"}) {
    EXPECT_FALSE(names.contains(host)) << host;
  }
}

TEST(HostNamesTest, WithoutNamesEveryHostIsOurs) { EXPECT_TRUE(HostNames({}).contains("any")); }

}  // namespace
}  // namespace florin::http
