#include "canonical.h"
#include "messages/history.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace florin;
  const auto decode = [](ByteView json) {
    return messages::decodeHistoryRequest(SecretBytes::copyOf(json));
  };
  fuzz::checkJson({data, size}, decode, messages::encodeHistoryRequest);
  return 0;
}
