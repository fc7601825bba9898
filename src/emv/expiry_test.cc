#include "emv/expiry.h"

#include <gtest/gtest.h>

namespace florin::emv {
namespace {

TEST(ExpiryTest, IsFourDigitsOfAMonth) {
  for (const char* const good : {"0100", "1299", "0930"}) EXPECT_TRUE(isExpiry(good)) << good;
  for (const char* const bad : {"", "123", "12345", "0030", "1330", "1a30", "12 0", "9912"}) {
    EXPECT_FALSE(isExpiry(bad)) << bad;
  }
}

TEST(ExpiryTest, IsGoodThroughTheLastDayOfItsMonth) {
  using std::chrono::sys_days;
  const auto at = [](int year, unsigned month, unsigned day) -> base::Time {
    return sys_days(std::chrono::year(year) / static_cast<int>(month) / static_cast<int>(day));
  };
  constexpr base::Duration kMs{1};
  EXPECT_FALSE(isExpired("0226", at(2026, 3, 1) - kMs));
  EXPECT_TRUE(isExpired("0226", at(2026, 3, 1)));
  EXPECT_FALSE(isExpired("1226", at(2027, 1, 1) - kMs));
  EXPECT_TRUE(isExpired("1226", at(2027, 1, 1)));
  EXPECT_FALSE(isExpired("0228", at(2028, 2, 29)));
  EXPECT_FALSE(isExpired("1299", at(2026, 1, 1)));
}

}  // namespace
}  // namespace florin::emv
