#include "emv/numeric.h"

#include "base/check.h"
#include "base/limits.h"

namespace florin::emv {
namespace {

constexpr std::uint8_t kFiller = 0xF;
constexpr std::uint8_t kSeparator = 0xD;  // of track 2

std::uint8_t nibbleAt(ByteView packed, std::size_t index) {
  const std::uint8_t byte = packed[index / 2];
  return index % 2 == 0 ? byte >> 4 : byte & 0xF;
}

std::size_t countDigits(ByteView packed) {
  std::size_t count = 0;
  while (count < packed.size() * 2 && nibbleAt(packed, count) <= 9) ++count;
  return count;
}

Result<SecretBytes> firstDigits(ByteView packed, std::size_t count) {
  if (count == 0 || count > base::limits::kPanDigits) {
    return Error(Code::kMalformed, "packed card number has no digits or too many");
  }
  SecretBytes digits(count);
  for (std::size_t i = 0; i < count; ++i) {
    digits.exposeMutable()[i] = static_cast<std::uint8_t>('0' + nibbleAt(packed, i));
  }
  return digits;
}

}  // namespace

void writeBcd(std::uint64_t value, std::span<std::uint8_t> out) {
  for (std::size_t i = out.size(); i-- > 0;) {
    const std::uint64_t pair = value % 100;
    out[i] = static_cast<std::uint8_t>(pair / 10 << 4 | pair % 10);
    value /= 100;
  }
  FLORIN_CHECK(value == 0);
}

Result<std::uint64_t> readBcd(ByteView packed) {
  if (packed.size() > 9) return Error(Code::kTooLarge, "more than 18 packed digits");
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < packed.size() * 2; ++i) {
    const std::uint8_t digit = nibbleAt(packed, i);
    if (digit > 9) return Error(Code::kMalformed, "a packed digit is no digit");
    value = value * 10 + digit;
  }
  return value;
}

Result<SecretBytes> packDigits(const SecretBytes& digits) {
  if (digits.empty() || digits.size() > base::limits::kPanDigits) {
    return Error(Code::kInvalidArgument, "card number has no digits or too many");
  }
  SecretBytes packed((digits.size() + 1) / 2);
  const ByteView characters = digits.expose();
  const auto out = packed.exposeMutable();
  for (std::size_t i = 0; i < out.size() * 2; ++i) {
    std::uint8_t nibble = kFiller;
    if (i < characters.size()) {
      if (characters[i] < '0' || characters[i] > '9') {
        return Error(Code::kInvalidArgument, "card number has something that is no digit");
      }
      nibble = static_cast<std::uint8_t>(characters[i] - '0');
    }
    out[i / 2] = static_cast<std::uint8_t>(out[i / 2] << 4 | nibble);
  }
  return packed;
}

Result<SecretBytes> unpackDigits(ByteView packed) {
  if (packed.size() > (base::limits::kPanDigits + 1) / 2) {
    return Error(Code::kMalformed, "packed card number is too long");
  }
  const std::size_t count = countDigits(packed);
  for (std::size_t i = count; i < packed.size() * 2; ++i) {
    if (nibbleAt(packed, i) != kFiller) {
      return Error(Code::kMalformed, "packed card number has something that is no digit");
    }
  }
  return firstDigits(packed, count);
}

Result<SecretBytes> track2Digits(ByteView track2) {
  const std::size_t count = countDigits(track2);
  if (count == track2.size() * 2 || nibbleAt(track2, count) != kSeparator) {
    return Error(Code::kMalformed, "track 2 has no separator");
  }
  return firstDigits(track2, count);
}

}  // namespace florin::emv
