// UTF-8 (RFC 3629): shortest form only, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <string_view>

namespace florin::codec {

// utf8Length gives how many bytes the first character of `text` has, 1 to 4; 0 when it is not
// well-formed, or when there is none.
std::size_t utf8Length(std::string_view text);

// isUtf8 tells whether the whole text is well-formed.
bool isUtf8(std::string_view text);

// isPrintable tells whether the text is well-formed and has nothing that commands who shows it: no
// control character (U+0000 to U+001F, U+007F to U+009F), no mark that turns what follows around
// (U+202A to U+202E, U+2066 to U+2069).
bool isPrintable(std::string_view text);

}  // namespace florin::codec
