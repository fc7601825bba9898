#include "notify/notice_worker.h"

#include <gtest/gtest.h>

#include <map>

#include "base/limits.h"
#include "codec/json.h"
#include "fakes/fake_notice_sender.h"
#include "fakes/memory_store.h"
#include "fakes/recording_log.h"
#include "fakes/seeded_random.h"
#include "notify/notices.h"

namespace florin::notify {
namespace {

using ports::NoticeOutcome;
using records::NoticeType;
namespace limits = base::limits;

struct NoticeWorkerTest : testing::Test {
  records::DigitalCard card(const base::TenantId& of) {
    records::DigitalCard row;
    row.digitalCardId = base::DigitalCardId::random(random);
    row.correlationId = base::CorrelationId::random(random);
    row.issuer = of;
    return row;
  }
  void put(const records::DigitalCard& row, std::int64_t value = 0) {
    EXPECT_TRUE(store
                    .write([&](auto& unit) {
                      return notices.put(
                          unit, row, NoticeType::kTransaction,
                          [&](codec::JsonObject& body) { body.add("value", value); });
                    })
                    .ok());
  }
  // rounds lets the worker work for about as long.
  void rounds(base::Duration time) {
    const base::Time end = clock.now() + time;
    while (clock.now() < end) worker->step();
  }
  std::vector<records::NoticeTotals> totals() {
    return store.read([](auto& unit) { return unit.notices().totals(); }).value();
  }
  std::uint64_t waiting() {
    std::uint64_t sum = 0;
    for (const auto& of : totals()) sum += of.waiting;
    return sum;
  }
  std::uint64_t parked() {
    std::uint64_t sum = 0;
    for (const auto& of : totals()) sum += of.parked;
    return sum;
  }
  void restartWorker() {
    worker =
        std::make_unique<NoticeWorker>(NoticeOutbox{store, sender, clock, random, log, metrics});
  }

  fakes::FakeClock clock;
  fakes::SeededRandom random{11};
  fakes::RecordingLog log;
  base::NullMetrics metrics;
  fakes::MemoryStore store;
  base::TenantId issuer = base::TenantId::random(random);
  base::TenantId other = base::TenantId::random(random);
  fakes::FakeNoticeSender sender{clock, {issuer, other}};
  Notices notices{{{issuer, true, true}, {other, false, true}}, sender, clock, random};
  std::unique_ptr<NoticeWorker> worker =
      std::make_unique<NoticeWorker>(NoticeOutbox{store, sender, clock, random, log, metrics});
};

TEST_F(NoticeWorkerTest, NoticeIsSentOnceAndItsRowGoes) {
  const auto mine = card(issuer);
  put(mine, 7);
  EXPECT_EQ(sender.rings, 1U);
  const base::Time written = clock.now();
  rounds(std::chrono::minutes(10));
  ASSERT_EQ(sender.sent.size(), 1U);
  EXPECT_EQ(sender.sent[0].issuer, issuer);
  EXPECT_EQ(sender.sent[0].body,
            R"({"type":"transaction","id":")" + sender.sent[0].noticeId.toString() +
                R"(","number":1,"atMs":)" + std::to_string(base::toMs(written)) +
                R"(,"digitalCardId":")" + mine.digitalCardId.toString() + R"(","correlationId":")" +
                mine.correlationId.toString() + R"(","value":7})");
  EXPECT_EQ(waiting(), 0U);
}

TEST_F(NoticeWorkerTest, WhatAnIssuerDoesNotWantIsNotWritten) {
  const auto state = [&](const base::TenantId& of) {
    return store
        .write([&](auto& unit) {
          return notices.put(unit, card(of), NoticeType::kCardState, [](auto&) {});
        })
        .ok();
  };
  EXPECT_TRUE(state(other));
  EXPECT_TRUE(state(base::TenantId::random(random)));
  EXPECT_EQ(sender.rings, 0U);
  EXPECT_EQ(waiting(), 0U);
  EXPECT_TRUE(state(issuer));
  EXPECT_EQ(waiting(), 1U);
}

