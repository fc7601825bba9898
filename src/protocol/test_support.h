// For this room's tests: randomness that is written down, keys in memory, and one enrollment's
// figures.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>

#include "base/bytes.h"
#include "crypto/p256_math.h"
#include "protocol/noise.h"

namespace florin::protocol {

inline Bytes hex(std::string_view text) { return base::fromHex(text).value(); }
inline SecretBytes secretHex(std::string_view text) { return SecretBytes::take(hex(text)); }
inline SecretBytes secretText(std::string_view text) {
  return SecretBytes::copyOf(base::asBytes(text));
}

// ScriptedRandom gives the bytes it was made with and fails the test when they are used up.
class ScriptedRandom : public base::Random {
 public:
  explicit ScriptedRandom(Bytes script) : script_(std::move(script)) {}
  void fill(std::span<std::uint8_t> out) override {
    ASSERT_LE(out.size(), script_.size() - used_);
    std::copy_n(script_.begin() + static_cast<std::ptrdiff_t>(used_), out.size(), out.begin());
    used_ += out.size();
  }

 private:
  Bytes script_;
  std::size_t used_ = 0;
};

// MemoryKey is a StaticKey whose private key is in memory.
template <Dh D>
class MemoryKey : public StaticKey {
 public:
  explicit MemoryKey(typename D::Key key) : key_(std::move(key)) {}
  [[nodiscard]] Bytes publicPoint() const override { return key_.publicPoint(); }
  [[nodiscard]] Result<SecretBytes> agree(ByteView peerPoint) const override {
    return key_.agree(peerPoint);
  }

 private:
  typename D::Key key_;
};

// flipped gives the bytes with one bit changed.
inline Bytes flipped(ByteView bytes, std::size_t bit) {
  Bytes changed = base::toBytes(bytes);
  changed.at(bit / 8) ^= static_cast<std::uint8_t>(1U << (bit % 8));
  return changed;
}

// A point that is no point: the generator with the last bit of y changed.
inline Bytes offCurvePoint() {
  return flipped(crypto::Point::generator().encode(), crypto::kP256Point * 8 - 8);
}

}  // namespace florin::protocol
