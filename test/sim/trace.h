// Trace is what happened in a run, line by line: a hash of all lines, and the lines themselves for
// who asks. A line holds nothing that differs between two runs of one seed, and no secret.
#pragma once

#include <cstdint>
#include <ostream>
#include <string_view>

#include "base/time.h"

namespace florin::sim {

class Trace {
 public:
  // `out` may be null; it and `clock` must outlive the Trace.
  Trace(base::Clock& clock, std::ostream* out) : clock_(clock), start_(clock.now()), out_(out) {}

  template <class... Parts>
  void line(const Parts&... parts) {
    const std::string at = std::to_string((clock_.now() - start_).count());
    add(at);
    (add(parts), ...);
    add("\n");
  }

  [[nodiscard]] std::uint64_t hash() const { return hash_; }

 private:
  void add(std::string_view text) {
    for (const char c : text) hash_ = (hash_ ^ static_cast<std::uint8_t>(c)) * kPrime;
    if (out_ != nullptr) *out_ << text << (text == "\n" ? "" : " ");
  }
  template <std::integral Number>
  void add(Number number) {
    add(std::string_view(std::to_string(number)));
  }

  static constexpr std::uint64_t kPrime = 0x100000001b3;  // FNV-1a, 64 bits

  base::Clock& clock_;
  const base::Time start_;
  std::ostream* out_;
  std::uint64_t hash_ = 0xcbf29ce484222325;
};

}  // namespace florin::sim
