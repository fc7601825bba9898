// What parseJson takes is UTF-8, and written again it is the same document.
#include "base/bytes.h"
#include "base/check.h"
#include "codec/json_writer.h"
#include "codec/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace florin;
  const std::string_view text = base::asText({data, size});
  const auto document = codec::parseJson(text);
  if (!document.ok()) {
    FLORIN_CHECK(document.error().detail() >= 0);
    FLORIN_CHECK(document.error().detail() <= static_cast<std::int64_t>(size));
    return 0;
  }
  FLORIN_CHECK(codec::isUtf8(text));
  const std::string written = codec::writeJson(*document);
  const auto again = codec::parseJson(written, written.size());
  FLORIN_CHECK(again.ok());
  FLORIN_CHECK(codec::writeJson(*again) == written);
  return 0;
}
