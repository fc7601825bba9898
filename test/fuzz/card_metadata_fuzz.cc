#include "canonical.h"
#include "messages/card_face.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace florin;
  const auto decode = [](ByteView json) {
    return messages::decodeCardMetadata(base::asText(json));
  };
  fuzz::checkJson({data, size}, decode, messages::encodeCardMetadata);
  return 0;
}
