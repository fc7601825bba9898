// The check digit of card numbers (ISO/IEC 7812-1, annex B).
#pragma once

#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::codec {

// luhnDigit gives the digit to append to `digits`, as a character. kMalformed: something that is
// not a decimal digit, or nothing.
Result<char> luhnDigit(ByteView digits);

// luhnValid tells whether `digits` (characters) are at least two decimal digits of which the last
// one is the check digit of the others. A PAN comes as secret.expose(), other text by
// base::asBytes.
bool luhnValid(ByteView digits);

}  // namespace florin::codec
