#include "cps/audit_routes.h"

#include <limits>

#include "base/limits.h"
#include "cps/answers.h"
#include "cps/api_route.h"
#include "cps/query.h"

namespace florin::cps {
namespace {

// The query is empty or before=NUMBER.
Result<std::uint64_t> beforeOf(const ports::HttpRequest& request) {
  Query query(request.query);
  FLORIN_TRY_ASSIGN(const std::uint64_t before,
                    query.takeNumber("before", std::numeric_limits<std::int64_t>::max()));
  FLORIN_TRY(query.finish());
  return before;
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
  return bodyOf(codec::JsonObject().add("entries", list));
}

std::optional<Problem> explain(const Error& error) {
  if (error.code() != Code::kMalformed) return std::nullopt;
  return Problem{400, "malformed", "the query is before=NUMBER or empty"};
}

}  // namespace

std::vector<ports::Route> makeAuditRoutes(Backend& backend) {
  const auto newest = [&backend](const ports::HttpRequest& request, const auto&) -> Result<Bytes> {
    FLORIN_TRY_ASSIGN(const std::uint64_t before, beforeOf(request));
    FLORIN_TRY_ASSIGN(const auto entries, backend.store.read([&](ports::Unit& unit) {
      return unit.audit().newest(backend.tenant, before, base::limits::kAuditPage);
    }));
    return describe(entries);
  };
  std::vector<ports::Route> routes;
  routes.push_back(makeRoute(
      backend, {.method = "GET", .path = "/admin/v1/audit", .work = newest, .explain = explain}));
  return routes;
}

}  // namespace florin::cps
