#include "canonical.h"
#include "messages/enrollment.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace florin;
  fuzz::checkCanonical({data, size}, messages::decodeSignedKey, messages::encodeSignedKey);
  return 0;
}
