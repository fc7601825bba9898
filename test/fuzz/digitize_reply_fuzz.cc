#include "canonical.h"
#include "messages/digitize.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace florin;
  const auto decode = [](ByteView json) {
    return messages::decodeDigitizeReply(SecretBytes::copyOf(json));
  };
  fuzz::checkJson({data, size}, decode, messages::encodeDigitizeReply);
  return 0;
}
