#include "canonical.h"
#include "messages/enrollment.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace florin;
  fuzz::checkCanonicalSecret({data, size}, messages::decodeDeviceFacts,
                             messages::encodeDeviceFacts);
  return 0;
}
