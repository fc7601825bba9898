// Clocks that jump, on the device or at the backend: nothing is stuck, nothing happens twice.
#include <gtest/gtest.h>

#include "messages/exchange.h"
#include "world.h"

namespace florin::test {
namespace {

constexpr base::Duration kYear = std::chrono::hours(24 * 365);

// One jump of a clock: whose, and how far.
struct Jump {
  const char* name;
  base::Duration device;
  base::Duration backend;
};

void PrintTo(const Jump& jump, std::ostream* out) { *out << jump.name; }

struct ClockJumpTest : testing::TestWithParam<Jump> {
  void SetUp() override {
    world.backend.addToken("issuer", records::ApiScope::kIssuer);
    world.backend.addToken("acquirer-2", records::ApiScope::kAcquirer);
  }
  void jump() {
    world.clock.jump(GetParam().device - GetParam().backend);  // it is above the backend's
    world.backend.clock.advance(GetParam().backend);
  }
  void enroll() {
    world.wse();
    card = world.digitize();
    ASSERT_EQ(world.enroll(card.code).completions, 1U);
    world.synchronize();
  }
  TransportResponse issuer(const std::string& step) {
    return world.backend.call("POST", "/issuer/v1/cards/" + card.digitalCardId + "/" + step,
                              "issuer");
  }
  std::string pay() {
    const auto request = world.tap();
    if (!request) return "declined by the card";
    return member(world.backend.call("POST", "/tsp/v1/authorizations", "acquirer-2", *request),
                  "reason");
  }

  World world;
  Digitized card;
};

TEST_P(ClockJumpTest, WalletThatWasNeverEnrolledEnrolls) {
  jump();
  enroll();
  EXPECT_EQ(world.cards().size(), 1U);
  EXPECT_EQ(pay(), "approved");
}

TEST_P(ClockJumpTest, EnrolledDeviceGetsEveryOperationOnce) {
  enroll();
  EXPECT_EQ(issuer("suspend").status, 200);
  jump();
  EXPECT_EQ(world.synchronize().messages, std::vector<std::string>{"CBP.info.tokenSuspended"});
  EXPECT_TRUE(world.synchronize().messages.empty());
  EXPECT_EQ(issuer("resume").status, 200);
  EXPECT_EQ(world.synchronize().messages, std::vector<std::string>{"CBP.info.tokenResumed"});
  EXPECT_EQ(pay(), "approved");
}

TEST_P(ClockJumpTest, AndBackAgain) {
  enroll();
  jump();
  EXPECT_TRUE(world.synchronize().errors.empty());
  world.clock.jump(GetParam().backend - GetParam().device);
  world.backend.clock.advance(-GetParam().backend);
  EXPECT_EQ(issuer("suspend").status, 200);
  EXPECT_EQ(world.synchronize().messages, std::vector<std::string>{"CBP.info.tokenSuspended"});
}

TEST_P(ClockJumpTest, FurtherCardIsDigitizedAndClaimed) {
  enroll();
  jump();
  const Digitized second = world.digitize("999900987654321");
  EXPECT_EQ(world.activate(second.code).completions, 1U);
  EXPECT_EQ(world.cards().size(), 2U);
}

// A code that the jump made too old is replaced, and nothing of the old one is in the way.
TEST_P(ClockJumpTest, CodeIsGoodOrIsReplacedByANewOne) {
  world.wse();
  const std::string code = world.digitize().code;
  jump();
  const Heard first = world.enroll(code);
  if (first.completions == 0) {
    ASSERT_EQ(first.errors.at(0).cpsCode, 597);
    EXPECT_EQ(world.enroll(world.digitize("999900987654321").code).completions, 1U);
  }
  EXPECT_EQ(world.status(), EnrollmentStatus::ENROLLMENT_COMPLETE);
  EXPECT_EQ(world.cards().size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Clocks, ClockJumpTest,
                         testing::Values(Jump{"DeviceForward", kYear, {}},
                                         Jump{"DeviceBack", -kYear, {}},
                                         Jump{"BackendForward", {}, kYear},
                                         Jump{"BackendBack", {}, -kYear}),
                         [](const auto& jump) { return std::string(jump.param.name); });

TEST(ClockTest, TicketOfATimeToComeIsRefusedAndTheKeysServe) {
  World world;
  world.wse();
  ASSERT_EQ(world.enroll(world.digitize().code).completions, 1U);
  unsigned withKeys = 0;
  unsigned followUps = 0;
  world.transport->setFaultHook([&](const TransportRequest& request) {
    const auto envelope = messages::decodeExchangeEnvelope(request.body).value();
    ++(envelope.ticket.empty() ? withKeys : followUps);
    return fakes::NetworkFault::kNone;
  });
  world.backend.clock.advance(-kYear);
  EXPECT_TRUE(world.synchronize().errors.empty());
  EXPECT_EQ(followUps, 1U);
  EXPECT_EQ(withKeys, 1U);
}

}  // namespace
}  // namespace florin::test
