#include <gtest/gtest.h>

#include <set>

#include "base/limits.h"
#include "wallet/test_wallet.h"

namespace florin::wallet {
namespace {

using namespace std::chrono_literals;
using Sdk = ProvisioningServiceErrorCode;
namespace limits = base::limits;

constexpr auto kUsual = 24h;
constexpr auto kOften = 4h;
constexpr auto kYear = 365 * 24h;
constexpr std::size_t kRequestsOfAFailedPoll = 1 + limits::kTransportRetries;

// A wallet with a card and a push token. Its application's scheduler calls poll.
class PollTest : public testing::Test, public TestWallet {
 protected:
  void SetUp() override {
    ASSERT_EQ(startWse(), "D");
    ASSERT_EQ(enroll(issueCode())->events, "SCD");
    card = *base::TokenId::parse(cards().at(0).tokenizedCardId);
  }
  ProvisioningBusinessService& service() { return wallet->getProvisioningBusinessService(); }
  std::shared_ptr<PushRecord> poll() {
    auto listener = std::make_shared<PushRecord>();
    service().poll(listener);
    settle();
    return listener;
  }
  void restart() {
    kill();
    open();
  }
  // requestsOf counts the requests of what `work` does.
  template <class Work>
  std::size_t requestsOf(Work work) {
    const std::size_t before = transport.sent;
    work();
    return transport.sent - before;
  }
  void suspendCard() {
    backend.queue(messages::OperationType::kSuspendCard, card,
                  messages::SetCardState{messages::CardTarget::kSuspended});
  }
  void loseEverything() {
    transport.lose = [](std::size_t) { return Lost::kRequest; };
  }

