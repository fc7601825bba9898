// Prometheus keeps what florind counts, and gives it as GET /metrics (docs/operations.md): the text
// format 0.0.4 of Prometheus. Nothing in it names a card, a wallet or an address.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "base/metrics.h"
#include "ports/http.h"

namespace florin::apps {

// Thread-safe.
class Prometheus : public base::Metrics {
 public:
  void count(Literal name, Literal label, std::int64_t by) override;
  void observe(Literal name, Literal label, std::chrono::microseconds took) override;
  void gauge(Literal name, std::int64_t value) override;

  [[nodiscard]] std::string text() const;

  // The upper bounds of the buckets that times are counted in, as Prometheus writes seconds.
  struct Bound {
    std::chrono::microseconds atMost;
    std::string_view seconds;
  };
  static constexpr std::array<Bound, 10> kBounds{{
      {std::chrono::microseconds(500), "0.0005"},
      {std::chrono::milliseconds(1), "0.001"},
      {std::chrono::microseconds(2'500), "0.0025"},
      {std::chrono::milliseconds(5), "0.005"},
      {std::chrono::milliseconds(10), "0.01"},
      {std::chrono::milliseconds(25), "0.025"},
      {std::chrono::milliseconds(100), "0.1"},
      {std::chrono::milliseconds(250), "0.25"},
      {std::chrono::seconds(1), "1"},
      {std::chrono::seconds(5), "5"},
  }};

 private:
  using Key = std::pair<std::string_view, std::string_view>;  // of literals: name, label
  struct Times {
    std::array<std::uint64_t, kBounds.size() + 1> inBucket{};  // the last one: above every bound
    std::chrono::microseconds sum{0};
  };

  mutable std::mutex mutex_;
  std::map<Key, std::int64_t> counts_;
  std::map<Key, Times> times_;
  std::map<std::string_view, std::int64_t> gauges_;
};

// makeMetricsRoute borrows. `admit` says who may ask: 401 else. `refresh` sets the gauges that are
// looked up, before each answer.
ports::Route makeMetricsRoute(Prometheus& metrics,
                              std::function<Status(const ports::HttpRequest&)> admit,
                              std::function<void()> refresh);

}  // namespace florin::apps
