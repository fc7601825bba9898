#include "canonical.h"
#include "messages/exchange.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace florin;
  fuzz::checkCanonical({data, size}, messages::decodeRequestResult, messages::encodeRequestResult);
  return 0;
}
