// Everything that florind serves: the backend's routes, and its own. docs/openapi.json has each of
// them, which a test holds both ways.
#pragma once

#include <functional>
#include <vector>

#include "ports/http.h"
#include "prometheus.h"

namespace florin::apps {

// Who may read the metrics, and what is looked up before each answer: see makeMetricsRoute.
struct MetricsParts {
  Prometheus& metrics;
  std::function<Status(const ports::HttpRequest&)> admit;
  std::function<void()> refresh;
};

// makeServedRoutes adds GET /metrics, /openapi.json and /docs to the routes of Services.
std::vector<ports::Route> makeServedRoutes(std::vector<ports::Route> backend, MetricsParts parts);

}  // namespace florin::apps
