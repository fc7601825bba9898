#include "canonical.h"
#include "messages/digitize.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace florin;
  const auto decode = [](ByteView json) {
    return messages::decodeEligibilityReply(base::asText(json));
  };
  fuzz::checkJson({data, size}, decode, messages::encodeEligibilityReply);
  return 0;
}
