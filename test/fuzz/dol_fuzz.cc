// What decodeDol takes is written again byte for byte, and data filled for it can be taken apart.
#include "base/bytes.h"
#include "base/check.h"
#include "codec/dol.h"
#include "codec/tlv.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace florin;
  const ByteView dol(data, size);
  const auto entries = codec::decodeDol(dol);
  if (!entries.ok()) return 0;
  FLORIN_CHECK(codec::encodeDol(*entries) == base::toBytes(dol));

  std::map<std::uint32_t, Bytes> values;
  for (const codec::DolEntry& entry : *entries) {
    values[entry.tag] = Bytes((entry.tag ^ entry.length) & 0x1F, 0x11);
  }
  const Bytes filled = codec::fillDol(*entries, values);
  FLORIN_CHECK(filled.size() == codec::dolLength(*entries));
  const auto parts = codec::splitDol(*entries, filled);
  FLORIN_CHECK(parts.ok());
  FLORIN_CHECK(parts->size() == values.size());
  return 0;
}
