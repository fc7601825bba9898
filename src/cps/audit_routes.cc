#include "cps/audit_routes.h"

#include <charconv>
#include <limits>

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/json_writer.h"
#include "cps/answers.h"
#include "tsp/routes.h"

namespace florin::cps {
namespace {

// The query is empty or before=NUMBER.
Result<std::uint64_t> beforeOf(std::string_view query) {
  constexpr std::string_view kBefore = "before=";
  if (query.empty()) return static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (!query.starts_with(kBefore)) return Error(Code::kMalformed, "an unknown query field");
  query.remove_prefix(kBefore.size());
  std::int64_t number = 0;
  const auto [end, failed] = std::from_chars(query.data(), query.data() + query.size(), number);
  if (failed != std::errc() || end != query.data() + query.size() || number < 0) {
    return Error(Code::kMalformed, "not a number");
  }
  return static_cast<std::uint64_t>(number);
}

Bytes describe(const std::vector<records::AuditEntry>& entries) {
  codec::JsonArray list;
  for (const records::AuditEntry& entry : entries) {
    list.add(codec::JsonObject()
                 .add("number", entry.number)
                 .add("atMs", base::toMs(entry.at))
                 .add("actor", entry.actor)
                 .add("action", entry.action)
                 .add("subject", entry.subject)
                 .add("facts", entry.facts));
  }
  return base::toBytes(base::asBytes(codec::JsonObject().add("entries", list).text()));
}

class AuditHandler : public ports::HttpHandler {
 public:
  explicit AuditHandler(Backend& backend) : backend_(backend) {}

  ports::HttpResponse handle(const ports::HttpRequest& request) override {
    const auto token = tsp::requireToken(backend_.store, request, records::ApiScope::kOperator);
    if (!token.ok()) return failure(token.error(), request);
    const auto before = beforeOf(request.query);
    if (!before.ok()) return failure(before.error(), request);
    const auto entries = backend_.store.read([&](ports::Unit& unit) {
      return unit.audit().newest(backend_.tenant, *before, base::limits::kAuditPage);
    });
    return entries.ok() ? answer(kJson, describe(*entries)) : failure(entries.error(), request);
  }

 private:
  ports::HttpResponse failure(const Error& error, const ports::HttpRequest& request) {
    backend_.log.warning("admin.refused",
                         {{"correlationId", request.correlationId}, {"error", error}});
    switch (error.code()) {
      case Code::kUnauthenticated:
        return tsp::problem(401, "unauthorized", "a valid operator token is needed", request);
      case Code::kMalformed:
        return tsp::problem(400, "malformed", "the query is before=NUMBER or empty", request);
      case Code::kUnavailable: return tsp::problem(503, "unavailable", "try again later", request);
      default: return tsp::problem(500, "internal", "a fault of the server", request);
    }
  }

  Backend& backend_;
};

}  // namespace

std::vector<ports::Route> makeAuditRoutes(Backend& backend) {
  std::vector<ports::Route> routes;
  routes.push_back(
      {"GET", "/admin/v1/audit", base::limits::kJsonBody, std::make_unique<AuditHandler>(backend)});
  return routes;
}

}  // namespace florin::cps
