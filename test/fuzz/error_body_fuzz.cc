#include "canonical.h"
#include "messages/gateway.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace florin;
  const auto decode = [](ByteView json) { return messages::decodeErrorBody(base::asText(json)); };
  fuzz::checkJson({data, size}, decode, messages::encodeErrorBody);
  return 0;
}
