// The first byte is the type of the operation.
#include "canonical.h"
#include "messages/operations.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace florin;
  if (size == 0 || data[0] < 1 || data[0] > 10) return 0;
  const auto type = static_cast<messages::OperationType>(data[0]);
  const auto decode = [type](ByteView bytes) { return messages::decodePayload(type, bytes); };
  const auto encode = [type](const messages::OperationPayload& payload) {
    return messages::encodePayload(type, payload);
  };
  fuzz::checkCanonical({data + 1, size - 1}, decode, encode);
  return 0;
}
