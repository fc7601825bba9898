#include "prometheus.h"

#include <algorithm>
#include <initializer_list>

#include "base/bytes.h"
#include "tsp/routes.h"

namespace florin::apps {
namespace {

std::string familyOf(std::string_view name, std::string_view unit) {
  return "florin_" + std::string(name) + std::string(unit);
}

void append(std::string& text, std::initializer_list<std::string_view> parts) {
  for (const std::string_view part : parts) text += part;
}

// head begins a family once; series of one name stand together, because maps are in order.
void head(std::string& text, std::string& last, const std::string& family, const char* type) {
  if (family == last) return;
  last = family;
  append(text, {"# TYPE ", family, " ", type, "\n"});
}

std::string seconds(std::chrono::microseconds time) {
  const std::string fraction = std::to_string(1'000'000 + time.count() % 1'000'000);
  return std::to_string(time.count() / 1'000'000) + "." + fraction.substr(1);
}

class MetricsHandler : public ports::HttpHandler {
 public:
  MetricsHandler(Prometheus& metrics, std::function<Status(const ports::HttpRequest&)> admit,
                 std::function<void()> refresh)
      : metrics_(metrics), admit_(std::move(admit)), refresh_(std::move(refresh)) {}

  ports::HttpResponse handle(const ports::HttpRequest& request) override {
    if (!admit_(request).ok()) {
      return tsp::problem(401, "unauthorized", "a valid operator token is needed", request);
    }
    refresh_();
    ports::HttpResponse response;
    response.status = 200;
    response.contentType = "text/plain; version=0.0.4; charset=utf-8";
    response.body = base::toBytes(base::asBytes(metrics_.text()));
    return response;
  }

 private:
  Prometheus& metrics_;
  const std::function<Status(const ports::HttpRequest&)> admit_;
  const std::function<void()> refresh_;
};

}  // namespace

void Prometheus::count(Literal name, Literal label, std::int64_t by) {
  const std::lock_guard lock(mutex_);
  counts_[{name.view(), label.view()}] += by;
}

void Prometheus::observe(Literal name, Literal label, std::chrono::microseconds took) {
  const auto* const bound =
      std::ranges::find_if(kBounds, [&](const Bound& one) { return took <= one.atMost; });
  const std::lock_guard lock(mutex_);
  Times& times = times_[{name.view(), label.view()}];
  ++times.inBucket.at(static_cast<std::size_t>(bound - kBounds.begin()));
  times.sum += took;
}

void Prometheus::gauge(Literal name, std::int64_t value) {
  const std::lock_guard lock(mutex_);
  gauges_[name.view()] = value;
}

std::string Prometheus::text() const {
  const std::lock_guard lock(mutex_);
  std::string text;
  std::string last;
  for (const auto& [key, value] : counts_) {
    const std::string family = familyOf(key.first, "_total");
    head(text, last, family, "counter");
    append(text, {family, "{kind=\"", key.second, "\"} ", std::to_string(value), "\n"});
  }
  for (const auto& [key, times] : times_) {
    const std::string family = familyOf(key.first, "_seconds");
    head(text, last, family, "histogram");
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i <= kBounds.size(); ++i) {
      sum += times.inBucket.at(i);
      const std::string_view bound = i < kBounds.size() ? kBounds.at(i).seconds : "+Inf";
      append(text, {family, "_bucket{kind=\"", key.second, "\",le=\"", bound, "\"} ",
                    std::to_string(sum), "\n"});
    }
    append(text, {family, "_sum{kind=\"", key.second, "\"} ", seconds(times.sum), "\n"});
    append(text, {family, "_count{kind=\"", key.second, "\"} ", std::to_string(sum), "\n"});
  }
  for (const auto& [name, value] : gauges_) {
    const std::string family = familyOf(name, "");
    head(text, last, family, "gauge");
    append(text, {family, " ", std::to_string(value), "\n"});
  }
  return text;
}

ports::Route makeMetricsRoute(Prometheus& metrics,
                              std::function<Status(const ports::HttpRequest&)> admit,
                              std::function<void()> refresh) {
  return {"GET", "/metrics", 0,
          std::make_unique<MetricsHandler>(metrics, std::move(admit), std::move(refresh))};
}

}  // namespace florin::apps
