#include "terminal/cardholder_verification.h"

#include <gtest/gtest.h>

#include <string_view>

#include "base/bytes.h"

namespace florin::terminal {
namespace {

Bytes bytes(std::string_view hex) { return base::fromHex(hex).value(); }

// Under 50.01: none; else on line PIN.
constexpr std::string_view kOurs = "00001389000000001f060200";

TEST(CardholderVerificationTest, NoVerificationIsNeededUpToTheLimit) {
  const auto result = verifyCardholder(bytes(kOurs), {5000, true, false});
  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(result->successful);
  EXPECT_FALSE(result->onlinePin);
  EXPECT_EQ(base::toHex(result->results), "1f0602");
}

TEST(CardholderVerificationTest, AboveTheLimitAPinIsNeeded) {
  const auto without = verifyCardholder(bytes(kOurs), {5001, true, false});
  EXPECT_FALSE(without->successful);
  EXPECT_EQ(base::toHex(without->results), "020001");
  const auto with = verifyCardholder(bytes(kOurs), {5001, true, true});
  EXPECT_TRUE(with->successful);
  EXPECT_TRUE(with->onlinePin);
  EXPECT_EQ(base::toHex(with->results), "020000");
}

TEST(CardholderVerificationTest, LimitDoesNotHoldInAnotherCurrency) {
  EXPECT_FALSE(verifyCardholder(bytes(kOurs), {1, false, false})->successful);
}

TEST(CardholderVerificationTest, RuleThatFailsEndsTheListUnlessItSaysOtherwise) {
  EXPECT_FALSE(verifyCardholder(bytes("000000000000000001001f00"), {1, true, false})->successful);
  EXPECT_TRUE(verifyCardholder(bytes("000000000000000041001f00"), {1, true, false})->successful);
}

TEST(CardholderVerificationTest, ConditionsChooseTheRule) {
  // Over X 100: none. Under Y 50: none. Otherwise nothing applies.
  const Bytes list = bytes("00000064000000321f071f08");
  EXPECT_TRUE(verifyCardholder(list, {101, true, false})->successful);
  EXPECT_FALSE(verifyCardholder(list, {100, true, false})->successful);
  EXPECT_FALSE(verifyCardholder(list, {50, true, false})->successful);
  EXPECT_TRUE(verifyCardholder(list, {49, true, false})->successful);
  EXPECT_FALSE(verifyCardholder(bytes("00000000000000001f01"), {1, true, false})->successful);
  EXPECT_TRUE(verifyCardholder(bytes("000000000000000002031f00"), {1, true, false})->successful);
}

TEST(CardholderVerificationTest, ListWithoutRulesIsRefused) {
  for (const std::string_view hex : {"", "0000000000000000", "00000000000000001f"}) {
    EXPECT_EQ(verifyCardholder(bytes(hex), {}).error().code(), Code::kMalformed) << hex;
  }
}

}  // namespace
}  // namespace florin::terminal
