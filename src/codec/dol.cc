#include "codec/dol.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "base/check.h"
#include "codec/tlv.h"
#include "codec/tlv_tag.h"

namespace florin::codec {
namespace {

// Tags of format n in EMV Book 3 annex A.
constexpr std::array<std::uint32_t, 27> kNumeric = {
    0x42,   0x9A,   0x9C,   0x5F24, 0x5F25, 0x5F28, 0x5F2A, 0x5F30, 0x5F34,
    0x5F36, 0x5F57, 0x9F01, 0x9F02, 0x9F03, 0x9F11, 0x9F15, 0x9F1A, 0x9F21,
    0x9F35, 0x9F39, 0x9F3B, 0x9F3C, 0x9F3D, 0x9F41, 0x9F42, 0x9F43, 0x9F44};
// Tags of format cn.
constexpr std::array<std::uint32_t, 2> kCompressedNumeric = {0x5A, 0x9F20};

template <std::size_t N>
bool isOneOf(const std::array<std::uint32_t, N>& tags, std::uint32_t tag) {
  return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

// Gives `value` the length that the list asks for.
Bytes fit(std::uint32_t tag, ByteView value, std::size_t length) {
  const bool numeric = isOneOf(kNumeric, tag);
  if (value.size() >= length) {
    return base::toBytes(numeric ? value.last(length) : value.first(length));
  }
  const std::uint8_t filler = isOneOf(kCompressedNumeric, tag) ? 0xFF : 0x00;
  const Bytes padding(length - value.size(), filler);
  return numeric ? base::concat(padding, value) : base::concat(value, padding);
}

}  // namespace

Result<std::vector<DolEntry>> decodeDol(ByteView dol) {
  std::vector<DolEntry> entries;
  std::size_t at = 0;
  while (at < dol.size()) {
    const auto start = static_cast<std::int64_t>(at);
    FLORIN_TRY_ASSIGN(const std::uint32_t tag, readTlvTag(dol, at));
    if (!isTlvTag(tag)) return Error(Code::kMalformed, "DOL names no tag", start);
    if (at == dol.size()) return Error(Code::kMalformed, "DOL ends before a length", start);
    entries.push_back({tag, dol[at++]});
  }
  return entries;
}

Bytes encodeDol(std::span<const DolEntry> entries) {
  Bytes dol;
  for (const DolEntry& entry : entries) {
    FLORIN_CHECK(isTlvTag(entry.tag));
    appendTlvTag(dol, entry.tag);
    dol.push_back(entry.length);
  }
  return dol;
}

std::size_t dolLength(std::span<const DolEntry> entries) {
  std::size_t length = 0;
  for (const DolEntry& entry : entries) length += entry.length;
  return length;
}

Bytes fillDol(std::span<const DolEntry> entries, const std::map<std::uint32_t, Bytes>& values) {
  Bytes data;
  data.reserve(dolLength(entries));
  for (const DolEntry& entry : entries) {
    const auto value = values.find(entry.tag);
    if (value == values.end() || isConstructed(entry.tag)) {
      data.resize(data.size() + entry.length);
    } else {
      base::append(data, fit(entry.tag, value->second, entry.length));
    }
  }
  return data;
}

Result<Bytes> fillDol(ByteView dol, const std::map<std::uint32_t, Bytes>& values) {
  FLORIN_TRY_ASSIGN(const std::vector<DolEntry> entries, decodeDol(dol));
  return fillDol(entries, values);
}

Result<std::map<std::uint32_t, ByteView>> splitDol(std::span<const DolEntry> entries,
                                                   ByteView data) {
  if (data.size() != dolLength(entries)) {
    return Error(Code::kMalformed, "DOL data of a wrong length",
                 static_cast<std::int64_t>(data.size()));
  }
  std::map<std::uint32_t, ByteView> values;
  for (const DolEntry& entry : entries) {
    values.emplace(entry.tag, data.first(entry.length));
    data = data.subspan(entry.length);
  }
  return values;
}

}  // namespace florin::codec
