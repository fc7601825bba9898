#include "canonical.h"
#include "messages/exchange.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace florin;
  fuzz::checkCanonicalSecret({data, size}, messages::decodeExchangeReply,
                             messages::encodeExchangeReply);
  return 0;
}
