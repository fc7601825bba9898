#include "codec/base64url.h"

#include <array>
#include <cstdint>

namespace florin::codec {
namespace {

constexpr std::string_view kUrlAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kStandardAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::uint8_t kNoDigit = 64;
using Values = std::array<std::uint8_t, 256>;

constexpr Values valuesOf(std::string_view alphabet) {
  Values values{};
  values.fill(kNoDigit);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    values[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}
constexpr Values kUrlValues = valuesOf(kUrlAlphabet);
constexpr Values kStandardValues = valuesOf(kStandardAlphabet);

std::string encode(ByteView bytes, std::string_view alphabet) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t pending = 0;
  unsigned pendingBits = 0;
  for (const std::uint8_t byte : bytes) {
    pending = pending << 8 | byte;
    pendingBits += 8;
    while (pendingBits >= 6) {
      pendingBits -= 6;
      text.push_back(alphabet[pending >> pendingBits & 63]);
    }
  }
  if (pendingBits > 0) text.push_back(alphabet[pending << (6 - pendingBits) & 63]);
  return text;
}

Error malformed(Literal text, std::size_t offset) {
  return {Code::kMalformed, text, static_cast<std::int64_t>(offset)};
}

Result<Bytes> decode(std::string_view text, const Values& values) {
  if (text.size() % 4 == 1) return malformed("base64 of impossible length", text.size());
  Bytes bytes;
  bytes.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t pending = 0;
  unsigned pendingBits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::uint8_t value = values[static_cast<std::uint8_t>(text[i])];
    if (value == kNoDigit) return malformed("not a base64 character", i);
    pending = pending << 6 | value;
    pendingBits += 6;
    if (pendingBits >= 8) {
      pendingBits -= 8;
      bytes.push_back(static_cast<std::uint8_t>(pending >> pendingBits));
    }
  }
  const std::uint32_t trailing = pending & ((1U << pendingBits) - 1);
  if (trailing != 0) return malformed("base64 with trailing bits", text.size() - 1);
  return bytes;
}

}  // namespace

std::string toBase64Url(ByteView bytes) { return encode(bytes, kUrlAlphabet); }

Result<Bytes> fromBase64Url(std::string_view text) { return decode(text, kUrlValues); }

std::string toBase64(ByteView bytes) {
  std::string text = encode(bytes, kStandardAlphabet);
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

Result<Bytes> fromBase64(std::string_view text) {
  if (text.size() % 4 != 0) return malformed("base64 without its padding", text.size());
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  return decode(text, kStandardValues);
}

}  // namespace florin::codec
