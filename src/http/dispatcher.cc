#include "http/dispatcher.h"

#include <algorithm>
#include <chrono>
#include <exception>

#include "http/admissions.h"

namespace florin::http {
namespace {

using SteadyClock = std::chrono::steady_clock;

// segmentsOf splits "/a/b" into "a" and "b"; "/a/" has an empty last segment.
std::vector<std::string> segmentsOf(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    segments.emplace_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

bool matches(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
  return std::equal(pattern.begin(), pattern.end(), path.begin(), path.end(),
                    [](const std::string& expected, const std::string& got) {
                      return expected == "{}" ? !got.empty() : expected == got;
                    });
}

// hasType compares media types: without parameters, and a name has no case (RFC 9110, 8.3.1).
bool hasType(const ports::HttpRequest& request, std::string_view expected) {
  if (expected.empty()) return true;
  std::string_view got = request.header("content-type");
  got = got.substr(0, got.find(';'));
  got = got.substr(0, got.find_last_not_of(" \t") + 1);
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(got, expected, {}, lower);
}

// The metrics' label: its values come from a fixed set.
Literal classOf(int status) {
  if (status < 300) return "2xx";
  if (status < 400) return "3xx";
  if (status < 500) return "4xx";
  return "5xx";
}

// knownMethod keeps what a client invents out of the log.
std::string_view knownMethod(std::string_view method) {
  static constexpr std::string_view kKnown[] = {"GET",    "HEAD",  "POST",   "PUT",
                                                "DELETE", "PATCH", "OPTIONS"};
  const auto* const found = std::find(std::begin(kKnown), std::end(kKnown), method);
  return found == std::end(kKnown) ? "other" : *found;
}

}  // namespace

Dispatcher::Dispatcher(std::vector<ports::Route> routes, RefusalWriter writeRefusal, Log& log,
                       base::Metrics& metrics, ClientPolicy policy)
    : writeRefusal_(std::move(writeRefusal)),
      log_(log),
      metrics_(metrics),
      admissions_(std::make_unique<Admissions>(std::move(policy), metrics)) {
  for (ports::Route& route : routes) {
    std::vector<std::string> segments = segmentsOf(route.path);
    entries_.push_back({std::move(route), std::move(segments)});
  }
  // Where paths differ first in `{}` against a word, the word comes first.
  std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    return std::lexicographical_compare(
        a.segments.begin(), a.segments.end(), b.segments.begin(), b.segments.end(),
        [](const std::string& x, const std::string& y) { return x != "{}" && y == "{}"; });
  });
}

Dispatcher::~Dispatcher() = default;

Dispatcher::Match Dispatcher::match(const ports::HttpRequest& request) const {
  Match match;
  const std::vector<std::string> path = segmentsOf(request.path);
  for (const Entry& entry : entries_) {
    if (!matches(entry.segments, path)) continue;
    if (entry.route.method != request.method) {
      match.refusal = Refusal::kMethodNotAllowed;
      match.allow += (match.allow.empty() ? "" : ", ") + entry.route.method;
      continue;
    }
    if (!hasType(request, entry.route.contentType)) {
      match.refusal = Refusal::kUnsupportedMediaType;
      match.allow.clear();
      return match;
    }
    match.entry = &entry;
    for (std::size_t i = 0; i < path.size(); ++i) {
      if (entry.segments[i] == "{}") match.parameters.push_back(path[i]);
    }
    return match;
  }
  return match;
}

std::optional<std::size_t> Dispatcher::maxBody(const ports::HttpRequest& request) const {
  const Match found = match(request);
  if (found.entry == nullptr) return std::nullopt;
  return found.entry->route.maxBody;
}

ports::HttpResponse Dispatcher::dispatch(ports::HttpRequest& request) const {
  const auto start = SteadyClock::now();
  Match found = match(request);
  std::string_view route = "none";
  ports::HttpResponse response;
  if (found.entry == nullptr) {
    response = refusalOf(request, found.refusal);
    if (!found.allow.empty()) response.headers.emplace_back("Allow", found.allow);
  } else if (request.body.size() > found.entry->route.maxBody) {
    route = found.entry->route.path;
    response = refusalOf(request, Refusal::kBodyTooLarge);
  } else {
    route = found.entry->route.path;
    request.pathParameters = std::move(found.parameters);
    response = admit(*found.entry, request);
  }
  const auto took = SteadyClock::now() - start;
  report(request, route, response.status,
         std::chrono::duration_cast<std::chrono::microseconds>(took));
  return response;
}

ports::HttpResponse Dispatcher::refusalOf(const ports::HttpRequest& request, Refusal refusal,
                                          std::chrono::seconds retryAfter) const {
  ports::HttpResponse response = writeRefusal_(request, refusal, retryAfter);
  response.status = static_cast<int>(refusal);
  if (refusal == Refusal::kBusy || refusal == Refusal::kTooManyRequests) {
    response.headers.emplace_back("Retry-After", std::to_string(retryAfter.count()));
  }
  return response;
}

// An address that guesses is refused before anything is looked up or verified; a client that asks
// too often when it is known which one it is.
ports::HttpResponse Dispatcher::admit(const Entry& entry, ports::HttpRequest& request) const {
  Admission admission(*admissions_, request);
  ports::HttpResponse response;
  if (!admission.wait()) {
    request.gate = &admission;
    response = call(entry, request);
    request.gate = nullptr;
  }
  if (!admission.wait()) return response;
  return refusalOf(request, Refusal::kTooManyRequests, *admission.wait());
}

ports::HttpResponse Dispatcher::call(const Entry& entry, const ports::HttpRequest& request) const {
  // Handlers do not throw; memory that runs out, or a fault in one, must not end the others.
  try {
    return entry.route.handler->handle(request);
  } catch (const std::exception&) {
    log_.error("http.handler_threw", {{"correlationId", request.correlationId}});
    return refusalOf(request, Refusal::kInternal);
  }
}

ports::HttpResponse Dispatcher::refuse(const ports::HttpRequest& request, Refusal refusal) const {
  ports::HttpResponse response = refusalOf(request, refusal);
  const Match found = match(request);
  report(request, found.entry == nullptr ? "none" : std::string_view(found.entry->route.path),
         response.status, std::chrono::microseconds(0));
  return response;
}

void Dispatcher::report(const ports::HttpRequest& request, std::string_view route, int status,
                        std::chrono::microseconds took) const {
  log_.info("http.request", {{"method", PublicText{knownMethod(request.method)}},
                             {"route", PublicText{route}},
                             {"status", status},
                             {"durationUs", took.count()},
                             {"correlationId", request.correlationId}});
  metrics_.count("http_requests", classOf(status));
  metrics_.observe("http_request", classOf(status), took);
}

}  // namespace florin::http
