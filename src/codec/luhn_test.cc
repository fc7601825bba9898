#include "codec/luhn.h"

#include <gtest/gtest.h>

#include <string>

#include "base/bytes.h"

namespace florin::codec {
namespace {

bool valid(std::string_view digits) { return luhnValid(base::asBytes(digits)); }

TEST(LuhnTest, KnownNumbersAreValid) {
  for (const char* digits : {"4111111111111111", "5555555555554444", "79927398713", "00"}) {
    EXPECT_TRUE(valid(digits)) << digits;
  }
}

TEST(LuhnTest, AnyOtherLastDigitIsInvalid) {
  for (char last = '0'; last <= '9'; ++last) {
    EXPECT_EQ(valid(std::string("7992739871") + last), last == '3');
  }
}

TEST(LuhnTest, EverySingleWrongDigitIsFound) {
  const std::string good = "4111111111111111";
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (char other = '0'; other <= '9'; ++other) {
      std::string changed = good;
      changed[i] = other;
      EXPECT_EQ(valid(changed), other == good[i]) << changed;
    }
  }
}

TEST(LuhnTest, TheDigitCompletesTheNumber) {
  EXPECT_EQ(luhnDigit(base::asBytes("7992739871")).value(), '3');
  EXPECT_EQ(luhnDigit(base::asBytes("411111111111111")).value(), '1');
}

TEST(LuhnTest, WhatIsNotDigitsIsRefused) {
  for (const char* digits : {"", "0", "4111 1111 1111 1111", "41111111111111lI", "-18"}) {
    EXPECT_FALSE(valid(digits)) << digits;
  }
  EXPECT_EQ(luhnDigit({}).error().code(), Code::kMalformed);
  EXPECT_EQ(luhnDigit(base::asBytes("12a")).error().code(), Code::kMalformed);
}

}  // namespace
}  // namespace florin::codec
