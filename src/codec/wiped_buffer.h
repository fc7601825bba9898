// WipedBuffer grows like a string and overwrites every memory it leaves, so that text with a secret
// in it can be put together piece by piece. Not thread-safe.
#pragma once

#include <algorithm>
#include <string_view>

#include "base/bytes.h"

namespace florin::codec {

class WipedBuffer {
 public:
  explicit WipedBuffer(std::size_t capacity = 256) : memory_(capacity) {}

  void append(std::string_view more) {
    if (memory_.size() - size_ < more.size()) grow(size_ + more.size());
    const ByteView bytes = base::asBytes(more);
    std::copy(bytes.begin(), bytes.end(), memory_.exposeMutable().begin() + offset());
    size_ += more.size();
  }
  void append(char c) { append(std::string_view(&c, 1)); }

  // clear forgets the content; it is overwritten by what follows, or at the end.
  void clear() { size_ = 0; }

  [[nodiscard]] ByteView view() const { return memory_.expose().first(size_); }
  [[nodiscard]] bool empty() const { return size_ == 0; }

 private:
  [[nodiscard]] std::ptrdiff_t offset() const { return static_cast<std::ptrdiff_t>(size_); }

  void grow(std::size_t needed) {
    SecretBytes larger(std::max(needed, memory_.size() * 2));
    const ByteView old = view();
    std::copy(old.begin(), old.end(), larger.exposeMutable().begin());
    memory_ = std::move(larger);
  }

  SecretBytes memory_;
  std::size_t size_ = 0;
};

}  // namespace florin::codec
