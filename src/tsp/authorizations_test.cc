#include "tsp/authorizations.h"

#include "codec/json_reader.h"
#include "crypto/hash.h"
#include "tsp/routes.h"
#include "tsp/tsp_fixture.h"

namespace florin::tsp {
namespace {

using records::PaymentKeyState;
using records::TokenState;

struct AuthorizationsTest : TspTest {
  Result<std::string> authorize(const std::string& body, const std::string& key) {
    return authorizations.authorize({acquirer, key, base::asBytes(body)});
  }

  // reasonOf sends a request under a key of its own and gives the reason of the answer.
  std::string reasonOf(const emv::CryptogramRequest& request) {
    const auto answer = authorize(bodyOf(request), "key-" + std::to_string(++keys_));
    EXPECT_TRUE(answer.ok());
    return answer.ok() ? field(*answer, "reason") : "";
  }
  std::string reasonOf(const records::Token& token, const Tap& tap) {
    return reasonOf(request(token, tap));
  }

  // field gives a string of a flat JSON object, or "absent".
  static std::string field(const std::string& json, const std::string& name) {
    const std::string begin = "\"" + name + "\":\"";
    const std::size_t at = json.find(begin);
    if (at == std::string::npos) return "absent";
    const std::size_t from = at + begin.size();
    return json.substr(from, json.find('"', from) - from);
  }

  std::optional<PaymentKeyState> stateOf(const records::Token& token, std::uint32_t atc) {
    const auto key = store.read(
        [&](ports::Unit& unit) { return unit.paymentKeys().find(token.tokenId, 1, atc); });
    if (!*key) return std::nullopt;
    return (*key)->state;
  }
  std::size_t booked(const records::Token& token) {
    return store
        .read([&](ports::Unit& unit) {
          return unit.authorizations().ofToken(issuer, token.tokenId, 100);
        })
        ->size();
  }