TEST_F(NoticeWorkerTest, OfACardOneIsInFlightAndOrderIsKept) {
  const auto mine = card(issuer);
  for (int i = 0; i < 4; ++i) put(mine, i);
  sender.answers = false;
  rounds(std::chrono::seconds(5));
  EXPECT_EQ(sender.sent.size(), 1U);
  sender.answers = true;
  unsigned failures = 0;
  sender.judge = [&](const auto&) {
    return ports::NoticeVerdict{
        {}, ++failures % 2 == 1 ? NoticeOutcome::kRetry : NoticeOutcome::kDelivered, {}, 500};
  };
  rounds(std::chrono::minutes(10));
  std::vector<std::string> order;
  for (const auto& message : sender.sent) {
    const std::string value = message.body.substr(message.body.find("value"));
    if (order.empty() || order.back() != value) order.push_back(value);
  }
  EXPECT_EQ(order,
            (std::vector<std::string>{"value\":0}", "value\":1}", "value\":2}", "value\":3}"}));
  EXPECT_EQ(sender.sent.size(), 8U) << "each was tried twice";
  EXPECT_EQ(waiting(), 0U);
}

TEST_F(NoticeWorkerTest, RetryHasTheIdAndTheBodyOfTheFirst) {
  put(card(issuer));
  sender.answerWith(NoticeOutcome::kRetry, 503);
  rounds(std::chrono::seconds(30));
  ASSERT_GE(sender.sent.size(), 3U);
  for (const auto& message : sender.sent) {
    EXPECT_EQ(message.noticeId, sender.sent[0].noticeId);
    EXPECT_EQ(message.body, sender.sent[0].body);
  }
}

TEST_F(NoticeWorkerTest, KillBetweenSendingAndErasingRepeatsWithTheSameId) {
  put(card(issuer));
  sender.answers = false;
  worker->step();
  ASSERT_EQ(sender.sent.size(), 1U);  // the issuer has it; nobody knows
  sender.waiting.clear();
  restartWorker();
  sender.answers = true;
  rounds(limits::kNoticeLease - std::chrono::seconds(2));
  EXPECT_EQ(sender.sent.size(), 1U) << "its lease runs";
  rounds(std::chrono::seconds(10));
  ASSERT_EQ(sender.sent.size(), 2U);
  EXPECT_EQ(sender.sent[1].noticeId, sender.sent[0].noticeId);
  EXPECT_EQ(sender.sent[1].body, sender.sent[0].body);
  EXPECT_EQ(waiting(), 0U);
}

TEST_F(NoticeWorkerTest, CommitThatFailsRepeatsNothingButTheStoring) {
  put(card(issuer));
  worker->step();
  store.failCommits(3);
  rounds(std::chrono::seconds(10));
  EXPECT_EQ(sender.sent.size(), 1U);
  EXPECT_EQ(waiting(), 0U);
  EXPECT_GE(log.count("notice.store_failed"), 1U);
}

TEST_F(NoticeWorkerTest, AdviceOfTheIssuerIsFollowedWithinBounds) {
  put(card(issuer));
  sender.answerWith(NoticeOutcome::kRetry, 429);
  sender.answer.retryAfter = std::chrono::seconds(100);
  rounds(std::chrono::seconds(99));
  EXPECT_EQ(sender.sent.size(), 1U);
  rounds(std::chrono::seconds(5));
  EXPECT_EQ(sender.sent.size(), 2U);
  sender.answer.retryAfter = std::chrono::hours(999);
  rounds(std::chrono::minutes(3));
  EXPECT_EQ(sender.sent.size(), 3U);
  rounds(limits::kNoticeRetryAdvice - std::chrono::minutes(5));
  EXPECT_EQ(sender.sent.size(), 3U);
  rounds(std::chrono::minutes(10));
  EXPECT_EQ(sender.sent.size(), 4U);
}

