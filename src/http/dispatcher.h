// Dispatcher: from a request to the handler of its route, and the answers that need no handler.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/metrics.h"
#include "florin/log.h"
#include "http/client_policy.h"
#include "http/refusal.h"
#include "ports/http.h"

namespace florin::http {

class Admissions;

// Dispatcher owns the routes, and counts what clients prove and fail to prove. Every request,
// refused or handled, ends in one log line "http.request" with method, route (the pattern, never
// the path), status, duration and correlation id, and in the metrics http_requests and
// http_request. Thread-safe.
class Dispatcher {
 public:
  // `log` and `metrics` must outlive the dispatcher. A segment that is equal wins over `{}`.
  Dispatcher(std::vector<ports::Route> routes, RefusalWriter writeRefusal, Log& log,
             base::Metrics& metrics, ClientPolicy policy = {});
  ~Dispatcher();

  // maxBody gives how long a body the request may have; nothing when there is no route for it, and
  // dispatch would refuse it whatever the body is.
  [[nodiscard]] std::optional<std::size_t> maxBody(const ports::HttpRequest& request) const;

  // dispatch fills request.pathParameters and calls the handler. 404: no route has the path; 405
  // (with Allow): none has the method; 413: the body exceeds the route's bound; 429: the client, or
  // its address, has had its share; 500: the handler threw. It never throws.
  ports::HttpResponse dispatch(ports::HttpRequest& request) const;

  // refuse answers without a handler: what the writer gives, with Retry-After where a repetition
  // may succeed.
  ports::HttpResponse refuse(const ports::HttpRequest& request, Refusal refusal) const;

 private:
  struct Entry {
    ports::Route route;
    std::vector<std::string> segments;
  };
  struct Match {
    const Entry* entry = nullptr;  // null: refused
    Refusal refusal = Refusal::kNotFound;
    std::vector<std::string> parameters;
    std::string allow;  // for 405
  };

  [[nodiscard]] Match match(const ports::HttpRequest& request) const;
  [[nodiscard]] ports::HttpResponse refusalOf(
      const ports::HttpRequest& request, Refusal refusal,
      std::chrono::seconds retryAfter = std::chrono::seconds(1)) const;
  [[nodiscard]] ports::HttpResponse admit(const Entry& entry, ports::HttpRequest& request) const;
  [[nodiscard]] ports::HttpResponse call(const Entry& entry,
                                         const ports::HttpRequest& request) const;
  void report(const ports::HttpRequest& request, std::string_view route, int status,
              std::chrono::microseconds took) const;

  std::vector<Entry> entries_;
  RefusalWriter writeRefusal_;
  Log& log_;
  base::Metrics& metrics_;
  std::unique_ptr<Admissions> admissions_;
};

}  // namespace florin::http
