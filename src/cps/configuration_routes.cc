#include "cps/configuration_routes.h"

#include <algorithm>

#include "base/bytes.h"
#include "cps/answers.h"
#include "cps/api_route.h"

namespace florin::cps {
namespace {

codec::JsonObject describe(const emv::KeyPolicy& keys) {
  codec::JsonObject json;
  if (keys.scheme == emv::KeyScheme::kSuk) {
    json.add("scheme", std::string_view("suk")).add("stock", keys.stock);
  } else {
    json.add("scheme", std::string_view("luk"))
        .add("uses", keys.lukUses)
        .add("lifetimeMs", keys.lukLifetime.count());
  }
  json.add("lowWater", keys.lowWater);
  return json;
}

codec::JsonObject describe(const tsp::Program& program) {
  const emv::ProgramTemplate& card = program.card;
  codec::JsonObject json;
  json.add("name", card.name)
      .add("product", program.product)
      .add("kernel", card.kernel == emv::Kernel::k2 ? 2 : 3)
      .add("label", card.label)
      .addHex("aid", card.aid)
      .add("dpanPrefix", program.dpanPrefix)
      .add("dpanLength", program.dpanLength)
      .add("currency", card.currency)
      .add("country", card.country)
      .add("amountLimitMinorUnits", program.amountLimit)
      .add("cvmLimitMinorUnits", card.cvmLimit)
      .add("dailyPayments", program.dailyPayments)
      .add("dailyAmountMinorUnits", program.dailyAmount)
      .add("offlineAuthentication", card.offlineAuthentication)
      .add("lateWindow", card.lateWindow)
      .add("keys", describe(card.keys))
      .add("history", codec::JsonObject()
                          .add("reachMs", program.history.reach.count())
                          .add("records", program.history.records));
  return json;
}

codec::JsonObject describe(const tsp::Issuer& issuer, const std::vector<IssuerFacts>& all) {
  codec::JsonObject json;
  json.add("id", issuer.id).add("name", issuer.name);
  const auto facts = std::ranges::find(all, issuer.id, &IssuerFacts::issuer);
  if (facts != all.end()) {
    json.add("decision", facts->decision);
    if (!facts->whenSilent.empty()) json.add("whenSilent", facts->whenSilent);
    if (!facts->webhookHost.empty()) json.add("webhookHost", facts->webhookHost);
    codec::JsonArray notify;
    for (const std::string& type : facts->notify) notify.add(type);
    json.add("notify", notify);
  }
  codec::JsonArray bins;
  for (const tsp::BinRange& bin : issuer.bins) {
    bins.add(
        codec::JsonObject().add("from", bin.from).add("to", bin.to).add("program", bin.program));
  }
  json.add("bins", bins);
  return json;
}

std::optional<Problem> explain(const Error& error) {
  if (error.code() != Code::kMalformed) return std::nullopt;
  return Problem{400, "malformed", "this route takes no query"};
}

}  // namespace

std::vector<ports::Route> makeConfigurationRoutes(Backend& backend, const tsp::Catalog& catalog,
                                                  const std::vector<IssuerFacts>& issuers) {
  std::vector<ports::Route> routes;
  const auto add = [&](const std::string& path, Literal field, auto list) {
    routes.push_back(makeRoute(backend, {.method = "GET",
                                         .path = path,
                                         .work = [field, list](const ports::HttpRequest& request,
                                                               const auto&) -> Result<Bytes> {
                                           if (!request.query.empty())
                                             return Error(Code::kMalformed, "a query");
                                           return bodyOf(codec::JsonObject().add(field, list()));
                                         },
                                         .explain = explain}));
  };
  add("/admin/v1/programs", "programs", [&catalog] {
    codec::JsonArray list;
    for (const tsp::Program& program : catalog.programs()) list.add(describe(program));
    return list;
  });
  add("/admin/v1/issuers", "issuers", [&catalog, &issuers] {
    codec::JsonArray list;
    for (const tsp::Issuer& issuer : catalog.issuers()) list.add(describe(issuer, issuers));
    return list;
  });
  add("/admin/v1/wallet-providers", "walletProviders", [&backend] {
    codec::JsonArray list;
    list.add(codec::JsonObject()
                 .add("id", backend.tenant)
                 .add("backendId", backend.backendId)
                 .add("instance", backend.instance));
    return list;
  });
  return routes;
}

}  // namespace florin::cps
