// Small helpers over byte strings: hex, big-endian numbers, joining. Everything stands in namespace
// florin::base.
#pragma once

#include <string>
#include <string_view>

#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::base {

// asBytes and asText view the same memory with the other type.
inline ByteView asBytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view asText(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline Bytes toBytes(ByteView view) { return {view.begin(), view.end()}; }

// toHex gives lowercase hex, two characters per byte.
std::string toHex(ByteView bytes);

// fromHex reads hex of either case. kMalformed: an odd length or another character.
Result<Bytes> fromHex(std::string_view text);

inline void append(Bytes& to, ByteView more) { to.insert(to.end(), more.begin(), more.end()); }

template <class... Views>
Bytes concat(const Views&... views) {
  Bytes joined;
  joined.reserve((ByteView(views).size() + ... + 0));
  (append(joined, ByteView(views)), ...);
  return joined;
}

// Big-endian numbers of 2, 4 and 8 bytes.
template <class Number>
void appendBigEndian(Bytes& to, Number value) {
  for (int shift = static_cast<int>(sizeof(Number)) * 8 - 8; shift >= 0; shift -= 8) {
    to.push_back(static_cast<std::uint8_t>(value >> shift));
  }
}
template <class Number>
Bytes bigEndian(Number value) {
  Bytes out;
  appendBigEndian(out, value);
  return out;
}

// readBigEndian reads up to 8 bytes; the caller has checked the length.
inline std::uint64_t readBigEndian(ByteView bytes) {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8 | byte;
  return value;
}

}  // namespace florin::base
