#include "tsp/card_states.h"

#include <gtest/gtest.h>

#include <vector>

namespace florin::tsp {
namespace {

using records::Suspender;
using records::TokenState;

const base::Time kNow = std::chrono::sys_days(std::chrono::year(2026) / std::chrono::June / 1);

constexpr CardLife kLives[] = {CardLife::kInactive, CardLife::kInactiveSuspended,
                               CardLife::kActive,   CardLife::kSuspended,
                               CardLife::kRetired,  CardLife::kDeleted};
constexpr CardEvent kEvents[] = {CardEvent::kActivate, CardEvent::kSuspend, CardEvent::kResume,
                                 CardEvent::kDelete};

// A row that is in `life`: the issuer is its suspender, if it has one.
records::Token rowIn(CardLife life) {
  records::Token token;
  token.expiry = life == CardLife::kRetired ? "0526" : "1230";
  switch (life) {
    case CardLife::kInactive: break;
    case CardLife::kInactiveSuspended: token.suspenders = 2; break;
    case CardLife::kRetired:
    case CardLife::kActive: token.state = TokenState::kActive; break;
    case CardLife::kSuspended:
      token.state = TokenState::kSuspended;
      token.suspenders = 2;
      break;
    case CardLife::kDeleted: token.state = TokenState::kDeleted; break;
  }
  return token;
}

TEST(CardStatesTest, TableIsTheDocumentedOne) {
  using enum CardLife;
  const auto no = std::optional<CardLife>();
  // docs/life-cycle.md, row by row.
  const std::vector<std::vector<std::optional<CardLife>>> expected = {
      {kActive, kInactiveSuspended, kInactive, kDeleted},
      {kSuspended, kInactiveSuspended, kInactive, kDeleted},
      {kActive, kSuspended, kActive, kDeleted},
      {kSuspended, kSuspended, kActive, kDeleted},
      {no, no, no, kDeleted},
      {no, no, no, kDeleted},
  };
  for (std::size_t life = 0; life < std::size(kLives); ++life) {
    for (std::size_t event = 0; event < std::size(kEvents); ++event) {
      EXPECT_EQ(next(kLives[life], kEvents[event]), expected[life][event]) << life << " " << event;
    }
  }
}

TEST(CardStatesTest, EveryCellIsWhatAStepMakesOfARow) {
  for (const CardLife life : kLives) {
    for (const CardEvent event : kEvents) {
      const records::Token before = rowIn(life);
      ASSERT_EQ(lifeOf(before, kNow), life);
      const auto after = stepped(before, {event, Suspender::kIssuer}, kNow);
      const auto expected = next(life, event);
      ASSERT_EQ(after.ok(), expected.has_value());
      if (after.ok()) {
        EXPECT_EQ(lifeOf(*after, kNow), *expected);
      } else {
        EXPECT_EQ(after.error().code(), Code::kWrongState);
        EXPECT_EQ(refusalOf(after.error()),
                  life == CardLife::kRetired ? CardRefusal::kRetired : CardRefusal::kDeleted);
      }
    }
  }
}

TEST(CardStatesTest, StepRepeatedChangesNothingMore) {
  for (const CardLife life : kLives) {
    for (const CardEvent event : kEvents) {
      const CardStep step{event, Suspender::kIssuer};
      const auto once = stepped(rowIn(life), step, kNow);
      if (!once.ok()) continue;
      const auto twice = stepped(*once, step, kNow);
      ASSERT_TRUE(twice.ok());
      EXPECT_EQ(twice->state, once->state);
      EXPECT_EQ(twice->suspenders, once->suspenders);
    }
  }
}

// Every order in which suspenders may come and go: the card is active exactly when none is left.
TEST(CardStatesTest, ActiveOnlyWhenTheSetIsEmpty) {
  constexpr Suspender kWho[] = {Suspender::kWallet, Suspender::kIssuer, Suspender::kSystem};
  for (unsigned steps = 0; steps < 6 * 6 * 6 * 6; ++steps) {
    records::Token token = rowIn(CardLife::kActive);
    for (unsigned left = steps, i = 0; i < 4; ++i, left /= 6) {
      const CardStep step{left % 2 == 0 ? CardEvent::kSuspend : CardEvent::kResume,
                          kWho[left % 6 / 2]};
      const auto bit = static_cast<std::uint8_t>(step.by);
      const auto after = stepped(token, step, kNow);
      const bool ofOthers = token.suspenders != 0 && (token.suspenders & bit) == 0;
      ASSERT_EQ(after.ok(), step.event == CardEvent::kSuspend || !ofOthers) << steps;
      if (!after.ok()) {
        EXPECT_EQ(refusalOf(after.error()), CardRefusal::kSuspendedByOthers);
        continue;
      }
      token = *after;
      EXPECT_EQ((token.suspenders & bit) != 0, step.event == CardEvent::kSuspend);
      EXPECT_EQ(token.state == TokenState::kActive, token.suspenders == 0) << steps;
    }
  }
}

TEST(CardStatesTest, OperatorResumesWhatTheSystemSuspendedAndNothingOfOthers) {
  records::Token token = rowIn(CardLife::kActive);
  for (const Suspender who : {Suspender::kSystem, Suspender::kIssuer}) {
    token = stepped(token, {CardEvent::kSuspend, who}, kNow).value();
  }
  token = stepped(token, {CardEvent::kResume, Suspender::kOperator}, kNow).value();
  EXPECT_EQ(token.suspenders, static_cast<std::uint8_t>(Suspender::kIssuer));
  EXPECT_EQ(token.state, TokenState::kSuspended);
  EXPECT_FALSE(stepped(token, {CardEvent::kResume, Suspender::kOperator}, kNow).ok());
}

TEST(CardStatesTest, CardSuspendedBeforeItsActivationIsSuspendedAfter) {
  records::Token token = rowIn(CardLife::kInactive);
  token = stepped(token, {CardEvent::kSuspend, Suspender::kIssuer}, kNow).value();
  EXPECT_EQ(token.state, TokenState::kInactive);
  token = stepped(token, {CardEvent::kActivate}, kNow).value();
  EXPECT_EQ(lifeOf(token, kNow), CardLife::kSuspended);
  token = stepped(token, {CardEvent::kResume, Suspender::kIssuer}, kNow).value();
  EXPECT_EQ(lifeOf(token, kNow), CardLife::kActive);
}

TEST(CardStatesTest, OtherErrorsAreNoCardRefusals) {
  EXPECT_EQ(refusalOf(Error(Code::kWrongState, "another", 0)), std::nullopt);
  EXPECT_EQ(refusalOf(Error(Code::kWrongState, "another", 4)), std::nullopt);
  EXPECT_EQ(refusalOf(Error(Code::kRefused, "another", 1)), std::nullopt);
}

}  // namespace
}  // namespace florin::tsp
