#include "codec/small_forms.h"

#include <algorithm>

#include "base/limits.h"

namespace florin::codec {

bool isLanguage(std::string_view text) {
  return text.size() == 2 && std::ranges::all_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
}

bool isDeviceType(std::string_view text) {
  return !text.empty() && text.size() <= base::limits::kDeviceType &&
         std::ranges::all_of(text, [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; });
}

bool isColour(std::string_view text) {
  const auto isHex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return text.size() == 7 && text[0] == '#' && std::ranges::all_of(text.substr(1), isHex);
}

}  // namespace florin::codec
