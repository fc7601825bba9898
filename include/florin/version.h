// Version of this SDK (SemVer) and of the channel protocol that it speaks.
#pragma once

#include <string_view>

#if defined(_WIN32)
#define FLORIN_EXPORT
#else
#define FLORIN_EXPORT __attribute__((visibility("default")))
#endif

namespace florin {

// kProtocolVersion is in every channel message; the backend refuses one it does not speak (572).
inline constexpr unsigned kProtocolVersion = 1;

// sdkVersion gives the version of the library that is linked, for example "0.1.0".
FLORIN_EXPORT std::string_view sdkVersion();

}  // namespace florin
