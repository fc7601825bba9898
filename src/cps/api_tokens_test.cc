#include "cps/api_tokens.h"

#include "cps/cps_fixture.h"
#include "cps/token_routes.h"
#include "crypto/hash.h"
#include "tsp/routes.h"

namespace florin::cps {
namespace {

using records::ApiScope;

struct ApiTokensTest : CpsTest {
  ApiTokensTest() : tokens(backend, catalog), routes(makeTokenRoutes(backend, tokens)) {
    mine = tokens.create({ApiScope::kOperator, tenant, "mine"}).value().text.clone();
  }

  static ports::HttpRequest request(const SecretBytes& token) {
    ports::HttpRequest made;
    made.headers = {{"authorization", "Bearer " + std::string(base::asText(token.expose()))}};
    return made;
  }
  // use gives the token's row where a route of the scope lets it in.
  Result<records::ApiToken> use(const SecretBytes& token, ApiScope scope) {
    return tsp::requireToken(store, request(token), scope);
  }
  records::ApiToken me() { return use(mine, ApiScope::kOperator).value(); }

  ports::HttpResponse ask(std::size_t route, const std::string& body, const std::string& id = "") {
    ports::HttpRequest asked = request(mine);
    asked.body = base::toBytes(base::asBytes(body));
    if (!id.empty()) asked.pathParameters.push_back(id);
    return routes.at(route).handler->handle(asked);
  }
  int create(const std::string& body) { return ask(1, body).status; }

