// What decodeTlv takes, written again, is read as the same objects and is not longer.
#include "base/bytes.h"
#include "base/check.h"
#include "codec/tlv.h"

namespace {

using namespace florin;

bool same(const std::vector<codec::TlvView>& a, const std::vector<codec::TlvView>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].tag != b[i].tag || base::toBytes(a[i].value) != base::toBytes(b[i].value))
      return false;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  const auto objects = codec::decodeTlv(bytes);
  FLORIN_CHECK(objects.ok() || !codec::checkTlv(bytes).ok());
  if (!objects.ok()) return 0;
  Bytes written;
  for (const codec::TlvView& object : *objects) {
    FLORIN_CHECK(codec::isTlvTag(object.tag));
    codec::appendTlv(written, object.tag, object.value);
    FLORIN_CHECK(codec::findTlv(bytes, {object.tag}).ok());
  }
  FLORIN_CHECK(written.size() <= size);
  const auto again = codec::decodeTlv(written);
  FLORIN_CHECK(again.ok() && same(*objects, *again));
  FLORIN_CHECK(codec::checkTlv(bytes).ok() == codec::checkTlv(written).ok());
  return 0;
}
