// Random gives unpredictable bytes. It is an argument, so that the simulator and the vectors can
// supply their own.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "florin/bytes.h"

namespace florin::base {

class Random {
 public:
  virtual ~Random() = default;

  // fill fills the whole span. A generator that cannot is a broken machine: the process ends.
  virtual void fill(std::span<std::uint8_t> out) = 0;

  Bytes bytes(std::size_t count) {
    Bytes out(count);
    fill(out);
    return out;
  }
  SecretBytes secret(std::size_t count) {
    SecretBytes out(count);
    fill(out.exposeMutable());
    return out;
  }
};

}  // namespace florin::base
