#include "prometheus.h"

#include <gtest/gtest.h>

namespace florin::apps {
namespace {

using std::chrono::microseconds;

TEST(PrometheusTest, NothingCountedIsAnEmptyText) { EXPECT_EQ(Prometheus().text(), ""); }

TEST(PrometheusTest, CountersAndGaugesStandByFamily) {
  Prometheus metrics;
  metrics.count("http_requests", "4xx", 1);
  metrics.count("http_requests", "2xx", 2);
  metrics.count("http_requests", "2xx", 3);
  metrics.gauge("http_connections", 7);
  metrics.gauge("http_connections", 6);
  EXPECT_EQ(metrics.text(),
            "# TYPE florin_http_requests_total counter\n"
            "florin_http_requests_total{kind=\"2xx\"} 5\n"
            "florin_http_requests_total{kind=\"4xx\"} 1\n"
            "# TYPE florin_http_connections gauge\n"
            "florin_http_connections 6\n");
}

TEST(PrometheusTest, TimesAreCountedUpToEachBound) {
  Prometheus metrics;
  metrics.observe("http_request", "2xx", microseconds(500));
  metrics.observe("http_request", "2xx", microseconds(501));
  metrics.observe("http_request", "2xx", std::chrono::seconds(6));
  const std::string text = metrics.text();
  const auto has = [&](const std::string& line) {
    return text.find("\n" + line + "\n") != std::string::npos;
  };
  EXPECT_TRUE(text.starts_with("# TYPE florin_http_request_seconds histogram\n"));
  EXPECT_TRUE(has(R"(florin_http_request_seconds_bucket{kind="2xx",le="0.0005"} 1)")) << text;
  EXPECT_TRUE(has(R"(florin_http_request_seconds_bucket{kind="2xx",le="0.001"} 2)"));
  EXPECT_TRUE(has(R"(florin_http_request_seconds_bucket{kind="2xx",le="5"} 2)"));
  EXPECT_TRUE(has(R"(florin_http_request_seconds_bucket{kind="2xx",le="+Inf"} 3)"));
  EXPECT_TRUE(has(R"(florin_http_request_seconds_sum{kind="2xx"} 6.001001)"));
  EXPECT_TRUE(has(R"(florin_http_request_seconds_count{kind="2xx"} 3)"));
}

TEST(PrometheusTest, RouteLooksUpBeforeItAnswers) {
  Prometheus metrics;
  const ports::Route route = makeMetricsRoute(
      metrics, [](const ports::HttpRequest&) { return Status(); },
      [&metrics] { metrics.gauge("outbox_due", 3); });
  EXPECT_EQ(route.path, "/metrics");
  const auto response = route.handler->handle({});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(std::string(response.body.begin(), response.body.end()),
            "# TYPE florin_outbox_due gauge\nflorin_outbox_due 3\n");
}

TEST(PrometheusTest, WhoMayNotAskIsToldNothing) {
  Prometheus metrics;
  metrics.gauge("outbox_due", 3);
  const ports::Route route = makeMetricsRoute(
      metrics,
      [](const ports::HttpRequest&) { return Status(Error(Code::kUnauthenticated, "no token")); },
      [] {});
  const auto response = route.handler->handle({});
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(std::string(response.body.begin(), response.body.end()).find("outbox"),
            std::string::npos);
}

}  // namespace
}  // namespace florin::apps
