// Every byte string has one text: what is read is written again character for character, and what
// is written is read again.
#include "base/bytes.h"
#include "base/check.h"
#include "codec/base64url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace florin;
  const ByteView bytes(data, size);
  const std::string_view text = base::asText(bytes);
  const auto url = codec::fromBase64Url(text);
  if (url.ok()) FLORIN_CHECK(codec::toBase64Url(*url) == text);
  const auto standard = codec::fromBase64(text);
  if (standard.ok()) FLORIN_CHECK(codec::toBase64(*standard) == text);

  FLORIN_CHECK(codec::fromBase64Url(codec::toBase64Url(bytes)).value() == base::toBytes(bytes));
  FLORIN_CHECK(codec::fromBase64(codec::toBase64(bytes)).value() == base::toBytes(bytes));
  return 0;
}
