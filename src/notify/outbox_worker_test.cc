#include "notify/outbox_worker.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "fakes/fake_push_sender.h"
#include "fakes/memory_store.h"
#include "fakes/recording_log.h"
#include "fakes/seeded_random.h"
#include "fakes/test_custody.h"

namespace florin::notify {
namespace {

using ports::PushOutcome;
namespace limits = base::limits;

struct OutboxWorkerTest : testing::Test {
  // device inserts one with this push token.
  base::DeviceId device(std::string_view token) {
    records::Device row;
    row.tenant = tenant;
    row.deviceId = base::DeviceId::random(random);
    row.walletId = base::WalletId::random(random);
    if (!token.empty()) row.sealedPushToken = seal(row.deviceId, token);
    EXPECT_TRUE(store.write([&](auto& unit) { return unit.devices().insert(row); }).ok());
    return row.deviceId;
  }
  Bytes seal(const base::DeviceId& id, std::string_view token) {
    return sealer->seal({"devices", "push_token", id.view()}, base::asBytes(token));
  }
  void put(const base::DeviceId& id) {
    EXPECT_TRUE(
        store.write([&](auto& unit) { return unit.pushes().put(tenant, id, {}, clock.now()); })
            .ok());
  }
  // rounds lets the worker work for about as long.
  void rounds(base::Duration time) {
    const base::Time end = clock.now() + time;
    while (clock.now() < end) worker.step();
  }
  // waiting counts the rows of the outbox, claimed or not.
  std::size_t waiting() {
    std::size_t count = 0;
    const Status status = store.write([&](ports::Unit& unit) -> Status {
      FLORIN_TRY_ASSIGN(const auto rows,
                        unit.pushes().claim(clock.now() + std::chrono::hours(999),
                                            clock.now() + std::chrono::hours(999), 1000));
      count = rows.size();
      return Error(Code::kCancelled, "only looked");
    });
    EXPECT_EQ(status.error().code(), Code::kCancelled);
    return count;
  }
  bool hasToken(const base::DeviceId& id) {
    return !store.read([&](auto& unit) { return unit.devices().find(id); })
                .value()
                ->sealedPushToken.empty();
  }

