#include "emv/expiry.h"

#include <algorithm>

#include "base/check.h"

namespace florin::emv {

bool isExpiry(std::string_view mmyy) {
  return mmyy.size() == 4 &&
         std::ranges::all_of(mmyy, [](char c) { return c >= '0' && c <= '9'; }) &&
         mmyy.substr(0, 2) >= "01" && mmyy.substr(0, 2) <= "12";
}

bool isExpired(std::string_view mmyy, base::Time now) {
  FLORIN_CHECK(isExpiry(mmyy));
  const auto two = [&](std::size_t at) { return (mmyy[at] - '0') * 10 + (mmyy[at + 1] - '0'); };
  const std::chrono::year_month last{std::chrono::year(2000 + two(2)),
                                     std::chrono::month(static_cast<unsigned>(two(0)))};
  return now >= std::chrono::sys_days((last + std::chrono::months(1)) / 1);
}

}  // namespace florin::emv
