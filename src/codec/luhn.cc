#include "codec/luhn.h"

namespace florin::codec {

Result<char> luhnDigit(ByteView digits) {
  if (digits.empty()) return Error(Code::kMalformed, "no digits");
  unsigned sum = 0;
  bool doubled = true;  // the digit left of the check digit is
  for (std::size_t i = digits.size(); i-- > 0; doubled = !doubled) {
    if (digits[i] < '0' || digits[i] > '9') return Error(Code::kMalformed, "not a digit");
    const unsigned value = digits[i] - unsigned{'0'};
    const unsigned weighted = doubled ? value * 2 : value;
    sum += weighted / 10 + weighted % 10;
  }
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

bool luhnValid(ByteView digits) {
  if (digits.size() < 2) return false;
  const auto expected = luhnDigit(digits.first(digits.size() - 1));
  return expected.ok() && static_cast<std::uint8_t>(*expected) == digits.back();
}

}  // namespace florin::codec
