// The forms of small texts that stand in messages and in configuration alike.
#pragma once

#include <string_view>

namespace florin::codec {

// isLanguage: ISO 639-1, two lowercase letters.
bool isLanguage(std::string_view text);

// isDeviceType: 1 to limits::kDeviceType characters of A-Z and _.
bool isDeviceType(std::string_view text);

// isColour: "#rrggbb", lowercase.
bool isColour(std::string_view text);

}  // namespace florin::codec
