#include "canonical.h"
#include "messages/idv.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace florin;
  const auto decode = [](ByteView json) {
    return messages::decodeChooseMethod(base::asText(json));
  };
  fuzz::checkJson({data, size}, decode, messages::encodeChooseMethod);
  return 0;
}
