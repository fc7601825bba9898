// Metrics counts and times what happens. Names are stable and carry no id; a label's values come
// from a fixed set.
#pragma once

#include <cstdint>

#include "base/time.h"
#include "florin/result.h"

namespace florin::base {

class Metrics {
 public:
  virtual ~Metrics() = default;
  virtual void count(Literal name, Literal label, std::int64_t by = 1) = 0;
  virtual void observe(Literal name, Literal label, std::chrono::microseconds took) = 0;
  virtual void gauge(Literal name, std::int64_t value) = 0;
};

// NullMetrics forgets everything.
class NullMetrics : public Metrics {
 public:
  void count(Literal /*name*/, Literal /*label*/, std::int64_t /*by*/) override {}
  void observe(Literal /*name*/, Literal /*label*/, std::chrono::microseconds /*took*/) override {}
  void gauge(Literal /*name*/, std::int64_t /*value*/) override {}
};

}  // namespace florin::base
