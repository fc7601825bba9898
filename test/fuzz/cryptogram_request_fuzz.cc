// A request that is decoded is, encoded again, read as the same request.
#include "base/bytes.h"
#include "base/check.h"
#include "crypto/equal.h"
#include "emv/authorization_data.h"

using namespace florin;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  const auto issuerData = emv::decodeIssuerData(bytes);
  if (issuerData.ok()) FLORIN_CHECK(emv::encodeIssuerData(*issuerData) == base::toBytes(bytes));

  const auto request = emv::decodeCryptogramRequest(bytes);
  if (!request.ok()) return 0;
  FLORIN_CHECK(emv::issuerDataOf(*request).ok());
  static_cast<void>(emv::amountOf(request->input).ok());
  const auto again = emv::decodeCryptogramRequest(emv::encodeCryptogramRequest(*request).expose());
  FLORIN_CHECK(again.ok());
  FLORIN_CHECK(emv::cryptogramData(again->input) == emv::cryptogramData(request->input));
  FLORIN_CHECK(again->cryptogram == request->cryptogram && again->type == request->type);
  FLORIN_CHECK(crypto::equal(again->dpan.expose(), request->dpan.expose()));
  FLORIN_CHECK(again->psn == request->psn && again->expiry == request->expiry);
  return 0;
}
