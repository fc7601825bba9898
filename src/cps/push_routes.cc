#include "cps/push_routes.h"

#include "base/limits.h"
#include "cps/answers.h"
#include "cps/api_route.h"
#include "cps/device_view.h"
#include "cps/query.h"

namespace florin::cps {
namespace {

struct Outbox {
  records::PushCounts counts;
  std::vector<records::Push> page;
};

Bytes describe(const Outbox& outbox) {
  codec::JsonArray list;
  for (const records::Push& push : outbox.page) list.add(describePush(push));
  return bodyOf(codec::JsonObject()
                    .add("waiting", outbox.counts.waiting)
                    .add("due", outbox.counts.due)
                    .add("retried", outbox.counts.retried)
                    .add("payments", outbox.counts.payments)
                    .add("pushes", list));
}

// The query is empty or after=DEVICE.
Result<Bytes> list(Backend& backend, const ports::HttpRequest& request) {
  Query query(request.query);
  base::DeviceId after;
  if (const auto text = query.take("after")) {
    FLORIN_TRY_ASSIGN(after, base::DeviceId::parse(*text));
  }
  FLORIN_TRY(query.finish());
  FLORIN_TRY_ASSIGN(
      const Outbox outbox, backend.store.read([&](ports::Unit& unit) -> Result<Outbox> {
        Outbox read;
        FLORIN_TRY_ASSIGN(read.counts, unit.pushes().counts(backend.tenant, backend.clock.now()));
        FLORIN_TRY_ASSIGN(read.page,
                          unit.pushes().waiting(backend.tenant, after, base::limits::kAuditPage));
        return read;
      }));
  return describe(outbox);
}

std::optional<Problem> explain(const Error& error) {
  if (error.code() != Code::kMalformed) return std::nullopt;
  return Problem{400, "malformed", "the query is after=DEVICE or empty"};
}

}  // namespace

std::vector<ports::Route> makePushRoutes(Backend& backend) {
  std::vector<ports::Route> routes;
  routes.push_back(
      makeRoute(backend, {.method = "GET",
                          .path = "/admin/v1/pushes",
                          .work = [&backend](const ports::HttpRequest& request,
                                             const auto&) { return list(backend, request); },
                          .explain = explain}));
  return routes;
}

}  // namespace florin::cps
