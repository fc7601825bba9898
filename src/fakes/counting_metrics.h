// CountingMetrics keeps what was counted, for tests to look at. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "base/metrics.h"

namespace florin::fakes {

class CountingMetrics : public base::Metrics {
 public:
  void count(Literal name, Literal label, std::int64_t by) override {
    const std::lock_guard lock(mutex_);
    counts_[key(name.view(), label.view())] += by;
  }
  void observe(Literal /*name*/, Literal /*label*/, std::chrono::microseconds /*took*/) override {}
  void gauge(Literal /*name*/, std::int64_t /*value*/) override {}

  [[nodiscard]] std::int64_t of(std::string_view name, std::string_view label) const {
    const std::lock_guard lock(mutex_);
    const auto found = counts_.find(key(name, label));
    return found == counts_.end() ? 0 : found->second;
  }

 private:
  static std::string key(std::string_view name, std::string_view label) {
    return std::string(name).append("/").append(label);
  }

  mutable std::mutex mutex_;
  std::map<std::string, std::int64_t> counts_;
};

}  // namespace florin::fakes
