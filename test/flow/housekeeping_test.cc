// What the backend erases when it has had its time, and what the device is told then.
#include <gtest/gtest.h>

#include "world.h"

namespace florin::test {
namespace {

using Sdk = ProvisioningServiceErrorCode;
using std::chrono::hours;

cps::Purged purge(World& world) { return world.backend.services().housekeeping().purge().value(); }

void loseExchanges(World& world) {
  world.transport->setFaultHook([](const TransportRequest& request) {
    return request.path == "/cps/v1/exchange" ? fakes::NetworkFault::kDropRequest
                                              : fakes::NetworkFault::kNone;
  });
}

TEST(HousekeepingTest, FreshRowsStay) {
  World world;
  world.wse();
  world.enroll(world.digitize().code);
  world.digitize("999900987654321");
  const cps::Purged purged = purge(world);
  EXPECT_EQ(purged.codes + purged.enrollments + purged.devices, 0U);
}

TEST(HousekeepingTest, ExpiredCodeIsToldForAsLongAgain) {
  World world;
  world.wse();
  const std::string code = world.digitize().code;
  world.backend.clock.advance(hours(24 * 30));  // it lived a day
  EXPECT_EQ(purge(world).codes, 0U);
  EXPECT_EQ(world.enroll(code).errors.at(0).cpsCode, 597);
  world.backend.clock.advance(hours(24 * 2));
  EXPECT_EQ(purge(world).codes, 1U);
  EXPECT_EQ(purge(world).codes, 0U);
}

TEST(HousekeepingTest, DeviceThatNeverBecameActiveIsErasedAndToldSo) {
  World world;
  world.wse();
  const std::string code = world.digitize().code;
  loseExchanges(world);
  EXPECT_EQ(world.enroll(code).errors.size(), 1U);
  EXPECT_EQ(world.status(), EnrollmentStatus::ENROLLMENT_IN_PROGRESS);
  world.transport->setFaultHook(nullptr);
  world.backend.clock.advance(hours(24 * 32));
  const cps::Purged purged = purge(world);
  EXPECT_EQ(purged.enrollments, 1U);
  EXPECT_EQ(purged.devices, 1U);
  const Heard heard = world.continueEnrollment(std::nullopt);
  EXPECT_EQ(heard.errors.at(0).sdkCode, Sdk::RE_ENROLLMENT_REQUIRED);
  EXPECT_EQ(world.status(), EnrollmentStatus::ENROLLMENT_NEEDED);
  // The card is not lost: digitized again it gets a new code, and that enrolls.
  EXPECT_EQ(world.enroll(world.digitize().code).completions, 1U);
  EXPECT_EQ(world.cards().size(), 1U);
}

TEST(HousekeepingTest, BoundEnrollmentMayFinishUntilThen) {
  World world;
  world.wse();
  const std::string code = world.digitize().code;
  loseExchanges(world);
  world.enroll(code);
  world.transport->setFaultHook(nullptr);
  world.backend.clock.advance(hours(24 * 29));
  purge(world);
  EXPECT_EQ(world.continueEnrollment(std::nullopt).completions, 1U);
}

TEST(HousekeepingTest, ActiveDeviceOutlivesItsEnrollment) {
  World world;
  world.wse();
  world.enroll(world.digitize().code);
  world.backend.clock.advance(hours(24 * 60));
  const cps::Purged purged = purge(world);
  EXPECT_EQ(purged.enrollments, 1U);
  EXPECT_EQ(purged.devices, 0U);
  EXPECT_TRUE(world.synchronize().errors.empty());
}

}  // namespace
}  // namespace florin::test
