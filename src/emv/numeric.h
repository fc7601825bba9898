// Numbers as EMV writes them (EMV Book 4, 4.3): format n is packed decimal, zeros on the left;
// format cn is packed decimal, F on the right.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::emv {

// writeBcd fills `out` with the packed decimal digits of `value`. A number of more digits is a
// programmer's error.
void writeBcd(std::uint64_t value, std::span<std::uint8_t> out);

// bcd<6>(1250) is 00 00 00 00 12 50.
template <std::size_t N>
std::array<std::uint8_t, N> bcd(std::uint64_t value) {
  std::array<std::uint8_t, N> out{};
  writeBcd(value, out);
  return out;
}

// readBcd gives the number. kMalformed: a nibble is not a digit; kTooLarge: more than 9 bytes.
Result<std::uint64_t> readBcd(ByteView packed);

// packDigits gives format cn of ASCII digits, one F behind an odd number of them. kInvalidArgument:
// empty, more than 19 digits, or another character.
Result<SecretBytes> packDigits(const SecretBytes& digits);

// unpackDigits gives the ASCII digits before the padding of format cn. kMalformed: another nibble,
// something behind an F, no digit, more than 19 digits.
Result<SecretBytes> unpackDigits(ByteView packed);

// track2Digits gives the ASCII digits before the separator D of track 2 equivalent data (57).
// kMalformed as unpackDigits, or no separator.
Result<SecretBytes> track2Digits(ByteView track2);

}  // namespace florin::emv