  base::TokenId card;
};

TEST_F(PollTest, IsDueWithinTheIntervalAfterAnAnswerAndCostsNothingBefore) {
  const auto next = service().nextPoll();
  ASSERT_TRUE(next.has_value());
  EXPECT_GE(*next, kUsual / 2 - 5min);  // the test's own enrollment took five
  EXPECT_LE(*next, kUsual);
  EXPECT_EQ(requestsOf([&] { EXPECT_EQ(poll()->events, "D"); }), 0U);
  suspendCard();
  executor.advance(*next);
  EXPECT_EQ(service().nextPoll(), 0ms);
  const auto told = poll();
  EXPECT_EQ(told->events, "D");
  EXPECT_EQ(told->messages, std::vector<std::string>{"CBP.info.tokenSuspended"});
  EXPECT_GT(service().nextPoll(), 0ms);
}

TEST_F(PollTest, WalletThatIsNotEnrolledHasNothingToPoll) {
  TestWallet fresh;
  auto& provisioning = fresh.wallet->getProvisioningBusinessService();
  EXPECT_FALSE(provisioning.nextPoll().has_value());
  const auto listener = std::make_shared<PushRecord>();
  provisioning.poll(listener);
  fresh.settle();
  EXPECT_EQ(listener->events, "D");
  EXPECT_EQ(fresh.transport.sent, 0U);
}

TEST_F(PollTest, TenStartsADayAreOnePoll) {
  const std::size_t requests = requestsOf([&] {
    for (int i = 0; i < 100; ++i) {
      executor.advance(24h / 10);
      restart();
      EXPECT_EQ(poll()->events, "D");
    }
  });
  EXPECT_GE(requests, 10U);  // ten days
  EXPECT_LE(requests, 20U);
}

TEST_F(PollTest, EveryAnsweredExchangeCountsAsAPoll) {
  executor.advance(*service().nextPoll() - 1min);
  EXPECT_EQ(synchronize()->events, "D");
  EXPECT_GE(service().nextPoll(), kUsual / 2 - 5min);
}

TEST_F(PollTest, ExchangesInARowStoreNoSchedule) {
  synchronize();
  const std::size_t writes = storage.writes();
  for (int i = 0; i < 10; ++i) synchronize();
  EXPECT_EQ(storage.writes(), writes);
}

TEST_F(PollTest, WalletsEnrolledTogetherDoNotComeTogether) {
  std::set<std::chrono::milliseconds> waits;
  for (int i = 0; i < 20; ++i) {
    executor.advance(*service().nextPoll());
    poll();
    waits.insert(*service().nextPoll());
  }
  EXPECT_EQ(waits.size(), 20U);
  EXPECT_GT(*waits.rbegin() - *waits.begin(), kUsual / 8);
}

TEST_F(PollTest, BackendThatIsAwayIsAskedLessAndLess) {
  executor.advance(*service().nextPoll());
  loseEverything();
  const auto failed = poll();
  EXPECT_EQ(failed->events, "E");
  EXPECT_EQ(failed->error.sdkCode, Sdk::COMMON_NO_INTERNET);
  const auto day = [&] {
    for (int i = 0; i < 24 * 60 / 5; ++i) poll();
  };
  EXPECT_LE(requestsOf(day), 60 * kRequestsOfAFailedPoll);
  restart();  // a new process does not begin anew
  const std::size_t second = requestsOf(day);
  EXPECT_GE(second, 22 * kRequestsOfAFailedPoll);
  EXPECT_LE(second, 49 * kRequestsOfAFailedPoll);
  transport.lose = nullptr;
  executor.advance(*service().nextPoll());
  EXPECT_EQ(poll()->events, "D");
  EXPECT_GE(service().nextPoll(), kUsual / 2 - 5min);
}

TEST_F(PollTest, NetworkThatReturnsMakesAFailedPollDue) {
  wallet->onNetworkAvailable();
  EXPECT_GT(service().nextPoll(), 0ms);  // nothing failed
  executor.advance(*service().nextPoll());
  loseEverything();
  for (int i = 0; i < 100; ++i) poll();
  transport.lose = nullptr;
  wallet->onNetworkAvailable();
  EXPECT_EQ(service().nextPoll(), 0ms);
  EXPECT_EQ(poll()->events, "D");
  EXPECT_GT(service().nextPoll(), limits::kPollDelayMax);
}

TEST_F(PollTest, WithoutATokenItPollsMoreOften) {
  TestWallet other;
  ASSERT_EQ(other.startWse(), "D");
  const auto listener = std::make_shared<EnrollRecord>();
  listener->code = other.issueCode();
  other.wallet->getEnrollingBusinessService().enroll(
      other.wallet->getCardEnrollmentService().getWalletId(), "", "en", listener);
  other.settle();
  ASSERT_EQ(listener->events, "SCD");
  const auto next = other.wallet->getProvisioningBusinessService().nextPoll();
  EXPECT_GE(next, kOften / 2 - 5min);
  EXPECT_LE(next, kOften);
}

TEST_F(PollTest, WhatNoPushAnnouncedMakesItPollMoreOftenUntilOneComes) {
  executor.advance(*service().nextPoll());
  suspendCard();
  EXPECT_EQ(poll()->messages.size(), 1U);
  EXPECT_LE(service().nextPoll(), kOften);
  restart();
  executor.advance(*service().nextPoll());
  poll();
  EXPECT_LE(service().nextPoll(), kOften);
  auto pushed = std::make_shared<PushRecord>();
  service().processIncomingMessage({{"sender", "CPS"}}, pushed);
  settle();
  EXPECT_EQ(pushed->events, "D");
  executor.advance(*service().nextPoll());
  poll();
  EXPECT_GE(service().nextPoll(), kUsual / 2 - 5min);
}

TEST_F(PollTest, ClockThatJumpsAYearNeitherStopsItNorMakesItAStorm) {
  for (const base::Duration jump : {base::Duration(kYear), base::Duration(-kYear)}) {
    SCOPED_TRACE(testing::Message() << "jump of " << jump.count() << " ms");
    deviceClock.jump(jump);
    const std::size_t requests = requestsOf([&] {
      for (int i = 0; i < 10 * 24; ++i) {
        poll();
        executor.advance(55min);
      }
    });
    EXPECT_GE(requests, 10U);  // ten days
    EXPECT_LE(requests, 21U);
  }
}

TEST_F(PollTest, ClockThatJumpsWhileTheBackendIsAwayDoesNotEndTheBackOff) {
  executor.advance(*service().nextPoll());
  loseEverything();
  for (int i = 0; i < 100; ++i) poll();
  for (const base::Duration jump : {base::Duration(kYear), base::Duration(-kYear)}) {
    deviceClock.jump(jump);
    const std::size_t requests = requestsOf([&] {
      for (int i = 0; i < 24 * 12; ++i) poll();
    });
    EXPECT_GE(requests, 22 * kRequestsOfAFailedPoll);
    EXPECT_LE(requests, 50 * kRequestsOfAFailedPoll);
  }
}

TEST_F(PollTest, VaultThatTakesNothingDoesNotMakeItAStorm) {
  executor.advance(*service().nextPoll());
  loseEverything();
  storage.failFrom(1);
  const std::size_t requests = requestsOf([&] {
    for (int i = 0; i < 24 * 12; ++i) poll();  // every five minutes
  });
  EXPECT_GE(requests, 22 * kRequestsOfAFailedPoll);
  EXPECT_LE(requests, 60 * kRequestsOfAFailedPoll);
}

TEST_F(PollTest, IntervalsHaveBounds) {
  for (const base::Duration bad :
       {base::Duration(0), base::Duration(59s), base::Duration(31 * 24h)}) {
    WalletConfig config;
    config.walletProviderId = "provider";
    config.walletApplicationId = "app";
    config.pollInterval = bad;
    const auto refused = openWallet(
        config, {storage, vaultKey, transport, executor, log, deviceKeys}, clock, random);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code(), Code::kInvalidArgument);
  }
}

// A wallet that polls by itself.
class AutomaticPollTest : public PollTest {
 protected:
  void SetUp() override {
    automaticPolling = true;
    backgroundListener = background;
    restart();
    PollTest::SetUp();
  }

