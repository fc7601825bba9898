#include "cps/audit_routes.h"

#include <limits>

#include "base/limits.h"
#include "cps/answers.h"
#include "cps/api_route.h"
#include "cps/query.h"

namespace florin::cps {
namespace {

constexpr std::uint64_t kFromTheEnd = std::numeric_limits<std::int64_t>::max();

// The query is empty or before=NUMBER.
Result<std::uint64_t> beforeOf(const ports::HttpRequest& request) {
  Query query(request.query);
  FLORIN_TRY_ASSIGN(const std::uint64_t before, query.takeNumber("before", kFromTheEnd));
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
                 .add("facts", entry.facts)
                 .add("instance", entry.instance)
                 .add("position", entry.position)
                 .addHex("hash", entry.hash));
  }
  return bodyOf(codec::JsonObject().add("entries", list));
}

Bytes describe(const std::vector<records::AuditSeal>& seals) {
  codec::JsonArray list;
  for (const records::AuditSeal& seal : seals) {
    list.add(codec::JsonObject()
                 .add("position", seal.position)
                 .addHex("hash", seal.hash)
                 .add("atMs", base::toMs(seal.at))
                 .addHex("signature", seal.signature));
  }
  return bodyOf(codec::JsonObject().add("seals", list));
}

// What seals are verified with, and of which chains there are any.
Result<Bytes> describeChains(Backend& backend) {
  FLORIN_TRY_ASSIGN(const auto names, backend.store.read([](ports::Unit& unit) {
    return unit.audit().sealedChains();
  }));
  codec::JsonArray list;
  for (const std::string& name : names) list.add(std::string_view(name));
  return bodyOf(codec::JsonObject()
                    .add("tenant", backend.tenant)
                    .addHex("identityKey", backend.custody.identityKey().point)
                    .add("chains", list));
}

// The query is chain=NAME and, if wanted, before=POSITION.
Result<Bytes> sealsOf(Backend& backend, const ports::HttpRequest& request) {
  Query query(request.query);
  const auto chain = query.take("chain");
  FLORIN_TRY_ASSIGN(const std::uint64_t before, query.takeNumber("before", kFromTheEnd));
  FLORIN_TRY(query.finish());
  if (!chain) return Error(Code::kMalformed, "no chain is named");
  FLORIN_TRY_ASSIGN(const auto seals, backend.store.read([&](ports::Unit& unit) {
    return unit.audit().seals(*chain, before, base::limits::kAuditPage);
  }));
  return describe(seals);
}

std::optional<Problem> explain(const Error& error) {
  if (error.code() != Code::kMalformed) return std::nullopt;
  return Problem{400, "malformed", "the query is before=NUMBER or empty, of seals chain=NAME too"};
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
  const auto chains = [&backend](const auto&, const auto&) { return describeChains(backend); };
  const auto seals = [&backend](const ports::HttpRequest& request, const auto&) {
    return sealsOf(backend, request);
  };
  std::vector<ports::Route> routes;
  const auto add = [&](const std::string& path, auto work) {
    routes.push_back(
        makeRoute(backend, {.method = "GET", .path = path, .work = work, .explain = explain}));
  };
  add("/admin/v1/audit", newest);
  add("/admin/v1/audit/chains", chains);
  add("/admin/v1/audit/seals", seals);
  return routes;
}

}  // namespace florin::cps
