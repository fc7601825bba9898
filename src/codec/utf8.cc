#include "codec/utf8.h"

#include <algorithm>
#include <cstdint>

namespace florin::codec {
namespace {

bool within(std::uint8_t byte, std::uint8_t low, std::uint8_t high) {
  return byte >= low && byte <= high;
}

// The lead bytes of one row of RFC 3629 section 4, and what the second byte may be. All bytes after
// the second are 80..BF.
struct Form {
  std::uint8_t firstLow, firstHigh;
  std::size_t length;
  std::uint8_t secondLow, secondHigh;
};
constexpr Form kForms[] = {
    {0xC2, 0xDF, 2, 0x80, 0xBF}, {0xE0, 0xE0, 3, 0xA0, 0xBF}, {0xE1, 0xEC, 3, 0x80, 0xBF},
    {0xED, 0xED, 3, 0x80, 0x9F}, {0xEE, 0xEF, 3, 0x80, 0xBF}, {0xF0, 0xF0, 4, 0x90, 0xBF},
    {0xF1, 0xF3, 4, 0x80, 0xBF}, {0xF4, 0xF4, 4, 0x80, 0x8F},
};

}  // namespace

std::size_t utf8Length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  if (text.empty()) return 0;
  if (byte(0) < 0x80) return 1;
  for (const Form& form : kForms) {
    if (!within(byte(0), form.firstLow, form.firstHigh)) continue;
    if (text.size() < form.length || !within(byte(1), form.secondLow, form.secondHigh)) return 0;
    for (std::size_t i = 2; i < form.length; ++i) {
      if (!within(byte(i), 0x80, 0xBF)) return 0;
    }
    return form.length;
  }
  return 0;
}

bool isUtf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8Length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

// What commands a terminal or turns the text around: C0 and C1 controls, and the marks that change
// direction for what follows (U+202A to U+202E, U+2066 to U+2069).
static bool isCommand(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(character[i]); };
  if (character.size() == 1) return byte(0) < ' ' || byte(0) == 0x7F;
  if (character.size() == 2) return byte(0) == 0xC2 && byte(1) < 0xA0;
  if (character.size() != 3 || byte(0) != 0xE2) return false;
  return (byte(1) == 0x80 && within(byte(2), 0xAA, 0xAE)) ||
         (byte(1) == 0x81 && within(byte(2), 0xA6, 0xA9));
}

bool isPrintable(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8Length(text);
    if (length == 0 || isCommand(text.substr(0, length))) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace florin::codec
