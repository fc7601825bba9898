#include "tsp/atc_window.h"

#include <gtest/gtest.h>

namespace florin::tsp {
namespace {

constexpr AtcReach kReach{.ahead = 100, .behind = 32};

TEST(AtcWindowTest, EachAtcIsAcceptedOnceInAnyOrder) {
  records::AtcWindow window;
  for (const std::uint32_t atc : {1U, 5U, 3U, 2U, 4U, 30U, 6U}) {
    EXPECT_EQ(accept(window, atc, kReach), AtcVerdict::kAccepted) << atc;
  }
  for (const std::uint32_t atc : {1U, 5U, 3U, 2U, 4U, 30U, 6U}) {
    EXPECT_EQ(accept(window, atc, kReach), AtcVerdict::kUsed) << atc;
  }
  EXPECT_EQ(window.lastAccepted, 30U);
}

TEST(AtcWindowTest, LateAtcIsRefusedBeyondTheReach) {
  records::AtcWindow window;
  ASSERT_EQ(accept(window, 90, kReach), AtcVerdict::kAccepted);
  EXPECT_EQ(accept(window, 57, kReach), AtcVerdict::kTooLate);
  EXPECT_EQ(accept(window, 58, kReach), AtcVerdict::kAccepted);
  EXPECT_EQ(accept(window, 26, {.ahead = 100, .behind = 1000}), AtcVerdict::kTooLate);
  EXPECT_EQ(accept(window, 27, {.ahead = 100, .behind = 1000}), AtcVerdict::kAccepted);
  EXPECT_EQ(window.lastAccepted, 90U);
}

TEST(AtcWindowTest, JumpBeyondTheReachIsRefusedAndChangesNothing) {
  records::AtcWindow window;
  EXPECT_EQ(accept(window, 101, kReach), AtcVerdict::kTooFarAhead);
  EXPECT_EQ(window.highest, 0U);
  EXPECT_EQ(accept(window, 100, kReach), AtcVerdict::kAccepted);
  EXPECT_EQ(accept(window, 99, kReach), AtcVerdict::kAccepted);
}

TEST(AtcWindowTest, AdvanceKeepsWhatWasAcceptedAndForgetsWhatFallsOut) {
  records::AtcWindow window;
  ASSERT_EQ(accept(window, 10, kReach), AtcVerdict::kAccepted);
  advance(window, 20);
  EXPECT_EQ(accept(window, 10, kReach), AtcVerdict::kUsed);
  EXPECT_EQ(accept(window, 20, kReach), AtcVerdict::kAccepted);
  advance(window, 5);
  EXPECT_EQ(window.highest, 20U);
  advance(window, 20 + kAtcWindow);
  EXPECT_EQ(window.accepted, 0U);
  EXPECT_EQ(window.lastAccepted, 20U);
}

}  // namespace
}  // namespace florin::tsp