 private:
  int keys_ = 0;
};

TEST_F(AuthorizationsTest, ApprovalHasArpcAndSpendsItsKey) {
  const records::Token token = active();
  const emv::CryptogramRequest sent = request(token, {.atc = 3});
  const auto answer = authorize(bodyOf(sent), "key");
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(field(*answer, "outcome"), "approved");
  EXPECT_EQ(field(*answer, "reason"), "approved");
  EXPECT_EQ(field(*answer, "responseCode"), "00");
  const auto arpc = custody->arpc(cardKeyRef(token, openDpan(tsp, token).value()), {.number = 3},
                                  sent.cryptogram, {'0', '0'});
  EXPECT_EQ(field(*answer, "arpc"), base::toHex(*arpc));
  EXPECT_EQ(stateOf(token, 3), PaymentKeyState::kSpent);
  EXPECT_EQ(stateOf(token, 2), PaymentKeyState::kIssued);
}

TEST_F(AuthorizationsTest, AtcIsAcceptedOnce) {
  const records::Token token = active();
  EXPECT_EQ(reasonOf(token, {.atc = 1}), "approved");
  EXPECT_EQ(reasonOf(token, {.atc = 1}), "atc_used");
  EXPECT_EQ(reasonOf(token, {.atc = 1, .amount = 9}), "atc_used");
}

TEST_F(AuthorizationsTest, IssuedAtcsAreAcceptedInAnyOrder) {
  const records::Token token = active();
  for (const std::uint16_t atc : {10, 1, 5}) EXPECT_EQ(reasonOf(token, {.atc = atc}), "approved");
}

TEST_F(AuthorizationsTest, OnlyIssuedAtcsAreAccepted) {
  const records::Token token = active();
  EXPECT_EQ(reasonOf(token, {.atc = 11}), "atc_not_issued");
  EXPECT_EQ(reasonOf(token, {.atc = 65'535}), "atc_not_issued");
  ASSERT_EQ(issue(token, 1), 1U);
  EXPECT_EQ(reasonOf(token, {.atc = 11}), "approved");
}

TEST_F(AuthorizationsTest, VoidAtcIsDeclinedForEver) {
  const records::Token token = active();
  ASSERT_TRUE(write([&](ports::Unit& unit) {
                return unit.paymentKeys().setState(token.tokenId, 1, 2, PaymentKeyState::kVoid);
              }).ok());
  EXPECT_EQ(reasonOf(token, {.atc = 2}), "atc_void");
  EXPECT_EQ(reasonOf(token, {.atc = 2}), "atc_void");
  EXPECT_EQ(stateOf(token, 2), PaymentKeyState::kVoid);
}

TEST_F(AuthorizationsTest, SameKeyGetsTheStoredAnswerAndBooksOnce) {
  const records::Token token = active();
  const std::string body = bodyOf(request(token, {}));
  const auto first = authorize(body, "key");
  ASSERT_TRUE(first.ok());
  ASSERT_TRUE(step(token, CardEvent::kSuspend).ok());
  EXPECT_EQ(authorize(body, "key").value(), *first);
  EXPECT_EQ(booked(token), 1U);
}

TEST_F(AuthorizationsTest, SameKeyOfAnotherAcquirerIsAnotherRequest) {
  const records::Token token = active();
  const std::string body = bodyOf(request(token, {}));
  ASSERT_TRUE(authorize(body, "key").ok());
  const auto other = authorizations.authorize({issuer, "key", base::asBytes(body)});
  EXPECT_EQ(field(*other, "reason"), "atc_used");
}

TEST_F(AuthorizationsTest, SameKeyWithAnotherBodyIsRefusedAndBooksNothing) {
  const records::Token token = active();
  ASSERT_TRUE(authorize(bodyOf(request(token, {.atc = 1})), "key").ok());
  const auto other = authorize(bodyOf(request(token, {.atc = 2})), "key");
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().code(), Code::kConflict);
  EXPECT_EQ(stateOf(token, 2), PaymentKeyState::kIssued);
  EXPECT_EQ(booked(token), 1U);
}

TEST_F(AuthorizationsTest, CommitThatFailsBooksNothingAndMayBeRepeated) {
  const records::Token token = active();
  const std::string body = bodyOf(request(token, {}));
  store.failCommits(1);
  EXPECT_EQ(authorize(body, "key").error().code(), Code::kUnavailable);
  EXPECT_EQ(stateOf(token, 1), PaymentKeyState::kIssued);
  EXPECT_EQ(field(*authorize(body, "key"), "outcome"), "approved");
}

TEST_F(AuthorizationsTest, UnitThatRunsTwiceBooksOnce) {
  const records::Token token = active();
  store.rerunUnits(1);
  EXPECT_EQ(reasonOf(token, {}), "approved");
  EXPECT_EQ(booked(token), 1U);
}

TEST_F(AuthorizationsTest, WrongCryptogramSpendsNothing) {
  const records::Token token = active();
  emv::CryptogramRequest forged = request(token, {});
  forged.cryptogram[0] ^= 1;
  const auto answer = authorize(bodyOf(forged), "forged");
  EXPECT_EQ(field(*answer, "reason"), "wrong_cryptogram");
  EXPECT_EQ(field(*answer, "arpc"), "absent");
  EXPECT_EQ(stateOf(token, 1), PaymentKeyState::kIssued);

  emv::CryptogramRequest raised = request(token, {});
  raised.input.amountAuthorised = emv::bcd<6>(1251);
  EXPECT_EQ(reasonOf(raised), "wrong_cryptogram");
  EXPECT_EQ(reasonOf(token, {}), "approved");
}

TEST_F(AuthorizationsTest, CryptogramOfOneCardIsNotThatOfAnother) {
  const records::Token one = active();
  const records::Token other = active();
  emv::CryptogramRequest moved = request(one, {});
  moved.dpan = openDpan(tsp, other).value();
  EXPECT_EQ(reasonOf(moved), "wrong_cryptogram");
}

TEST_F(AuthorizationsTest, UnknownDpanOrPsnIsDeclined) {
  const records::Token token = active();
  emv::CryptogramRequest other = request(token, {});
  other.psn = 0;
  EXPECT_EQ(reasonOf(other), "unknown_token");
  other.psn = 2;
  EXPECT_EQ(reasonOf(other), "wrong_cryptogram") << "each PSN has keys of its own";
  other = request(token, {});
  other.dpan = SecretBytes::copyOf(base::asBytes("9999001234567894"));
  EXPECT_EQ(reasonOf(other), "unknown_token");
}

TEST_F(AuthorizationsTest, CardThatMayNotPayIsDeclinedForItsState) {
  const records::Token suspended = active();
  ASSERT_TRUE(step(suspended, CardEvent::kSuspend).ok());
  EXPECT_EQ(reasonOf(suspended, {}), "token_suspended");
  EXPECT_EQ(stateOf(suspended, 1), PaymentKeyState::kSpent);
  EXPECT_EQ(reasonOf(suspended, {}), "atc_used");
  ASSERT_TRUE(step(suspended, CardEvent::kResume).ok());
  EXPECT_EQ(reasonOf(suspended, {.atc = 2}), "approved");
  const records::Token inactive = put();
  issue(inactive);
  EXPECT_EQ(reasonOf(inactive, {}), "token_not_active");
}

TEST_F(AuthorizationsTest, KeysOfADeletedCardAreVoid) {
  const records::Token token = active();
  EXPECT_EQ(reasonOf(token, {.atc = 1}), "approved");
  ASSERT_TRUE(step(token, CardEvent::kDelete).ok());
  EXPECT_EQ(reasonOf(token, {.atc = 1}), "atc_used");
  EXPECT_EQ(reasonOf(token, {.atc = 2}), "token_deleted");
  EXPECT_EQ(stateOf(token, 2), PaymentKeyState::kVoid);
}

TEST_F(AuthorizationsTest, ExpiryIsTheEndOfTheMonth) {
  const records::Token token = active("0226");
  const base::Time end = std::chrono::sys_days(std::chrono::year(2026) / std::chrono::March / 1);
  clock.set(end - base::Duration(1));
  EXPECT_EQ(reasonOf(token, {.atc = 1}), "approved");
  clock.set(end);
  EXPECT_EQ(reasonOf(token, {.atc = 2}), "token_expired");
  EXPECT_EQ(stateOf(token, 2), PaymentKeyState::kSpent);
}

TEST_F(AuthorizationsTest, AmountIsBoundedByTheProgram) {
  const records::Token token = active();
  EXPECT_EQ(reasonOf(token, {.atc = 1, .amount = 0}), "approved");
  const auto verifier = emv::Verifier::kDevice;
  EXPECT_EQ(reasonOf(token, {.atc = 2, .amount = kAmountLimit, .verifier = verifier}), "approved");
  EXPECT_EQ(reasonOf(token, {.atc = 3, .amount = kAmountLimit + 1, .verifier = verifier}),
            "amount_over_limit");
  EXPECT_EQ(reasonOf(token, {.atc = 4, .currency = 840}), "wrong_currency");
}

TEST_F(AuthorizationsTest, AboveTheProgramsLimitTheCardholderIsVerified) {
  const records::Token token = active();
  const std::uint64_t limit = emv::programK2().cvmLimit;
  EXPECT_EQ(reasonOf(token, {.atc = 1, .amount = limit}), "approved");
  EXPECT_EQ(reasonOf(token, {.atc = 2, .amount = limit + 1}), "cardholder_unverified");
  EXPECT_EQ(stateOf(token, 2), PaymentKeyState::kSpent);
  std::uint16_t atc = 3;
  for (const auto verifier : {emv::Verifier::kDevice, emv::Verifier::kOnlinePin}) {
    EXPECT_EQ(reasonOf(token, {.atc = atc++, .amount = limit + 1, .verifier = verifier}),
              "approved");
  }
}

TEST_F(AuthorizationsTest, CardsOwnDeclineIsADeclineThatSpends) {
  const records::Token token = active();
  EXPECT_EQ(reasonOf(token, {.type = emv::CryptogramType::kAac}), "declined_by_card");
  EXPECT_EQ(stateOf(token, 1), PaymentKeyState::kSpent);
}

TEST_F(AuthorizationsTest, BodyAndKeyMustHaveTheirForm) {
  const std::string good = bodyOf(request(active(), {}));
  for (const char* body : {"", "{}", "[]", "{\"emv\":\"\"}", "{\"emv\":\"0\"}", "{\"emv\":1}"}) {
    EXPECT_EQ(authorize(body, "key").error().code(), Code::kMalformed) << body;
  }
  EXPECT_FALSE(authorize(good.substr(0, good.size() - 1) + ",\"x\":1}", "key").ok());
  EXPECT_EQ(authorize(good, "").error().code(), Code::kInvalidArgument);
  EXPECT_EQ(authorize(good, std::string(65, 'k')).error().code(), Code::kInvalidArgument);
  EXPECT_TRUE(authorize(good, std::string(64, 'k')).ok());
}

TEST_F(AuthorizationsTest, NoDpanIsLogged) {
  const records::Token token = active();
  EXPECT_EQ(reasonOf(token, {}), "approved");
  const SecretBytes dpan = openDpan(tsp, token).value();
  EXPECT_EQ(log.text().find(base::asText(dpan.expose())), std::string::npos);
}

struct AcquirerRoutesTest : TspTest {
  ports::HttpResponse send(const std::string& authorization) {
    ports::HttpRequest request;
    request.method = "POST";
    request.headers = {{"authorization", authorization}, {"idempotency-key", "key"}};
    request.body = {'{', '}'};
    return makeRoutes(tsp, authorizations, reversals).at(0).handler->handle(request);
  }
  void putToken(const std::string& text, records::ApiScope scope, bool revoked) {
    ASSERT_TRUE(write([&](ports::Unit& unit) {
                  return unit.apiTokens().insert(
                      {.tokenHash = base::toBytes(crypto::sha256(base::asBytes(text))),
                       .tenant = acquirer,
                       .scope = scope,
                       .label = "test",
                       .revoked = revoked,
                       .created = clock.now()});
                }).ok());
  }
};

TEST_F(AcquirerRoutesTest, SchemeHasNoCaseButTheTokenHas) {
  putToken("Token", records::ApiScope::kAcquirer, false);
  // 400: the token was taken, the body is none.
  for (const char* good : {"Bearer Token", "bearer Token", "BEARER Token"}) {
    EXPECT_EQ(send(good).status, 400) << good;
  }
  for (const char* bad : {"", "Bearer", "Bearer ", "Bearer token", "Bearer  Token", "Basic Token",
                          "BearerToken", "Bearer Token "}) {
    EXPECT_EQ(send(bad).status, 401) << bad;
  }
}

TEST_F(AcquirerRoutesTest, RefusalAsksForABearerToken) {
  const ports::HttpResponse refused = send("Bearer unknown");
  ASSERT_EQ(refused.status, 401);
  ASSERT_EQ(refused.headers.size(), 1U);
  EXPECT_EQ(refused.headers[0],
            std::make_pair(std::string("WWW-Authenticate"), std::string("Bearer")));
  EXPECT_EQ(refused.contentType, "application/problem+json");
}

TEST_F(AcquirerRoutesTest, RevokedTokensAndThoseOfAnotherScopeAreUnknown) {
  putToken("revoked", records::ApiScope::kAcquirer, true);
  putToken("operator", records::ApiScope::kOperator, false);
  EXPECT_EQ(send("Bearer revoked").status, 401);
  EXPECT_EQ(send("Bearer operator").status, 401);
}

}  // namespace
}  // namespace florin::tsp
