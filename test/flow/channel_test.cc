// The secure channel over its life (D6, docs/protocol.md 6): follow-ups, rotation of the backend's
// key, devices that are suspended, revoked or gone.
#include <gtest/gtest.h>

#include "messages/exchange.h"
#include "messages/gateway.h"
#include "world.h"

namespace florin::test {
namespace {

using Sdk = ProvisioningServiceErrorCode;

// A world with an enrolled device that has a card.
struct Enrolled {
  World world;
  base::DeviceId deviceId;
  Enrolled() {
    world.wse();
    world.enroll(world.digitize().code);
    EXPECT_EQ(world.status(), EnrollmentStatus::ENROLLMENT_COMPLETE);
    deviceId = world.deviceId();
  }
};

// Counts the exchanges that a wallet makes with its static key and those that follow up.
struct Exchanges {
  unsigned withKeys = 0;
  unsigned followUps = 0;
};

void count(World& world, Exchanges& out) {
  world.transport->setFaultHook([&out](const TransportRequest& request) {
    if (request.path == "/cps/v1/exchange") {
      const auto envelope = messages::decodeExchangeEnvelope(request.body).value();
      ++(envelope.ticket.empty() ? out.withKeys : out.followUps);
    }
    return fakes::NetworkFault::kNone;
  });
}

TEST(ChannelTest, StaticKeysAreUsedOnceInAQuarterOfAnHour) {
  Enrolled enrolled;
  World& world = enrolled.world;
  Exchanges exchanges;
  count(world, exchanges);
  EXPECT_TRUE(world.synchronize().errors.empty());
  EXPECT_EQ(exchanges.withKeys, 0U);  // a follow-up of E5
  EXPECT_EQ(exchanges.followUps, 1U);
  world.executor.advance(std::chrono::minutes(16));
  EXPECT_TRUE(world.synchronize().errors.empty());
  EXPECT_EQ(exchanges.withKeys, 1U);
}

TEST(ChannelTest, NewPushTokenReplacesTheOldOneAtTheBackend) {
  World world;
  world.wse();
  ASSERT_EQ(world.enroll(world.digitize().code).completions, 1U);
  const auto stored = [&, device = world.deviceId()] {
    return world.backend.store.read([&](ports::Unit& unit) { return unit.devices().find(device); })
        .value()
        ->sealedPushToken;
  };
  EXPECT_TRUE(stored().empty());
  Bytes before;
  for (const char* const token : {"first", "second"}) {
    Heard heard;
    world.wallet->getProvisioningBusinessService().updatePushToken(
        token, std::make_shared<PushHearer>(heard));
    world.settle();
    EXPECT_EQ(heard.completions, 1U);
    EXPECT_FALSE(stored().empty());
    EXPECT_NE(stored(), before);
    before = stored();
  }
}

TEST(ChannelTest, FollowUpsDoNotProlongATicket) {
  Enrolled enrolled;
  World& world = enrolled.world;
  Exchanges exchanges;
  count(world, exchanges);
  for (int minute = 0; minute < 60; minute += 5) {  // synchronize lets 5 minutes pass
    EXPECT_TRUE(world.synchronize().errors.empty());
  }
  EXPECT_GE(exchanges.withKeys, 3U);
  EXPECT_GE(exchanges.followUps, 6U);
}

TEST(ChannelTest, RefusedTicketIsReplacedByTheDevicesKeys) {
  Enrolled enrolled;
  World& world = enrolled.world;
  // A device that was suspended and resumed has a new epoch.
  ASSERT_TRUE(
      world.backend.services().devices().suspend(enrolled.deviceId, LockReason::STOLEN).ok());
  ASSERT_TRUE(world.backend.services().devices().resume(enrolled.deviceId).ok());
  Exchanges exchanges;
  count(world, exchanges);
  EXPECT_TRUE(world.synchronize().errors.empty());
  EXPECT_EQ(exchanges.withKeys, 1U);
  EXPECT_EQ(exchanges.followUps, 2U);  // the refused one, and the acknowledgement of ResumeCard
}

TEST(ChannelTest, SuspendedDeviceStopsItsCardsAndLosesNothing) {
  Enrolled enrolled;
  World& world = enrolled.world;
  ASSERT_TRUE(
      world.backend.services().devices().suspend(enrolled.deviceId, LockReason::STOLEN).ok());
  for (int round = 0; round < 2; ++round) {
    const Heard refused = world.synchronize();
    ASSERT_EQ(refused.errors.size(), 1U);
    EXPECT_EQ(refused.errors[0].sdkCode, Sdk::DEVICE_SUSPICIOUS);
    EXPECT_EQ(refused.errors[0].lockReason, LockReason::STOLEN);
    ASSERT_EQ(world.cards().size(), 1U);
    EXPECT_EQ(world.cards()[0].state, CardState::SUSPENDED);
  }
  EXPECT_EQ(world.status(), EnrollmentStatus::ENROLLMENT_COMPLETE);
  ASSERT_TRUE(world.backend.services().devices().resume(enrolled.deviceId).ok());
  EXPECT_TRUE(world.synchronize().errors.empty());
  EXPECT_EQ(world.cards()[0].state, CardState::ACTIVE);
}

TEST(ChannelTest, RevokedDeviceIsWipedAndThenUnknown) {
  Enrolled enrolled;
  World& world = enrolled.world;
  const std::string waiting = world.digitize("999900987654321").code;
  cps::Devices& devices = world.backend.services().devices();
  ASSERT_TRUE(devices.revoke(enrolled.deviceId, LockReason::STOLEN).ok());
  ASSERT_TRUE(devices.revoke(enrolled.deviceId, LockReason::STOLEN).ok());  // again is the same
  EXPECT_FALSE(devices.resume(enrolled.deviceId).ok());
  const Heard refused = world.activate(waiting);  // asks for a card, gets Wipe
  ASSERT_EQ(refused.errors.size(), 1U);
  EXPECT_EQ(refused.errors[0].lockReason, LockReason::STOLEN);
  EXPECT_TRUE(world.cards().empty());
  EXPECT_EQ(world.status(), EnrollmentStatus::ENROLLMENT_NEEDED);
  EXPECT_EQ(devices.find(enrolled.deviceId)->device.state, records::DeviceState::kWiped);
}

TEST(ChannelTest, BackendKeyIsReplacedByOperation) {
  Enrolled enrolled;
  World& world = enrolled.world;
  world.backend.rotateChannelKey();
  world.connect();
  world.open();  // without the ticket of before
  EXPECT_TRUE(world.synchronize().errors.empty());
  world.backend.rotateChannelKey();  // drops the first key: the device has the second by now
  world.connect();
  world.open();
  EXPECT_TRUE(world.synchronize().errors.empty());
  EXPECT_EQ(world.status(), EnrollmentStatus::ENROLLMENT_COMPLETE);
  EXPECT_EQ(world.deviceId(), enrolled.deviceId);
}

TEST(ChannelTest, DeviceThatSleptThroughTwoRotationsEnrollsAgain) {
  Enrolled enrolled;
  World& world = enrolled.world;
  world.backend.rotateChannelKey();
  world.backend.rotateChannelKey();
  world.connect();
  world.open();
  const Heard heard = world.synchronize();
  ASSERT_EQ(heard.errors.size(), 1U);
  EXPECT_EQ(heard.errors[0].sdkCode, Sdk::RE_ENROLLMENT_REQUIRED);
  EXPECT_EQ(world.status(), EnrollmentStatus::ENROLLMENT_NEEDED);
  EXPECT_EQ(world.cards().size(), 1U);
  // It is the same device then, and its card serves on; any code will do.
  const std::string code = world.digitize("999900987654321").code;
  EXPECT_EQ(world.enroll(code).completions, 1U);
  EXPECT_EQ(world.deviceId(), enrolled.deviceId);
  EXPECT_EQ(world.cards().size(), 2U);
  for (const DigitalizedCard& card : world.cards()) EXPECT_EQ(card.paymentsLeft, 10U);
  // Its requests are numbered anew.
  EXPECT_EQ(world.activate(world.digitize("999900987654329").code).completions, 1U);
  EXPECT_EQ(world.cards().size(), 3U);
}

// A new code does not bring a device back that an operator took out (I8).
TEST(ChannelTest, SuspendedOrRevokedDeviceCannotEnrollAround) {
  for (const bool revoked : {false, true}) {
    Enrolled enrolled;
    World& world = enrolled.world;
    const std::string code = world.digitize("999900987654321").code;
    world.backend.rotateChannelKey();
    world.backend.rotateChannelKey();
    world.connect();
    world.open();
    world.synchronize();
    ASSERT_EQ(world.status(), EnrollmentStatus::ENROLLMENT_NEEDED);
    cps::Devices& devices = world.backend.services().devices();
    ASSERT_TRUE((revoked ? devices.revoke(enrolled.deviceId, LockReason::STOLEN)
                         : devices.suspend(enrolled.deviceId, LockReason::STOLEN))
                    .ok());
    const Heard heard = world.enroll(code);
    ASSERT_EQ(heard.errors.size(), 1U);
    EXPECT_EQ(heard.errors[0].cpsCode, 599);
    EXPECT_NE(world.status(), EnrollmentStatus::ENROLLMENT_COMPLETE);
  }
}

// The acknowledgement of Wipe arrived, its answer did not.
TEST(ChannelTest, WipedDeviceWhoseLastAnswerWasLostBeginsAnew) {
  Enrolled enrolled;
  World& world = enrolled.world;
  ASSERT_TRUE(
      world.backend.services().devices().revoke(enrolled.deviceId, LockReason::STOLEN).ok());
  unsigned exchanges = 0;
  world.transport->setFaultHook([&](const TransportRequest&) {
    // The first is the ticket that is refused, the second brings Wipe, the third acknowledges it.
    return ++exchanges >= 3 ? fakes::NetworkFault::kDropResponse : fakes::NetworkFault::kNone;
  });
  world.synchronize();
  EXPECT_TRUE(world.cards().empty());
  EXPECT_EQ(world.backend.services().devices().find(enrolled.deviceId)->device.state,
            records::DeviceState::kWiped);
  world.transport->setFaultHook(nullptr);
  EXPECT_EQ(world.synchronize().errors.at(0).sdkCode, Sdk::RE_ENROLLMENT_REQUIRED);
  EXPECT_EQ(world.status(), EnrollmentStatus::ENROLLMENT_NEEDED);
  EXPECT_EQ(world.wse().completions, 1U);
  EXPECT_EQ(world.enroll(world.digitize().code).completions, 1U);
}

// Whoever ends the TLS can say 523, but not sign it.
TEST(ChannelTest, UnsignedVerdictChangesNothing) {
  Enrolled enrolled;
  World& world = enrolled.world;
  world.transport->setAnswerHook([](const TransportRequest& request, TransportResponse answer) {
    if (request.path != "/cps/v1/exchange") return answer;
    messages::ErrorBody body;
    body.code = 523;
    body.verdict = Bytes(64, 1);
    answer.status = 404;
    answer.body = base::toBytes(base::asBytes(messages::encodeErrorBody(body)));
    return answer;
  });
  const Heard heard = world.synchronize();
  ASSERT_EQ(heard.errors.size(), 1U);
  EXPECT_EQ(world.status(), EnrollmentStatus::ENROLLMENT_COMPLETE);
  EXPECT_EQ(world.cards().size(), 1U);
}

TEST(ChannelTest, SignedVerdictIsOfItsRequestOnly) {
  Enrolled enrolled;
  World& world = enrolled.world;
  world.backend.rotateChannelKey();
  world.backend.rotateChannelKey();
  world.connect();
  world.open();
  // Somebody keeps the verdict on the first exchange and puts it under the answer to the second.
  Bytes kept;
  world.transport->setAnswerHook([&](const TransportRequest&, TransportResponse answer) {
    auto body = messages::decodeErrorBody(base::asText(answer.body)).value();
    EXPECT_EQ(body.verdict.size(), 64U);
    std::swap(kept, body.verdict);
    answer.body = base::toBytes(base::asBytes(messages::encodeErrorBody(body)));
    return answer;
  });
  for (int session = 0; session < 2; ++session) {
    const Heard heard = world.synchronize();
    ASSERT_EQ(heard.errors.size(), 1U);
    EXPECT_EQ(world.status(), EnrollmentStatus::ENROLLMENT_COMPLETE) << session;
    EXPECT_EQ(world.cards().size(), 1U);
  }
}

}  // namespace
}  // namespace florin::test