  fakes::FakeClock clock;
  fakes::SeededRandom random{11};
  fakes::RecordingLog log;
  fakes::MemoryStore store;
  std::unique_ptr<ports::KeyCustody> custody = fakes::makeTestCustody();
  std::unique_ptr<sealing::RowSealer> sealer =
      sealing::RowSealer::open(store, *custody, random).value();
  fakes::FakePushSender sender{clock};
  base::TenantId tenant = base::TenantId::random(random);
  OutboxWorker worker{{store, *sealer, sender, clock, random, log}};
};

TEST_F(OutboxWorkerTest, PushIsSentOnceAndItsRowGoes) {
  const auto id = device("token");
  put(id);
  rounds(std::chrono::minutes(10));
  ASSERT_EQ(sender.sent.size(), 1U);
  EXPECT_EQ(sender.sent[0].deviceId, id);
  EXPECT_EQ(sender.sent[0].token, "token");
  EXPECT_EQ(waiting(), 0U);
}

TEST_F(OutboxWorkerTest, OnlyOneIsInFlightPerDevice) {
  const auto id = device("token");
  sender.answers = false;
  put(id);
  rounds(std::chrono::seconds(2));
  put(id);
  rounds(std::chrono::seconds(2));
  EXPECT_EQ(sender.sent.size(), 1U);
  sender.answers = true;
  rounds(std::chrono::seconds(2));
  EXPECT_EQ(sender.sent.size(), 2U);
  EXPECT_EQ(waiting(), 0U);
}

TEST_F(OutboxWorkerTest, DeadTokenIsForgotten) {
  const auto id = device("token");
  sender.answer.outcome = PushOutcome::kTokenDead;
  put(id);
  rounds(std::chrono::minutes(1));
  EXPECT_EQ(sender.sent.size(), 1U);
  EXPECT_EQ(waiting(), 0U);
  EXPECT_FALSE(hasToken(id));
  put(id);
  rounds(std::chrono::minutes(1));
  EXPECT_EQ(sender.sent.size(), 1U);
  EXPECT_EQ(waiting(), 0U);
}

TEST_F(OutboxWorkerTest, TokenThatCameMeanwhileOutlivesTheDeadOne) {
  const auto id = device("old");
  sender.answers = false;
  sender.answer.outcome = PushOutcome::kTokenDead;
  put(id);
  rounds(std::chrono::seconds(1));
  EXPECT_TRUE(store
                  .write([&](ports::Unit& unit) -> Status {
                    FLORIN_TRY_ASSIGN(auto row, unit.devices().find(id));
                    row->sealedPushToken = seal(id, "new");
                    return unit.devices().update(*row);
                  })
                  .ok());
  sender.answers = true;
  rounds(std::chrono::seconds(1));
  EXPECT_TRUE(hasToken(id));
}

TEST_F(OutboxWorkerTest, RefusedPushIsDroppedAndReported) {
  const auto id = device("token");
  sender.answer.outcome = PushOutcome::kFatal;
  put(id);
  rounds(std::chrono::minutes(1));
  EXPECT_EQ(sender.sent.size(), 1U);
  EXPECT_EQ(waiting(), 0U);
  EXPECT_TRUE(hasToken(id));
  EXPECT_EQ(log.count("push.refused"), 1U);
}

TEST_F(OutboxWorkerTest, AdviceOfTheProviderIsFollowed) {
  put(device("token"));
  sender.answer.outcome = PushOutcome::kRetry;
  sender.answer.retryAfter = std::chrono::seconds(100);
  rounds(std::chrono::seconds(99));
  EXPECT_EQ(sender.sent.size(), 1U);
  rounds(std::chrono::seconds(5));
  EXPECT_EQ(sender.sent.size(), 2U);
}

TEST_F(OutboxWorkerTest, RetriesSlowDownAndEnd) {
  put(device("token"));
  sender.answer.outcome = PushOutcome::kRetry;
  rounds(std::chrono::minutes(1));
  EXPECT_GE(sender.sent.size(), 4U);
  EXPECT_LE(sender.sent.size(), 10U);
  rounds(std::chrono::hours(26));
  EXPECT_LE(sender.sent.size(), limits::kPushAttempts);
  EXPECT_EQ(waiting(), 0U);
}

TEST_F(OutboxWorkerTest, ProviderThatIsDownIsLeftAloneAndTheOtherGoesOn) {
  sender.answer.outcome = PushOutcome::kRetry;
  for (unsigned i = 0; i < limits::kPushBreaker; ++i) put(device("token"));
  worker.step();
  worker.step();
  EXPECT_EQ(log.count("push.provider_down"), 1U);
  const std::size_t before = sender.sent.size();
  for (unsigned i = 0; i < 50; ++i) put(device("token"));
  const auto other = device("HMS:token");
  put(other);
  sender.answers = false;
  worker.step();
  ASSERT_EQ(sender.sent.size(), before + 1);
  EXPECT_EQ(sender.sent.back().deviceId, other);
  rounds(limits::kPushBreakerOpen + std::chrono::seconds(5));
  EXPECT_EQ(sender.sent.size(), before + 2);  // one tries
  sender.answer.outcome = PushOutcome::kDelivered;
  sender.answers = true;
  rounds(std::chrono::minutes(3));
  EXPECT_EQ(waiting(), 0U);
}

TEST_F(OutboxWorkerTest, ClockThatIsPutBackAYearHoldsNothingBack) {
  sender.answer.outcome = PushOutcome::kRetry;
  for (unsigned i = 0; i < limits::kPushBreaker; ++i) put(device("token"));
  worker.step();
  worker.step();
  ASSERT_EQ(log.count("push.provider_down"), 1U);
  clock.advance(-std::chrono::hours(24 * 365));
  sender.answer.outcome = PushOutcome::kDelivered;
  sender.sent.clear();
  rounds(std::chrono::minutes(3));
  EXPECT_EQ(sender.sent.size(), limits::kPushBreaker);  // each once
  EXPECT_EQ(waiting(), 0U);
}

TEST_F(OutboxWorkerTest, DeviceWithoutATokenOrProviderIsNotPushed) {
  put(device(""));
  put(device("nobody's"));
  put(base::DeviceId::random(random));
  rounds(std::chrono::seconds(3));
  EXPECT_TRUE(sender.sent.empty());
  EXPECT_EQ(waiting(), 0U);
}

TEST_F(OutboxWorkerTest, VerdictsOutliveAStoreThatFails) {
  const auto id = device("token");
  put(id);
  worker.step();
  store.failCommits(3);
  rounds(std::chrono::seconds(10));
  EXPECT_EQ(sender.sent.size(), 1U);
  EXPECT_EQ(waiting(), 0U);
}

TEST_F(OutboxWorkerTest, UnitThatRunsTwiceClaimsOnce) {
  put(device("token"));
  store.rerunUnits(4);
  rounds(std::chrono::seconds(10));
  EXPECT_EQ(sender.sent.size(), 1U);
}

TEST_F(OutboxWorkerTest, WorkerThatDiedLeavesItsRowsToTheNext) {
  put(device("token"));
  sender.answers = false;
  worker.step();
  OutboxWorker next{{store, *sealer, sender, clock, random, log}};
  sender.waiting.clear();
  const base::Time end = clock.now() + limits::kPushLease + std::chrono::seconds(2);
  while (clock.now() < end) next.step();
  EXPECT_EQ(sender.sent.size(), 2U);
}

TEST_F(OutboxWorkerTest, DrainReturnsWhatWasNotAnswered) {
  put(device("token"));
  sender.answers = false;
  worker.step();
  EXPECT_EQ(worker.inFlight(), 1U);
  worker.drain(std::chrono::seconds(5));
  EXPECT_EQ(worker.inFlight(), 0U);
  const auto rows = store.write([&](auto& unit) {
    return unit.pushes().claim(clock.now(), clock.now() + limits::kPushLease, 10);
  });
  EXPECT_EQ(rows->size(), 1U);
}

TEST_F(OutboxWorkerTest, TenThousandShareTheirCommits) {
  for (int i = 0; i < 10'000; ++i) put(device("token"));
  const std::uint64_t before = store.commits();
  for (int i = 0; i < 1000 && waiting() > 0; ++i) worker.step();
  EXPECT_EQ(sender.sent.size(), 10'000U);
  EXPECT_LE(store.commits() - before, 50U);
}

TEST_F(OutboxWorkerTest, NoTokenIsLogged) {
  put(device("very-secret-token"));
  sender.answer.outcome = PushOutcome::kTokenDead;
  rounds(std::chrono::seconds(2));
  EXPECT_EQ(log.text().find("very-secret-token"), std::string::npos);
}

}  // namespace
}  // namespace florin::notify