  ApiTokens tokens;
  std::vector<ports::Route> routes;  // list, create, revoke
  SecretBytes mine;
};

TEST_F(ApiTokensTest, MadeTokenOpensItsScopeOnlyUntilItIsRevoked) {
  const auto made = tokens.create({ApiScope::kIssuer, issuer, "portal"});
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(made->text.size(), 43U);
  EXPECT_EQ(use(made->text, ApiScope::kIssuer)->label, "portal");
  EXPECT_FALSE(use(made->text, ApiScope::kAcquirer).ok());
  EXPECT_FALSE(use(made->text, ApiScope::kOperator).ok());
  ASSERT_TRUE(tokens.revoke(me(), idOf(made->row)).ok());
  EXPECT_FALSE(use(made->text, ApiScope::kIssuer).ok());
  EXPECT_TRUE(tokens.revoke(me(), idOf(made->row))->revoked) << "again changes nothing";
}

// Tally is a gate that says what it was told.
struct Tally : ports::ClientGate {
  Status proved(const ports::ProvenClient& client) override {
    EXPECT_EQ(client.kind, ports::ProvenClient::Kind::kToken);
    issuers.push_back(client.issuer);
    ids.push_back(base::toBytes(client.id));
    return full ? Status(Error(Code::kUnavailable, "too often")) : Status();
  }
  void failed() override { ++failures; }
  std::vector<std::string> issuers;
  std::vector<Bytes> ids;
  int failures = 0;
  bool full = false;
};

TEST_F(ApiTokensTest, GateCountsWhoseTokenItIsAndWhatIsNone) {
  const auto made = tokens.create({ApiScope::kIssuer, issuer, "portal"});
  ASSERT_TRUE(made.ok());
  Tally gate;
  const auto ask = [&](const SecretBytes& token, ApiScope scope) {
    ports::HttpRequest asked = request(token);
    asked.gate = &gate;
    const auto known = tsp::requireToken(store, asked, scope);
    return known.ok() ? Code::kInternal : known.error().code();
  };
  EXPECT_EQ(ask(made->text, ApiScope::kIssuer), Code::kInternal);
  EXPECT_EQ(ask(mine, ApiScope::kOperator), Code::kInternal);
  EXPECT_EQ(gate.issuers, (std::vector<std::string>{issuer.toString(), ""}));
  EXPECT_EQ(gate.ids.at(0), made->row.tokenHash);
  EXPECT_EQ(ask(made->text, ApiScope::kOperator), Code::kUnauthenticated);
  EXPECT_EQ(gate.failures, 0) << "it is a token";
  gate.full = true;
  EXPECT_EQ(ask(made->text, ApiScope::kIssuer), Code::kUnavailable);

  EXPECT_EQ(ask(SecretBytes::copyOf(base::asBytes("guess")), ApiScope::kIssuer),
            Code::kUnauthenticated);
  EXPECT_EQ(gate.failures, 1);
  ASSERT_TRUE(tokens.revoke(me(), idOf(made->row)).ok());
  EXPECT_EQ(ask(made->text, ApiScope::kIssuer), Code::kUnauthenticated);
  EXPECT_EQ(gate.failures, 2);
}

TEST_F(ApiTokensTest, StoreAndAuditHaveNoTokensText) {
  const auto made = tokens.create({ApiScope::kAcquirer, issuer, "till"});
  ASSERT_TRUE(made.ok());
  const std::string text(base::asText(made->text.expose()));
  EXPECT_EQ(made->row.tokenHash, base::toBytes(crypto::sha256(base::asBytes(text))));
  ASSERT_TRUE(tokens.revoke(me(), idOf(made->row)).ok());
  const auto entries =
      store.read([&](ports::Unit& unit) { return unit.audit().newest(tenant, ~0ULL >> 1U, 2); });
  EXPECT_EQ(entries->at(0).action, "token.revoked");
  EXPECT_EQ(entries->at(1).action, "token.created");
  EXPECT_EQ(entries->at(1).subject, base::toHex(idOf(made->row)));
  EXPECT_NE(entries->at(1).facts.find("till"), std::string::npos);
  EXPECT_EQ(entries->at(1).facts.find(text), std::string::npos);
  EXPECT_EQ(log.text().find(text), std::string::npos);
}

TEST_F(ApiTokensTest, TenantMustBeOneOfOurs) {
  const auto other = base::TenantId::random(random);
  EXPECT_EQ(tokens.create({ApiScope::kIssuer, other, "x"}).error().code(), Code::kNotFound);
  EXPECT_EQ(tokens.create({ApiScope::kAcquirer, tenant, "x"}).error().code(), Code::kNotFound);
  EXPECT_EQ(tokens.create({ApiScope::kOperator, issuer, "x"}).error().code(), Code::kNotFound);
}

TEST_F(ApiTokensTest, NobodyLocksHimselfOut) {
  EXPECT_EQ(tokens.revoke(me(), idOf(me())).error().code(), Code::kConflict);
  EXPECT_EQ(tokens.revoke(me(), Bytes(kApiTokenId)).error().code(), Code::kNotFound);
}

TEST_F(ApiTokensTest, TwoDoNotRevokeEachOther) {
  const records::ApiToken first = me();
  const auto second = tokens.create({ApiScope::kOperator, tenant, "second"});
  ASSERT_TRUE(tokens.revoke(first, idOf(second->row)).ok());
  EXPECT_EQ(tokens.revoke(second->row, idOf(first)).error().code(), Code::kUnauthenticated);
}

TEST_F(ApiTokensTest, ThereIsAnEnd) {
  ASSERT_TRUE(write([&](ports::Unit& unit) -> Status {
                for (std::size_t i = 1; i < base::limits::kApiTokens; ++i) {
                  FLORIN_TRY(unit.apiTokens().insert(
                      {random.bytes(32), issuer, ApiScope::kIssuer, "one of many", true, {}}));
                }
                return {};
              }).ok());
  EXPECT_EQ(tokens.create({ApiScope::kIssuer, issuer, "x"}).error().code(), Code::kExhausted);
}

TEST_F(ApiTokensTest, RoutesGiveTheTextOnce) {
  const auto made =
      ask(1, R"({"scope":"issuer","label":"portal","tenant":")" + issuer.toString() + "\"}");
  ASSERT_EQ(made.status, 200);
  EXPECT_NE(base::asText(made.body).find("\"token\":\""), std::string_view::npos);
  const auto listed = ask(0, "");
  EXPECT_NE(base::asText(listed.body).find("portal"), std::string_view::npos);
  EXPECT_EQ(base::asText(listed.body).find("\"token\":\""), std::string_view::npos);
  const std::string id = base::toHex(idOf(tokens.list()->back()));
  EXPECT_EQ(ask(2, "", base::toHex(idOf(me()))).status, 409);
  EXPECT_EQ(ask(2, "", "00").status, 400);
  EXPECT_EQ(ask(2, "", std::string(32, '0')).status, 404);
}

TEST_F(ApiTokensTest, AuditLogSaysWithWhichTokenItWasDone) {
  ASSERT_EQ(create(R"({"scope":"operator","label":"night shift"})"), 200);
  const auto entries =
      store.read([&](ports::Unit& unit) { return unit.audit().newest(tenant, ~0ULL >> 1U, 1); });
  ASSERT_TRUE(entries.ok());
  EXPECT_EQ(entries->at(0).actor, "operator");
  const std::string expected =
      ", label night shift, by token mine (" + base::toHex(idOf(me()).first(4)) + ")";
  EXPECT_TRUE(entries->at(0).facts.ends_with(expected)) << entries->at(0).facts;
  EXPECT_EQ(actorOf(me()).as, records::Suspender::kOperator);
  records::ApiToken portal = me();
  portal.scope = ApiScope::kIssuer;
  EXPECT_EQ(actorOf(portal).as, records::Suspender::kIssuer);
}

TEST_F(ApiTokensTest, TokenOfAMonitorIsGoodForTheFiguresOnly) {
  const auto made = tokens.create({ApiScope::kMetrics, tenant, "prometheus"});
  ASSERT_TRUE(made.ok());
  EXPECT_TRUE(use(made->text, ApiScope::kMetrics).ok());
  for (const ApiScope other : {ApiScope::kOperator, ApiScope::kIssuer, ApiScope::kAcquirer}) {
    EXPECT_FALSE(use(made->text, other).ok());
  }
  EXPECT_TRUE(use(mine, ApiScope::kMetrics).ok()) << "an operator's serves, too";
  EXPECT_EQ(tokens.create({ApiScope::kMetrics, issuer, "x"}).error().code(), Code::kNotFound);
  EXPECT_EQ(create(R"({"scope":"metrics","label":"second"})"), 200);
}

TEST_F(ApiTokensTest, WhatIsNoWishIsRefused) {
  const std::string of = R"(","tenant":")" + issuer.toString() + "\"}";
  for (const std::string& body :
       {std::string(), std::string("{}"), R"({"scope":"root","label":"x)" + of,
        R"({"scope":"issuer","label":")" + of, R"({"scope":"issuer","label":"\u0007)" + of,
        R"({"scope":"issuer","label":")" + std::string(65, 'x') + of,
        std::string(R"({"scope":"issuer","label":"x"})"), R"({"scope":"operator","label":"x)" + of,
        std::string(R"({"scope":"issuer","label":"x","tenant":"00"})")}) {
    EXPECT_EQ(create(body), 400) << body;
  }
  EXPECT_EQ(create(R"({"scope":"operator","label":"second"})"), 200);
}

}  // namespace
}  // namespace florin::cps
