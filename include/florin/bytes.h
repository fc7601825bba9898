// Byte strings of the SDK. What every comment in include/florin may assume: lengths are in bytes,
// numbers in byte strings are big-endian, and a view borrows: its owner must live as long as the
// call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace florin {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

// SecretBytes holds a key, code, PAN or token: it is overwritten before its memory is given back.
// It can be moved, not copied; it has no == (compare with crypto::equal, in constant time) and
// nothing prints it. Its size is fixed at construction. Not thread-safe.
class SecretBytes {
 public:
  SecretBytes() = default;

  // A secret of `size` zero bytes, to be filled through exposeMutable.
  explicit SecretBytes(std::size_t size) : bytes_(size) {}

  // copyOf takes a copy; the source stays the caller's to wipe.
  static SecretBytes copyOf(ByteView source) {
    SecretBytes copy;
    copy.bytes_.assign(source.begin(), source.end());
    return copy;
  }

  // take moves the bytes in, so that no second copy exists. `source` is left empty.
  static SecretBytes take(Bytes&& source) {
    SecretBytes taken;
    taken.bytes_ = std::move(source);
    source.clear();
    return taken;
  }

  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  SecretBytes(SecretBytes&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  SecretBytes& operator=(SecretBytes&& other) noexcept {
    if (this != &other) {
      wipe();
      bytes_ = std::exchange(other.bytes_, {});
    }
    return *this;
  }
  ~SecretBytes() { wipe(); }

  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }

  // clone makes a second copy on purpose.
  [[nodiscard]] SecretBytes clone() const { return copyOf(bytes_); }

  // expose gives the bytes to code that must read them. Every use is found by searching for this
  // name.
  [[nodiscard]] ByteView expose() const { return bytes_; }
  [[nodiscard]] std::span<std::uint8_t> exposeMutable() { return bytes_; }

 private:
  void wipe() {
    volatile std::uint8_t* p = bytes_.data();
    for (std::size_t i = 0; i < bytes_.size(); ++i) p[i] = 0;
  }

  Bytes bytes_;
};

}  // namespace florin
