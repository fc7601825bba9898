#include "http/client_limits.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "base/limits.h"
#include "http/lockouts.h"

namespace florin::http {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""ns;
using std::chrono_literals::operator""s;

constexpr ClientLimits::Moment kStart{100s};

unsigned taken(ClientLimits& limits, std::string_view client, ClientLimits::Moment now) {
  unsigned count = 0;
  while (count < 100 && limits.take(client, now) == 0ns) ++count;
  return count;
}

TEST(RecentTableTest, HoldsTheLatestAndForgetsTheOneThatWasNotAskedForTheLongest) {
  RecentTable<int> table(3);
  table.at("a") = 1;
  table.at("b") = 2;
  table.at("c") = 3;
  ASSERT_NE(table.find("a"), nullptr);
  table.at("d") = 4;
  EXPECT_EQ(table.find("b"), nullptr);
  EXPECT_EQ(*table.find("a"), 1);
  EXPECT_EQ(*table.find("c"), 3);
  EXPECT_EQ(*table.find("d"), 4);
  table.erase("a");
  table.erase("absent");
  EXPECT_EQ(table.find("a"), nullptr);
  EXPECT_EQ(table.size(), 2U);
  EXPECT_EQ(table.at("a"), 0);
}

TEST(ClientLimitsTest, EachClientHasAPeriodsWorthAndItFillsEvenly) {
  ClientLimits limits(6, 1min);
  EXPECT_EQ(taken(limits, "a", kStart), 6U);
  EXPECT_EQ(taken(limits, "b", kStart), 6U);
  EXPECT_EQ(limits.take("a", kStart), 10s);
  EXPECT_EQ(limits.take("a", kStart + 4s), 6s);
  EXPECT_EQ(taken(limits, "a", kStart + 10s), 1U);
  EXPECT_EQ(taken(limits, "a", kStart + 40s), 3U);
  EXPECT_EQ(taken(limits, "a", kStart + 1h), 6U);
}

TEST(ClientLimitsTest, ZeroIsNoBound) {
  ClientLimits limits(0, 1s);
  EXPECT_EQ(taken(limits, "a", kStart), 100U);
}

TEST(ClientLimitsTest, TimeThatComesInTheOtherOrderGivesNothing) {
  ClientLimits limits(5, 1s);
  EXPECT_EQ(taken(limits, "a", kStart), 5U);
  EXPECT_EQ(limits.take("a", kStart - 1h), 200ms);
  EXPECT_EQ(limits.take("a", kStart), 200ms);
  EXPECT_EQ(limits.take("a", kStart + 200ms), 0ns);
}

TEST(ClientLimitsTest, ThreadsShareABucket) {
  ClientLimits limits(50, 1h);
  std::atomic<unsigned> passed = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] { passed += taken(limits, "a", kStart); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(passed, 50U);
}

struct LockoutsTest : ::testing::Test {
  void fail(unsigned times, Lockouts::Moment now, const char* credential = "guess") {
    for (unsigned i = 0; i < times; ++i) lockouts.failed("a", credential, now);
  }
  auto wait(Lockouts::Moment now, const char* credential = "guess", const char* address = "a") {
    return lockouts.wait(address, credential, now);
  }
  Lockouts lockouts{{.failures = 3, .window = 60s, .longest = 5s}};
};

TEST_F(LockoutsTest, AddressWaitsAfterTooManyFailuresWithinTheWindow) {
  EXPECT_FALSE(lockouts.failed("a", "1", kStart));
  EXPECT_FALSE(lockouts.failed("a", "2", kStart + 59s));
  EXPECT_EQ(wait(kStart + 59s), 0ns);
  EXPECT_TRUE(lockouts.failed("a", "3", kStart + 59s));
  EXPECT_EQ(wait(kStart + 59s), 1s);
  EXPECT_EQ(wait(kStart + 59s + 300ms), 700ms);
  EXPECT_EQ(wait(kStart + 60s), 0ns);
}

TEST_F(LockoutsTest, FailuresOfAnotherWindowOrAddressDoNotCount) {
  fail(2, kStart);
  fail(2, kStart + 60s);
  lockouts.failed("b", "guess", kStart + 60s);
  EXPECT_EQ(wait(kStart + 60s), 0ns);
  fail(1, kStart + 60s);
  EXPECT_EQ(wait(kStart + 60s), 1s);
  EXPECT_EQ(wait(kStart + 60s, "guess", "b"), 0ns);
}

TEST_F(LockoutsTest, WaitDoublesUpToTheLongestAndLeavesRoomToTryBetween) {
  Lockouts::Moment now = kStart;
  for (const auto expected : {1s, 2s, 4s, 5s, 5s}) {
    fail(2, now);
    EXPECT_EQ(wait(now), 0ns);
    fail(1, now);
    EXPECT_EQ(wait(now), expected);
    fail(10, now);  // what was under way
    EXPECT_EQ(wait(now), expected);
    now += expected;
    EXPECT_EQ(wait(now), 0ns);
  }
}

TEST_F(LockoutsTest, QuietAddressBeginsAnew) {
  fail(3, kStart);
  fail(3, kStart + 1s);
  EXPECT_EQ(wait(kStart + 1s), 2s);
  const Lockouts::Moment later = kStart + 3s + base::limits::kLockoutForgotten;
  fail(3, later);
  EXPECT_EQ(wait(later), 1s);
}

TEST_F(LockoutsTest, CredentialThatWasRightFromThisAddressNeedNotWait) {
  lockouts.proved("a", "known");
  fail(3, kStart);
  EXPECT_EQ(wait(kStart), 1s);
  EXPECT_EQ(wait(kStart, "known"), 0ns);
  lockouts.failed("a", "known", kStart);
  EXPECT_EQ(wait(kStart, "known"), 1s);
}

TEST_F(LockoutsTest, CredentialThatWasRightFromAnotherAddressWaits) {
  lockouts.proved("b", "known");
  fail(3, kStart);
  EXPECT_EQ(wait(kStart, "known"), 1s);
}

TEST(LockoutsOffTest, NoFailuresAreTooMany) {
  Lockouts lockouts{{.failures = 0}};
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(lockouts.failed("a", "guess", kStart));
  EXPECT_EQ(lockouts.wait("a", "guess", kStart), 0ns);
}

}  // namespace
}  // namespace florin::http
