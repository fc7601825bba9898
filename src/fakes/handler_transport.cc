#include "fakes/handler_transport.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>

namespace florin::fakes {
namespace {

std::string_view nextSegment(std::string_view& path) {
  const std::size_t end = std::min(path.find('/', 1), path.size());
  const std::string_view segment = path.substr(0, end);
  path.remove_prefix(end);
  return segment;
}

// match gives the `{}` segments of `path`, or nothing when it is another route's.
std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view path) {
  std::vector<std::string> parameters;
  while (!pattern.empty() && !path.empty()) {
    const std::string_view expected = nextSegment(pattern);
    const std::string_view actual = nextSegment(path);
    if (expected == "/{}" && actual.size() > 1) {
      parameters.emplace_back(actual.substr(1));
    } else if (expected != actual) {
      return std::nullopt;
    }
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return parameters;
}

std::string lowercase(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

ports::HttpRequest toHttp(const TransportRequest& request, base::Random& random) {
  ports::HttpRequest http;
  http.method = request.method;
  const std::size_t question = std::min(request.path.find('?'), request.path.size());
  http.path = request.path.substr(0, question);
  if (question < request.path.size()) http.query = request.path.substr(question + 1);
  for (const auto& [name, value] : request.headers)
    http.headers.emplace_back(lowercase(name), value);
  http.body = request.body;
  const auto given = base::CorrelationId::parse(http.header("x-correlation-id"));
  http.correlationId = given.ok() ? given.value() : base::CorrelationId::random(random);
  http.peer = "127.0.0.1";
  return http;
}

TransportResponse toTransport(ports::HttpResponse response) {
  TransportResponse out;
  out.status = response.status;
  for (auto& [name, value] : response.headers) {
    out.headers.emplace_back(lowercase(std::move(name)), std::move(value));
  }
  if (!response.contentType.empty()) out.headers.emplace_back("content-type", response.contentType);
  out.body = std::move(response.body);
  return out;
}

TransportResponse bare(int status) {
  TransportResponse response;
  response.status = status;
  return response;
}

}  // namespace

void HandlerTransport::send(TransportRequest request, std::chrono::milliseconds, Done done) {
  ++requests_;
  const NetworkFault fault = nextFault(request);
  if (executor_ == nullptr) {
    done(exchange(request, fault));
    return;
  }
  executor_->post([this, request = std::move(request), fault, done = std::move(done)] {
    auto outcome = std::make_shared<Result<TransportResponse>>(exchange(request, fault));
    executor_->post([outcome, done] { done(std::move(*outcome)); });
  });
}

TransportResponse HandlerTransport::call(const TransportRequest& request) {
  ports::HttpRequest http = toHttp(request, random_);
  for (const ports::Route& route : routes_) {
    if (route.method != http.method) continue;
    auto parameters = match(route.path, http.path);
    if (!parameters) continue;
    if (http.body.size() > route.maxBody) return bare(413);
    http.pathParameters = std::move(*parameters);
    return toTransport(route.handler->handle(http));
  }
  return bare(404);
}

NetworkFault HandlerTransport::nextFault(const TransportRequest& request) {
  if (faults_.empty()) return hook_ ? hook_(request) : NetworkFault::kNone;
  const NetworkFault fault = faults_.front();
  faults_.pop_front();
  return fault;
}

Result<TransportResponse> HandlerTransport::exchange(const TransportRequest& request,
                                                     NetworkFault fault) {
  auto answer = carry(request, fault);
  return answer.ok() && answerHook_ ? answerHook_(request, std::move(*answer)) : std::move(answer);
}

Result<TransportResponse> HandlerTransport::carry(const TransportRequest& request,
                                                  NetworkFault fault) {
  switch (fault) {
    case NetworkFault::kNone: return call(request);
    case NetworkFault::kDropRequest: return Error(Code::kUnavailable, "the request was lost");
    case NetworkFault::kDropResponse:
      static_cast<void>(call(request));
      return Error(Code::kDeadline, "the response was lost");
    case NetworkFault::kDouble: static_cast<void>(call(request)); return call(request);
  }
  return Error(Code::kInternal, "unknown fault");
}

}  // namespace florin::fakes
