#include "cps/audit_routes.h"

#include <limits>

#include "base/limits.h"
#include "cps/answers.h"
#include "cps/api_route.h"

namespace florin::cps {
namespace {

// The query is empty or before=NUMBER.
Result<std::uint64_t> beforeOf(std::string_view query) {
  constexpr std::string_view kBefore = "before=";
  if (query.empty()) return static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (!query.starts_with(kBefore)) return Error(Code::kMalformed, "an unknown query field");
  return queryNumber(query.substr(kBefore.size()));
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
    FLORIN_TRY_ASSIGN(const std::uint64_t before, beforeOf(request.query));
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
