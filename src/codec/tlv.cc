#include "codec/tlv.h"

#include "base/bytes.h"
#include "base/check.h"
#include "base/limits.h"
#include "codec/tlv_tag.h"

namespace florin::codec {
namespace {

Error malformed(Literal text, std::size_t offset) {
  return {Code::kMalformed, text, static_cast<std::int64_t>(offset)};
}

// Reads the length field at `at` and moves `at` behind it.
Result<std::size_t> readLength(ByteView bytes, std::size_t& at) {
  const std::size_t start = at;
  if (at == bytes.size()) return malformed("TLV ends before its length", at);
  const std::uint8_t first = bytes[at++];
  if (first < 0x80) return std::size_t{first};
  if (first != 0x81 && first != 0x82) return malformed("TLV length has no form of EMV", start);
  const std::size_t more = first & 0x7FU;
  if (bytes.size() - at < more) return malformed("TLV length is cut", start);
  const std::size_t length = base::readBigEndian(bytes.subspan(at, more));
  at += more;
  return length;
}

Status checkLevel(ByteView bytes, std::size_t depthLeft) {
  if (depthLeft == 0) return Error(Code::kTooLarge, "TLV is nested too deep");
  FLORIN_TRY_ASSIGN(const std::vector<TlvView> objects, decodeTlv(bytes));
  for (const TlvView& object : objects) {
    if (isConstructed(object.tag)) FLORIN_TRY(checkLevel(object.value, depthLeft - 1));
  }
  return {};
}

}  // namespace

Result<std::uint32_t> readTlvTag(ByteView bytes, std::size_t& at) {
  const std::size_t start = at;
  if (at == bytes.size()) return malformed("tag is missing", start);
  std::uint32_t tag = bytes[at++];
  if ((tag & 0x1F) != 0x1F) return tag;
  for (int more = 0; more < 2; ++more) {
    if (at == bytes.size()) return malformed("tag is cut", start);
    const std::uint8_t next = bytes[at++];
    if (more == 0 && next == 0x80) return malformed("tag number has a leading zero", start);
    tag = tag << 8 | next;
    if ((next & 0x80) == 0) return tag;
  }
  return malformed("tag has more than 3 bytes", start);
}

void appendTlvTag(Bytes& to, std::uint32_t tag) {
  if (tag > 0xFFFF) to.push_back(static_cast<std::uint8_t>(tag >> 16));
  if (tag > 0xFF) to.push_back(static_cast<std::uint8_t>(tag >> 8));
  to.push_back(static_cast<std::uint8_t>(tag));
}

bool isTlvTag(std::uint32_t tag) {
  if (tag == 0 || tag > 0xFFFFFF) return false;
  Bytes bytes;
  appendTlvTag(bytes, tag);
  std::size_t at = 0;
  const auto read = readTlvTag(bytes, at);
  return read.ok() && at == bytes.size() && bytes.front() != 0;
}

bool isConstructed(std::uint32_t tag) {
  while (tag > 0xFF) tag >>= 8;
  return (tag & 0x20) != 0;
}

Result<std::vector<TlvView>> decodeTlv(ByteView bytes) {
  std::vector<TlvView> objects;
  std::size_t at = 0;
  while (at < bytes.size()) {
    if (bytes[at] == 0) {
      ++at;
      continue;
    }
    const std::size_t start = at;
    FLORIN_TRY_ASSIGN(const std::uint32_t tag, readTlvTag(bytes, at));
    FLORIN_TRY_ASSIGN(const std::size_t length, readLength(bytes, at));
    if (bytes.size() - at < length) return malformed("TLV value is cut", start);
    objects.push_back({tag, bytes.subspan(at, length)});
    at += length;
  }
  return objects;
}

Result<ByteView> findTlv(ByteView bytes, std::initializer_list<std::uint32_t> path) {
  ByteView level = bytes;
  for (const std::uint32_t tag : path) {
    FLORIN_TRY_ASSIGN(const std::vector<TlvView> objects, decodeTlv(level));
    const TlvView* found = nullptr;
    for (const TlvView& object : objects) {
      if (object.tag == tag && found == nullptr) found = &object;
    }
    if (found == nullptr) return Error(Code::kNotFound, "no such TLV object", tag);
    level = found->value;
  }
  return level;
}

Status checkTlv(ByteView bytes) { return checkLevel(bytes, base::limits::kTlvDepth); }

void appendTlv(Bytes& to, std::uint32_t tag, ByteView value) {
  FLORIN_CHECK(isTlvTag(tag));
  FLORIN_CHECK(value.size() <= 0xFFFF);
  appendTlvTag(to, tag);
  if (value.size() > 0xFF) {
    to.push_back(0x82);
    base::appendBigEndian(to, static_cast<std::uint16_t>(value.size()));
  } else {
    if (value.size() > 0x7F) to.push_back(0x81);
    to.push_back(static_cast<std::uint8_t>(value.size()));
  }
  base::append(to, value);
}

Bytes encodeTlv(std::uint32_t tag, ByteView value) {
  Bytes bytes;
  appendTlv(bytes, tag, value);
  return bytes;
}

}  // namespace florin::codec
