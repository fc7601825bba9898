#include "cps/device_states.h"

#include <gtest/gtest.h>

#include <vector>

namespace florin::cps {
namespace {

using enum records::DeviceState;
using records::Suspender;

constexpr records::DeviceState kStates[] = {kBound, kActive, kRevoked, kWiped, kSuspended};
constexpr DeviceEvent kEvents[] = {DeviceEvent::kSuspend, DeviceEvent::kResume,
                                   DeviceEvent::kRevoke};

constexpr std::uint8_t bit(Suspender who) { return static_cast<std::uint8_t>(who); }

// A row that is in `state`: the operator is its suspender, if it has one.
records::Device rowIn(records::DeviceState state) {
  records::Device device;
  device.state = state;
  if (state == kSuspended) device.suspenders = bit(Suspender::kOperator);
  return device;
}

records::Device suspended(const records::Device& device, Suspender by,
                          LockReason reason = LockReason::NONE) {
  return stepped(device, {DeviceEvent::kSuspend, by, reason}).value();
}
Result<records::Device> resumed(const records::Device& device, Suspender by) {
  return stepped(device, {.event = DeviceEvent::kResume, .by = by});
}

TEST(DeviceStatesTest, EveryCellIsTheDocumentedOne) {
  const auto no = std::optional<records::DeviceState>();
  // docs/life-cycle.md, row by row.
  const std::vector<std::vector<std::optional<records::DeviceState>>> expected = {
      {no, no, kRevoked}, {kSuspended, kActive, kRevoked}, {no, no, kRevoked},
      {no, no, no},       {kSuspended, kActive, kRevoked},
  };
  for (std::size_t state = 0; state < std::size(kStates); ++state) {
    for (std::size_t event = 0; event < std::size(kEvents); ++event) {
      const auto after = stepped(rowIn(kStates[state]), {.event = kEvents[event]});
      const auto& wanted = expected[state][event];
      ASSERT_EQ(after.ok(), wanted.has_value()) << state << " " << event;
      if (wanted) {
        EXPECT_EQ(after->state, *wanted) << state << " " << event;
        EXPECT_EQ(after->suspenders == 0, *wanted != kSuspended) << state << " " << event;
      } else {
        EXPECT_TRUE(isRefusedStep(after.error()));
        EXPECT_EQ(after.error().detail(), static_cast<std::int64_t>(DeviceRefusal::kWrongState));
      }
    }
  }
}

TEST(DeviceStatesTest, WhoSuspendedMustResume) {
  const auto byWallet = suspended(rowIn(kActive), Suspender::kWallet);
  const auto byBoth = suspended(byWallet, Suspender::kOperator);
  const auto refused = resumed(byWallet, Suspender::kOperator);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().detail(), static_cast<std::int64_t>(DeviceRefusal::kSuspendedByOthers));
  const auto left = resumed(byBoth, Suspender::kWallet);
  ASSERT_TRUE(left.ok());
  EXPECT_EQ(left->state, kSuspended);
  EXPECT_EQ(left->suspenders, bit(Suspender::kOperator));
  EXPECT_FALSE(resumed(*left, Suspender::kWallet).ok());
  EXPECT_EQ(resumed(*left, Suspender::kOperator)->state, kActive);
}

TEST(DeviceStatesTest, OperatorTakesTheSystemOutAndTheWalletDoesNot) {
  const auto found = suspended(rowIn(kActive), Suspender::kSystem, LockReason::OLD_VAULT);
  EXPECT_FALSE(resumed(found, Suspender::kWallet).ok());
  const auto active = resumed(found, Suspender::kOperator);
  ASSERT_TRUE(active.ok());
  EXPECT_EQ(active->state, kActive);
  EXPECT_EQ(active->lockReason, LockReason::OLD_VAULT) << "it is brought up to date once";
  const auto locked = suspended(found, Suspender::kWallet, LockReason::STOLEN);
  const auto left = resumed(locked, Suspender::kOperator);
  ASSERT_TRUE(left.ok());
  EXPECT_EQ(left->state, kSuspended);
  EXPECT_EQ(resumed(*left, Suspender::kWallet)->lockReason, LockReason::OLD_VAULT);
}

TEST(DeviceStatesTest, FirstReasonThatIsGivenStaysUntilTheDeviceIsActive) {
  const auto silent = suspended(rowIn(kActive), Suspender::kWallet);
  EXPECT_EQ(silent.lockReason, LockReason::NONE);
  const auto said = suspended(silent, Suspender::kOperator, LockReason::FRAUD_SUSPECTED);
  EXPECT_EQ(said.lockReason, LockReason::FRAUD_SUSPECTED);
  const auto again = suspended(said, Suspender::kSystem, LockReason::OLD_VAULT);
  EXPECT_EQ(again.lockReason, LockReason::FRAUD_SUSPECTED);
  const auto active = resumed(resumed(again, Suspender::kOperator).value(), Suspender::kWallet);
  EXPECT_EQ(active->state, kActive);
  EXPECT_EQ(active->lockReason, LockReason::NONE);
}

TEST(DeviceStatesTest, RevocationHasItsOwnReasonAndOnlyTheFirstCounts) {
  const auto locked = suspended(rowIn(kActive), Suspender::kWallet, LockReason::LOST);
  const auto revoked =
      stepped(locked, {.event = DeviceEvent::kRevoke, .reason = LockReason::STOLEN});
  ASSERT_TRUE(revoked.ok());
  EXPECT_EQ(revoked->lockReason, LockReason::STOLEN);
  EXPECT_EQ(revoked->suspenders, 0U);
  const auto again = stepped(*revoked, {.event = DeviceEvent::kRevoke, .reason = LockReason::LOST});
  EXPECT_EQ(again->lockReason, LockReason::STOLEN);
}

}  // namespace
}  // namespace florin::cps
