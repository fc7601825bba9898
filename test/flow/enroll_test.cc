#include <gtest/gtest.h>

#include "messages/gateway.h"
#include "world.h"

namespace florin::test {
namespace {

std::uint64_t devices(World& world) {
  return world.backend.store.read([](ports::Unit& unit) { return unit.devices().count(); }).value();
}

// A world in which a code was acquired.
struct Ready {
  World world;
  std::string code;
  Ready() {
    EXPECT_EQ(world.wse().completions, 1U);
    code = world.digitize().code;
    EXPECT_EQ(code.size(), 26U);
  }
};

void expectProvisioned(World& world, std::size_t cards = 1) {
  EXPECT_EQ(world.status(), EnrollmentStatus::ENROLLMENT_COMPLETE);
  EXPECT_EQ(devices(world), 1U);
  ASSERT_EQ(world.cards().size(), cards);
  for (const DigitalizedCard& card : world.cards()) {
    EXPECT_EQ(card.state, CardState::ACTIVE);
    EXPECT_EQ(card.paymentsLeft, 10U);
    EXPECT_FALSE(card.needsReplenishment);
  }
}

TEST(FlowTest, ACodeBecomesAnActiveCardWithKeys) {
  Ready ready;
  EXPECT_EQ(ready.world.status(), EnrollmentStatus::ENROLLMENT_NEEDED);
  const Heard heard = ready.world.enroll(ready.code);
  EXPECT_TRUE(heard.started);
  EXPECT_EQ(heard.codeRequests, 1U);
  EXPECT_EQ(heard.completions, 1U);
  EXPECT_TRUE(heard.errors.empty());
  expectProvisioned(ready.world);
}

TEST(FlowTest, EnrollmentIsBlockedBeforeWse) {
  World world;
  const Heard heard = world.enroll("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  ASSERT_EQ(heard.errors.size(), 1U);
  EXPECT_EQ(heard.errors[0].sdkCode,
            ProvisioningServiceErrorCode::ENROLLMENT_BLOCKED_SECURE_WALLET_ENROLLMENT_REQUIRED);
  EXPECT_EQ(world.status(), EnrollmentStatus::ENROLLMENT_NEEDED);
}

TEST(FlowTest, AFurtherCardNeedsOnlyItsCode) {
  Ready ready;
  ready.world.enroll(ready.code);
  const std::string second = ready.world.digitize("999900987654321").code;
  ASSERT_EQ(second.size(), 26U);
  const Heard heard = ready.world.activate(second);
  EXPECT_EQ(heard.completions, 1U);
  EXPECT_TRUE(heard.errors.empty());
  expectProvisioned(ready.world, 2);
}

TEST(FlowTest, AWrongCodeCountsDownAndThenLocks_I3) {
  Ready ready;
  const std::string wrong = "AAAAAAAAAAAAAAAAAAAAAAAAAA";
  Heard heard = ready.world.enroll(wrong);
  for (const std::uint32_t left : {4U, 3U, 2U, 1U}) {
    ASSERT_EQ(heard.errors.size(), 1U);
    EXPECT_EQ(heard.errors[0].sdkCode,
              ProvisioningServiceErrorCode::ENROLLMENT_WRONG_ACTIVATION_CODE);
    EXPECT_EQ(heard.errors[0].remainingTries, left);
    heard = ready.world.status() == EnrollmentStatus::ENROLLMENT_NEEDED
                ? ready.world.enroll(wrong)
                : ready.world.continueEnrollment(wrong);
  }
  ASSERT_EQ(heard.errors.size(), 1U);
  EXPECT_EQ(heard.errors[0].sdkCode, ProvisioningServiceErrorCode::ENROLLMENT_TRY_LIMIT_EXCEEDED);
  EXPECT_EQ(ready.world.status(), EnrollmentStatus::ENROLLMENT_NEEDED);
  EXPECT_EQ(ready.world.enroll(ready.code).completions, 0U) << "the right code is locked too";
  EXPECT_EQ(devices(ready.world), 0U);
}

TEST(FlowTest, AnExpiredCodeSaysSo) {
  Ready ready;
  ready.world.backend.clock.advance(std::chrono::hours(25));
  const Heard heard = ready.world.enroll(ready.code);
  ASSERT_EQ(heard.errors.size(), 1U);
  EXPECT_EQ(heard.errors[0].sdkCode, ProvisioningServiceErrorCode::ENROLLMENT_CREDENTIAL_EXPIRED);
  EXPECT_EQ(ready.world.status(), EnrollmentStatus::ENROLLMENT_NEEDED);
}

// I9: the device dies at its n-th durable write, before or after it; it is opened again and goes
// on.
TEST(FlowTest, TheDeviceMayDieAtEveryDurableWrite_I9) {
  bool reached = true;
  for (std::size_t nth = 1; reached; ++nth) {
    Ready start;
    World& world = start.world;
    const std::size_t before = world.storage.writes();
    world.storage.failWrite(nth, nth % 3);
    world.enroll(start.code);
    reached = world.storage.writes() - before >= nth;
    world.open();
    const auto ready = [&] { return !world.cards().empty() && world.cards()[0].paymentsLeft > 0; };
    for (int round = 0; round < 5 && !ready(); ++round) {
      if (world.status() == EnrollmentStatus::ENROLLMENT_NEEDED) {
        world.enroll(start.code);
      } else if (world.status() == EnrollmentStatus::ENROLLMENT_IN_PROGRESS) {
        world.continueEnrollment(start.code);
      } else {
        world.wallet->getProvisioningBusinessService().synchronize(nullptr);
        world.settle();
      }
    }
    SCOPED_TRACE(testing::Message() << "write " << nth);
    expectProvisioned(world);
    if (testing::Test::HasFailure()) return;
  }
}

// I9: every answer is lost once, every request once; the backend is restarted each time.
TEST(FlowTest, EveryMessageMayBeLostAndTheBackendRestarted_I9) {
  for (const fakes::NetworkFault fault :
       {fakes::NetworkFault::kDropRequest, fakes::NetworkFault::kDropResponse,
        fakes::NetworkFault::kDouble}) {
    for (std::size_t nth = 0; nth < 5; ++nth) {
      Ready ready;
      World& world = ready.world;
      for (std::size_t i = 0; i < nth; ++i) world.transport->addFault(fakes::NetworkFault::kNone);
      for (int i = 0; i < 8; ++i) world.transport->addFault(fault);
      world.enroll(ready.code);
      world.backend.restart();
      world.connect();
      world.open();
      for (int round = 0; round < 3 && world.status() != EnrollmentStatus::ENROLLMENT_COMPLETE;
           ++round) {
        if (world.status() == EnrollmentStatus::ENROLLMENT_NEEDED) {
          world.enroll(ready.code);
        } else {
          world.continueEnrollment(ready.code);
        }
      }
      if (world.cards().empty() || world.cards()[0].paymentsLeft < 10) {
        world.wallet->getProvisioningBusinessService().synchronize(nullptr);
        world.settle();
      }
      SCOPED_TRACE(testing::Message()
                   << "fault " << static_cast<int>(fault) << " from request " << nth);
      expectProvisioned(world);
    }
  }
}

TEST(FlowTest, ALostCodeIsReplacedByDigitizingAgain) {
  Ready ready;
  const std::string second = ready.world.digitize().code;
  ASSERT_EQ(second.size(), 26U);
  EXPECT_NE(second, ready.code);
  EXPECT_EQ(ready.world.enroll(ready.code).completions, 0U) << "the lost code is void";
  EXPECT_EQ(ready.world.continueEnrollment(second).completions, 1U);
  expectProvisioned(ready.world);
  EXPECT_EQ(ready.world.digitize().errors.size(), 1U) << "the card is in the wallet now";
}

TEST(FlowTest, PaymentsThatWereNeverAuthorizedDoNotEatTheStock) {
  Ready ready;
  World& world = ready.world;
  world.enroll(ready.code);
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(world.wallet->getCardEmulation().arm().ok());
    world.open();  // the process ends with its armed key
  }
  ASSERT_EQ(world.cards().at(0).paymentsLeft, 0U);
  world.wallet->getProvisioningBusinessService().sendRequestForReplenishment(
      world.cards().at(0).tokenizedCardId, nullptr, false);
  world.settle();
  EXPECT_EQ(world.cards().at(0).paymentsLeft, 10U);
}

// D6: outside of the channel a status is a report. After E3 another backend, or whoever ends the
// TLS, answers that it knows nothing; the real one must still recognise the device afterwards.
TEST(FlowTest, ARefusalFromAnotherBackendAfterE3CostsNothing_I9) {
  Ready ready;
  World& world = ready.world;
  world.transport->addFault(fakes::NetworkFault::kNone);  // E1
  for (int i = 0; i < 8; ++i) world.transport->addFault(fakes::NetworkFault::kDropResponse);
  world.enroll(ready.code);
  ASSERT_EQ(world.status(), EnrollmentStatus::ENROLLMENT_IN_PROGRESS);
  BackendWorld other;
  world.transport =
      std::make_unique<fakes::HandlerTransport>(other.makeRoutes(), other.random, &world.executor);
  world.open();
  world.continueEnrollment(ready.code);
  EXPECT_NE(world.status(), EnrollmentStatus::ENROLLMENT_COMPLETE);
  world.connect();
  world.open();
  EXPECT_EQ(world.continueEnrollment(ready.code).completions, 1U);
  expectProvisioned(world);
}

// E3 bound the device key, its answer is lost, and somebody says that the conversation is no good.
// The next attempt must come with the same key, or would be refused for ever.
TEST(FlowTest, AForgedRefusalAfterE3CostsNothing_I9) {
  Ready ready;
  World& world = ready.world;
  for (const int code : {568, 597, 602}) {
    world.transport->setAnswerHook(
        [code](const TransportRequest& request, TransportResponse answer) {
          if (!request.path.ends_with("/finish")) return answer;
          messages::ErrorBody body;
          body.code = code;
          return TransportResponse{
              409, {}, base::toBytes(base::asBytes(messages::encodeErrorBody(body)))};
        });
    if (code == 568) {
      EXPECT_EQ(world.enroll(ready.code).errors.size(), 1U);
    } else {
      EXPECT_EQ(world.continueEnrollment(ready.code).errors.size(), 1U);
    }
  }
  world.transport->setAnswerHook(nullptr);
  EXPECT_EQ(world.continueEnrollment(ready.code).completions, 1U);
  expectProvisioned(world);
}

TEST(FlowTest, SeveralCardsMayBePendingAtOnce) {
  Ready ready;
  World& world = ready.world;
  const std::string second = world.digitize("999900987654321").code;
  const std::string third = world.digitize("999900987654329").code;
  EXPECT_EQ(world.enroll(second).completions, 1U);
  EXPECT_EQ(world.activate(ready.code).completions, 1U);
  EXPECT_EQ(world.activate(third).completions, 1U);
  expectProvisioned(world, 3);
}

TEST(FlowTest, UnitsOfWorkMayRunAgain) {
  Ready ready;
  ready.world.backend.store.rerunUnits(1'000);
  EXPECT_EQ(ready.world.enroll(ready.code).completions, 1U);
  expectProvisioned(ready.world);
}

TEST(FlowTest, ACommitThatFailsLosesNothing) {
  Ready ready;
  ready.world.backend.store.failCommits(2);
  ready.world.enroll(ready.code);
  if (ready.world.status() != EnrollmentStatus::ENROLLMENT_COMPLETE) {
    ready.world.continueEnrollment(ready.code);
  }
  expectProvisioned(ready.world);
}

}  // namespace
}  // namespace florin::test
