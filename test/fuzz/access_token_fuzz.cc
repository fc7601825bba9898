// Access tokens of push services: what is taken can stand in a header as it is.
#include "base/check.h"
#include "base/limits.h"
#include "push/provider.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace florin;
  const auto access = push::decodeAccessToken({data, size});
  if (!access.ok()) return 0;
  FLORIN_CHECK(push::isVisibleAscii(access->token));
  FLORIN_CHECK(access->token.size() <= base::limits::kPushAccessToken);
  FLORIN_CHECK(access->lifetime.count() > 0);
  return 0;
}
