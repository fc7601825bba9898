#include "tsp/expiry.h"

#include "base/check.h"

namespace florin::tsp {

bool isExpired(std::string_view mmyy, base::Time now) {
  FLORIN_CHECK(mmyy.size() == 4);
  const auto two = [&](std::size_t at) { return (mmyy[at] - '0') * 10 + (mmyy[at + 1] - '0'); };
  const std::chrono::year_month last{std::chrono::year(2000 + two(2)),
                                     std::chrono::month(static_cast<unsigned>(two(0)))};
  return now >= std::chrono::sys_days((last + std::chrono::months(1)) / 1);
}

}  // namespace florin::tsp
