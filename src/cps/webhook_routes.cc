#include "cps/webhook_routes.h"

#include "base/limits.h"
#include "cps/answers.h"
#include "cps/api_route.h"
#include "cps/audit.h"
#include "cps/query.h"
#include "notify/notices.h"

namespace florin::cps {
namespace {

using records::NoticeState;

struct Outbox {
  std::vector<records::NoticeTotals> totals;
  std::vector<records::Notice> page;
};

Literal nameOf(NoticeState state) {
  switch (state) {
    case NoticeState::kNext: return "next";
    case NoticeState::kBehind: return "behind";
    case NoticeState::kParked: return "parked";
  }
  return "unknown";
}

// What it says is the issuer's matter and stays out.
codec::JsonObject describe(const records::Notice& notice) {
  codec::JsonObject one;
  one.add("id", notice.noticeId)
      .add("issuer", notice.place.issuer)
      .add("digitalCardId", notice.place.digitalCardId)
      .add("number", notice.place.number)
      .add("type", notify::nameOf(notice.type).view())
      .add("state", nameOf(notice.state).view())
      .add("attempts", notice.attempts)
      .add("lastStatus", notice.lastStatus)
      .add("createdMs", base::toMs(notice.created));
  if (notice.state == NoticeState::kNext) one.add("dueMs", base::toMs(notice.due));
  return one;
}

Bytes describe(const Outbox& outbox) {
  codec::JsonArray issuers;
  for (const records::NoticeTotals& of : outbox.totals) {
    issuers.add(codec::JsonObject()
                    .add("issuer", of.issuer)
                    .add("waiting", of.waiting)
                    .add("parked", of.parked)
                    .add("dropped", of.dropped));
  }
  codec::JsonArray list;
  for (const records::Notice& notice : outbox.page) list.add(describe(notice));
  return bodyOf(codec::JsonObject().add("issuers", issuers).add("webhooks", list));
}

// The query is state=parked, if wanted, and after=ID for the next page.
Result<Bytes> list(Backend& backend, const ports::HttpRequest& request,
                   const records::ApiToken& /*token*/) {
  Query query(request.query);
  const auto state = query.take("state");
  if (state && *state != "parked") return Error(Code::kMalformed, "an unknown state");
  std::optional<base::NoticeId> after;
  if (const auto text = query.take("after")) {
    FLORIN_TRY_ASSIGN(after, base::NoticeId::parse(*text));
  }
  FLORIN_TRY(query.finish());
  FLORIN_TRY_ASSIGN(
      const Outbox outbox, backend.store.read([&](ports::Unit& unit) -> Result<Outbox> {
        Outbox read;
        records::NoticePlace from;
        if (after) {
          FLORIN_TRY_ASSIGN(const auto last, unit.notices().find(*after));
          if (!last) return Error(Code::kNotFound, "the page before has ended");
          from = last->place;
        }
        FLORIN_TRY_ASSIGN(read.totals, unit.notices().totals());
        FLORIN_TRY_ASSIGN(read.page,
                          unit.notices().list(from, state.has_value(), base::limits::kNoticePage));
        return read;
      }));
  return describe(outbox);
}

Result<Bytes> retry(Backend& backend, const ports::HttpRequest& request,
                    const records::ApiToken& token) {
  FLORIN_TRY_ASSIGN(const auto id, base::NoticeId::parse(request.pathParameters.at(0)));
  FLORIN_TRY_ASSIGN(
      const records::Notice notice,
      backend.store.write([&](ports::Unit& unit) -> Result<records::Notice> {
        FLORIN_TRY(unit.notices().retry(id, backend.clock.now()));
        FLORIN_TRY(audit(unit, backend, {actorOf(token), "webhook.retried", id.view()}));
        FLORIN_TRY_ASSIGN(const auto row, unit.notices().find(id));
        if (!row) return Error(Code::kCorrupted, "a notice vanished in its unit");
        return *row;
      }));
  return bodyOf(describe(notice));
}

std::optional<Problem> explain(const Error& error) {
  switch (error.code()) {
    case Code::kMalformed:
      return Problem{400, "malformed", "the query is state=parked and after=ID; an id is 32 hex"};
    case Code::kNotFound:
      return Problem{404, "unknown-webhook", "there is no such webhook: it was delivered, perhaps"};
    case Code::kWrongState:
      return Problem{409, "webhook-waits", "only a parked webhook is retried; this one waits"};
    default: return std::nullopt;
  }
}

}  // namespace

std::vector<ports::Route> makeWebhookRoutes(Backend& backend) {
  std::vector<ports::Route> routes;
  const auto add = [&](const std::string& method, const std::string& path, auto work) {
    routes.push_back(makeRoute(
        backend,
        {.method = method,
         .path = path,
         .work = [&backend, work](const ports::HttpRequest& request,
                                  const auto& token) { return work(backend, request, token); },
         .explain = explain}));
  };
  add("GET", "/admin/v1/webhooks", list);
  add("POST", "/admin/v1/webhooks/{}/retry", retry);
  return routes;
}

}  // namespace florin::cps
