// Access tokens of wallets: what is taken apart is put together again as it was.
#include "base/bytes.h"
#include "base/check.h"
#include "proof/access_token.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace florin;
  const std::string_view text = base::asText({data, size});
  const auto read = proof::decodeAccessToken(text);
  if (!read.ok()) return 0;
  FLORIN_CHECK(proof::accessToken(std::string(base::asText(read->signedPart)), read->signature) ==
               text);
  return 0;
}
