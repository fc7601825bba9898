// Short forms for the tests of this room.
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "base/random.h"

namespace florin::crypto {

inline Bytes hex(std::string_view text) { return base::fromHex(text).value(); }
inline SecretBytes secretHex(std::string_view text) { return SecretBytes::take(hex(text)); }
inline SecretBytes secretText(std::string_view text) {
  return SecretBytes::copyOf(base::asBytes(text));
}
inline std::string toHex(const SecretBytes& secret) { return base::toHex(secret.expose()); }

inline Bytes flipBit(ByteView bytes, std::size_t bit) {
  Bytes flipped = base::toBytes(bytes);
  flipped[bit / 8] ^= static_cast<std::uint8_t>(0x80 >> bit % 8);
  return flipped;
}

// CountingRandom gives 1, 2, 3 ... so that what was drawn can be told.
class CountingRandom : public base::Random {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& byte : out) byte = ++last_;
  }

 private:
  std::uint8_t last_ = 0;
};

// ScriptedRandom gives the bytes it was given, then zeros.
class ScriptedRandom : public base::Random {
 public:
  explicit ScriptedRandom(Bytes script) : script_(std::move(script)) {}
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& byte : out) byte = next_ < script_.size() ? script_[next_++] : 0;
  }

 private:
  Bytes script_;
  std::size_t next_ = 0;
};

}  // namespace florin::crypto
