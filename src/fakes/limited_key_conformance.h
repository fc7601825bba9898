// Part of the conformance suite of stores (rows_conformance.h): limited-use keys and ATC windows.
#pragma once

#include "fakes/rows_conformance.h"

namespace florin::fakes {

TEST_P(RowsTest, LimitedKeyIsUniqueByCardVersionAndIndex) {
  records::LimitedKey row{.tokenId = token_, .index = 1'000'101, .limit = 5, .issued = now_};
  row.expires = now_ + std::chrono::hours(1);
  const auto insert = [&] {
    return write([&](auto& unit) { return unit.limitedKeys().insert(row); });
  };
  ASSERT_TRUE(insert().ok());
  EXPECT_EQ(insert().error().code(), Code::kConflict);
  row.masterKeyVersion = 2;
  EXPECT_TRUE(insert().ok());
  row.tokenId = id<base::TokenId>();
  EXPECT_TRUE(insert().ok());

  row.uses = 3;
  row.arrived = now_;
  ASSERT_TRUE(write([&](auto& unit) { return unit.limitedKeys().update(row); }).ok());
  const auto found =
      value([&](auto& unit) { return unit.limitedKeys().find(row.tokenId, 2, 1'000'101); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->uses, 3U);
  EXPECT_EQ(found->limit, 5U);
  EXPECT_EQ(found->arrived, now_);
  EXPECT_EQ(found->expires, row.expires);
  EXPECT_FALSE(
      value([&](auto& unit) { return unit.limitedKeys().find(row.tokenId, 1, 1'000'101); }));
}

TEST_P(RowsTest, NewestLimitedKeyIsTheOneIssuedLast) {
  const auto newest = [&] {
    return value([&](auto& unit) { return unit.limitedKeys().newest(token_); });
  };
  EXPECT_FALSE(newest());
  // The index of a new decade is a smaller number.
  for (const std::uint32_t index : {9'878'400U, 100U, 101U}) {
    const records::LimitedKey row{.tokenId = token_,
                                  .index = index,
                                  .issued = now_ + std::chrono::hours(index == 9'878'400U ? 0 : 1)};
    ASSERT_TRUE(write([&](auto& unit) { return unit.limitedKeys().insert(row); }).ok());
  }
  EXPECT_EQ(newest()->index, 101U);
  ASSERT_TRUE(write([&](auto& unit) { return unit.limitedKeys().voidIssued(token_); }).ok());
  EXPECT_EQ(newest()->state, records::LimitedKeyState::kVoid);
  EXPECT_EQ(value([&](auto& unit) { return unit.limitedKeys().find(token_, 1, 100); })->state,
            records::LimitedKeyState::kVoid);
}

TEST_P(RowsTest, AtcWindowKeepsAllItsBits) {
  const auto window = [&] {
    return value([&](auto& unit) { return unit.limitedKeys().window(token_); });
  };
  EXPECT_EQ(window().tokenId, token_);
  EXPECT_EQ(window().highest, 0U);
  const records::AtcWindow row{token_, 70'000, 0xF000'0000'0000'0001, 69'999};
  ASSERT_TRUE(write([&](auto& unit) { return unit.limitedKeys().putWindow(row); }).ok());
  EXPECT_EQ(window().accepted, row.accepted);
  EXPECT_EQ(window().highest, 70'000U);
  EXPECT_EQ(window().lastAccepted, 69'999U);
}

}  // namespace florin::fakes