  std::shared_ptr<PushRecord> background = std::make_shared<PushRecord>();
};

TEST_F(AutomaticPollTest, PollsOnItsExecutorAndTellsTheListener) {
  suspendCard();
  executor.advance(kUsual);
  EXPECT_EQ(cards().at(0).state, CardState::SUSPENDED);
  EXPECT_EQ(background->messages, std::vector<std::string>{"CBP.info.tokenSuspended"});
  const std::size_t requests = requestsOf([&] { executor.advance(10 * kOften); });
  EXPECT_GE(requests, 10U);
  EXPECT_LE(requests, 21U);
}

TEST_F(AutomaticPollTest, HoldsOneTaskWhateverHappensInBetween) {
  for (int i = 0; i < 10; ++i) synchronize();
  EXPECT_LE(executor.pending(), 1U);
}

TEST_F(AutomaticPollTest, GoesOnAfterFailuresAndARestart) {
  loseEverything();
  executor.advance(3 * kUsual);
  restart();
  suspendCard();
  transport.lose = nullptr;
  executor.advance(limits::kPollDelayMax);
  EXPECT_EQ(cards().at(0).state, CardState::SUSPENDED);
}

TEST_F(AutomaticPollTest, NetworkThatReturnsEndsItsWait) {
  loseEverything();
  executor.advance(3 * kUsual);
  suspendCard();
  transport.lose = nullptr;
  wallet->onNetworkAvailable();
  executor.advance(1s);
  EXPECT_EQ(cards().at(0).state, CardState::SUSPENDED);
}

TEST_F(AutomaticPollTest, ClockThatJumpsAYearNeitherStopsItNorMakesItAStorm) {
  for (const base::Duration jump : {base::Duration(kYear), base::Duration(-kYear)}) {
    SCOPED_TRACE(testing::Message() << "jump of " << jump.count() << " ms");
    deviceClock.jump(jump);
    const std::size_t requests = requestsOf([&] { executor.advance(10 * kUsual); });
    EXPECT_GE(requests, 9U);
    EXPECT_LE(requests, 21U);
  }
}

TEST_F(AutomaticPollTest, EndsWithTheWallet) {
  wallet.reset();
  EXPECT_EQ(requestsOf([&] { executor.advance(10 * kUsual); }), 0U);
}

}  // namespace
}  // namespace florin::wallet