TEST_F(NoticeWorkerTest, RefusedOneIsParkedAfterAFewAttemptsAndHoldsNothingBack) {
  const auto mine = card(issuer);
  put(mine, 0);
  put(mine, 1);
  sender.judge = [](const ports::NoticeMessage& message) {
    const bool bad = message.body.find("\"value\":0") != std::string::npos;
    return ports::NoticeVerdict{
        {}, bad ? NoticeOutcome::kRefused : NoticeOutcome::kDelivered, {}, bad ? 400U : 200U};
  };
  rounds(std::chrono::minutes(10));
  EXPECT_EQ(sender.sent.size(), limits::kNoticeRefusals + 1);
  EXPECT_EQ(parked(), 1U);
  EXPECT_EQ(waiting(), 0U);
  EXPECT_EQ(log.count("notice.parked"), 1U);
  sender.judge = nullptr;
  ASSERT_TRUE(store
                  .write([&](auto& unit) {
                    return unit.notices().retry(sender.sent[0].noticeId, clock.now());
                  })
                  .ok());
  rounds(std::chrono::seconds(5));
  EXPECT_EQ(parked() + waiting(), 0U);
  EXPECT_EQ(sender.sent.back().noticeId, sender.sent.front().noticeId);
}

TEST_F(NoticeWorkerTest, SilentIssuerIsGivenUpInTheEnd) {
  put(card(issuer));
  sender.answerWith(NoticeOutcome::kRetry, 0);
  rounds(limits::kNoticeLifetime + std::chrono::hours(3));
  EXPECT_EQ(waiting(), 0U);
  EXPECT_EQ(parked(), 1U);
  EXPECT_LE(sender.sent.size(), limits::kNoticeAttempts);
  const std::size_t sent = sender.sent.size();
  rounds(std::chrono::hours(1));
  EXPECT_EQ(sender.sent.size(), sent);
}

TEST_F(NoticeWorkerTest, IssuerThatIsDownIsTriedByOneAndHoldsNobodyElseBack) {
  std::vector<records::DigitalCard> cards;
  for (int i = 0; i < 40; ++i) put(cards.emplace_back(card(issuer)));
  sender.judge = [&](const ports::NoticeMessage& message) {
    const bool down = message.issuer == issuer;
    return ports::NoticeVerdict{
        {}, down ? NoticeOutcome::kRetry : NoticeOutcome::kDelivered, {}, down ? 0U : 200U};
  };
  rounds(std::chrono::seconds(2));
  EXPECT_EQ(sender.sent.size(), limits::kNoticesInFlight) << "then the breaker was open";
  EXPECT_EQ(log.count("notice.issuer_down"), 1U);
  put(card(other));
  rounds(std::chrono::seconds(2));
  EXPECT_EQ(sender.sent.size(), limits::kNoticesInFlight + 1);
  const std::size_t before = sender.sent.size();
  rounds(4 * limits::kIssuerBreakerOpen);
  EXPECT_LE(sender.sent.size(), before + 5) << "one try after each pause";
  EXPECT_GE(sender.sent.size(), before + 3);
  sender.judge = nullptr;
  rounds(std::chrono::minutes(10));
  EXPECT_EQ(waiting(), 0U);
}

TEST_F(NoticeWorkerTest, IssuerGetsNoMoreAtATimeThanItsShare) {
  for (int i = 0; i < 40; ++i) put(card(issuer));
  sender.answers = false;
  rounds(std::chrono::seconds(3));
  EXPECT_EQ(sender.most, limits::kNoticesInFlight);
  put(card(other));
  rounds(std::chrono::seconds(3));
  EXPECT_EQ(sender.most, limits::kNoticesInFlight + 1);
  sender.answers = true;
  rounds(std::chrono::seconds(3));
  EXPECT_EQ(waiting(), 0U);
}

TEST_F(NoticeWorkerTest, DrainStoresVerdictsAndReturnsTheRestForOthers) {
  put(card(issuer));
  sender.answers = false;
  worker->step();
  EXPECT_EQ(worker->inFlight(), 1U);
  worker->drain(std::chrono::seconds(2));
  EXPECT_EQ(worker->inFlight(), 0U);
  sender.waiting.clear();
  sender.answers = true;
  restartWorker();
  rounds(std::chrono::seconds(2));
  EXPECT_EQ(sender.sent.size(), 2U) << "no lease had to end";
  EXPECT_EQ(waiting(), 0U);
}

}  // namespace
}  // namespace florin::notify
