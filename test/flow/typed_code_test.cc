// Codes that people type (suite S2): enrollment, further cards, and what a newer one does.
#include <gtest/gtest.h>

#include "world.h"

namespace florin::test {
namespace {

using Sdk = ProvisioningServiceErrorCode;

struct Typed {
  World world;
  Typed() {
    world.backend.names.codes.suite = messages::Suite::kS2;
    world.backend.restart();
    world.connect();
    world.open();
    EXPECT_EQ(world.wse().completions, 1U);
  }
};

TEST(TypedCodeTest, EnrollsAndClaimsFurtherCards) {
  Typed typed;
  const std::string code = typed.world.digitize().code;
  EXPECT_EQ(code.size(), 10U);
  EXPECT_EQ(typed.world.enroll(code).completions, 1U);
  const std::string second = typed.world.digitize("999900987654321").code;
  EXPECT_EQ(typed.world.activate(second).completions, 1U);
  EXPECT_EQ(typed.world.cards().size(), 2U);
}

TEST(TypedCodeTest, WrongOnesSpendTriesAsAnyOther) {
  Typed typed;
  const std::string code = typed.world.digitize().code;
  const Heard wrong = typed.world.enroll("WR0NGC0DE1");
  ASSERT_EQ(wrong.errors.size(), 1U);
  EXPECT_EQ(wrong.errors[0].sdkCode, Sdk::ENROLLMENT_WRONG_ACTIVATION_CODE);
  EXPECT_EQ(wrong.errors[0].remainingTries, 4U);
  EXPECT_EQ(typed.world.continueEnrollment(code).completions, 1U);
  // As a claim, where no open code is there to compare with.
  const Heard none = typed.world.activate("WR0NGC0DE2");
  ASSERT_EQ(none.errors.size(), 1U);
  EXPECT_EQ(none.errors[0].sdkCode, Sdk::ENROLLMENT_WRONG_ACTIVATION_CODE);
  EXPECT_EQ(none.errors[0].remainingTries, 4U);
}

// A guess that is compared with a code, at E2 as in a claim: the fifth is the last.
TEST(TypedCodeTest, FifthWrongOneEndsTheTries_I3) {
  for (const bool enrolled : {false, true}) {
    SCOPED_TRACE(enrolled);
    Typed typed;
    World& world = typed.world;
    if (enrolled) world.enroll(world.digitize("999900987654321").code);
    const std::string code = world.digitize().code;
    const auto guess = [&] {
      if (enrolled) return world.activate("WR0NGC0DE1");
      return world.status() == EnrollmentStatus::ENROLLMENT_NEEDED
                 ? world.enroll("WR0NGC0DE1")
                 : world.continueEnrollment("WR0NGC0DE1");
    };
    for (const std::uint32_t left : {4U, 3U, 2U, 1U}) {
      const Heard wrong = guess();
      ASSERT_EQ(wrong.errors.size(), 1U);
      EXPECT_EQ(wrong.errors[0].sdkCode, Sdk::ENROLLMENT_WRONG_ACTIVATION_CODE);
      EXPECT_EQ(wrong.errors[0].remainingTries, left);
    }
    const Heard last = guess();
    ASSERT_EQ(last.errors.size(), 1U);
    EXPECT_EQ(last.errors[0].sdkCode, Sdk::ENROLLMENT_TRY_LIMIT_EXCEEDED);
    EXPECT_NE(world.status(), EnrollmentStatus::ENROLLMENT_IN_PROGRESS);
    const Heard right = enrolled ? world.activate(code) : world.enroll(code);
    EXPECT_EQ(right.completions, 0U) << "the right code is locked too";
  }
}

TEST(TypedCodeTest, NewerReplacesOlder) {
  Typed typed;
  const std::string older = typed.world.digitize().code;
  const std::string newer = typed.world.digitize("999900987654321").code;
  const Heard wrong = typed.world.enroll(older);
  ASSERT_EQ(wrong.errors.size(), 1U);
  EXPECT_EQ(wrong.errors[0].sdkCode, Sdk::ENROLLMENT_WRONG_ACTIVATION_CODE);
  EXPECT_EQ(typed.world.continueEnrollment(newer).completions, 1U);
  // The first card is not lost: digitizing it again gives it a new code.
  EXPECT_EQ(typed.world.activate(typed.world.digitize().code).completions, 1U);
  EXPECT_EQ(typed.world.cards().size(), 2U);
}

// E2 is there, then a newer code comes: what was answered with the older one cannot be finished.
TEST(TypedCodeTest, EnrollmentUnderWayEndsWithItsCode) {
  Typed typed;
  World& world = typed.world;
  const std::string older = world.digitize().code;
  world.transport->setFaultHook([](const TransportRequest& request) {
    return request.path.ends_with("/finish") ? fakes::NetworkFault::kDropRequest
                                             : fakes::NetworkFault::kNone;
  });
  EXPECT_EQ(world.enroll(older).errors.size(), 1U);
  world.transport->setFaultHook(nullptr);
  const std::string newer = world.digitize("999900987654321").code;
  const Heard expired = world.continueEnrollment(std::nullopt);
  ASSERT_EQ(expired.errors.size(), 1U);
  EXPECT_EQ(expired.errors[0].sdkCode, Sdk::ENROLLMENT_CREDENTIAL_EXPIRED);
  EXPECT_EQ(expired.errors[0].cpsCode, 597);
  EXPECT_EQ(world.continueEnrollment(newer).completions, 1U);
  EXPECT_EQ(world.status(), EnrollmentStatus::ENROLLMENT_COMPLETE);
}

}  // namespace
}  // namespace florin::test
