#include "proof/decision_token.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "crypto/rsa.h"
#include "fakes/seeded_random.h"
#include "proof/decision_fixture.h"

namespace florin::proof {
namespace {

using std::chrono::seconds;

// The contract's example (wallet-api 3).
constexpr const char* kNonce = "abdda9cfbe2fdce335290773ba6f56a9c5ebe64910";

CardData cardOf(std::string_view pan) {
  return {SecretBytes::copyOf(base::asBytes(pan)), "1230", {}, "", kNonce};
}

struct DecisionTokenTest : ::testing::Test {
  DecisionTokenTest() {
    keys.push_back(issuerKeyOf(issuer, "2026-a", key));
    keys.push_back(
        {issuer, "rsa", crypto::VerificationKey::fromPem(pemOf(rsa.publicDer())).value(), false});
  }

  [[nodiscard]] static std::string header() { return R"({"alg":"ES256","kid":"2026-a"})"; }
  [[nodiscard]] codec::JsonObject claims(base::Time issued, base::Time expires) const {
    return decisionClaims(issuer, card, issued, expires);
  }
  [[nodiscard]] codec::JsonObject claims() const { return claims(now, now + seconds(600)); }
  [[nodiscard]] std::string signedWith(std::string_view head, std::string_view body) const {
    return signJwt(head, body, key);
  }
  [[nodiscard]] std::string good() const { return signedWith(header(), claims().text()); }

  // refusal gives nothing when the token is taken.
  [[nodiscard]] std::optional<Code> refusal(std::string_view token) const {
    return refusal(token, now);
  }
  [[nodiscard]] std::optional<Code> refusal(std::string_view token, base::Time at) const {
    const auto read = verifyDecisionToken(token, keys, subject, at);
    return read.ok() ? std::nullopt : std::optional(read.error().code());
  }

  fakes::SeededRandom random{11};
  const crypto::P256Key key = crypto::P256Key::generate(random);
  const crypto::RsaKey rsa = crypto::RsaKey::generate(2048);
  const base::TenantId issuer = base::TenantId::random(random);
  const base::Time now = base::fromMs(1'700'000'000'000);
  std::vector<IssuerKey> keys;
  CardData card = cardOf("9999001234567894");
  DecisionSubject subject{issuer, card, "florin-test"};
};

TEST_F(DecisionTokenTest, TheIssuersWordIsTaken) {
  const auto read = verifyDecisionToken(good(), keys, subject, now);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->issuer, issuer);
  EXPECT_EQ(read->keyId, "2026-a");
  EXPECT_EQ(read->expires, now + seconds(600));
  const std::string text = jwtText(R"({"typ":"JWT","alg":"RS256","kid":"rsa"})", claims().text());
  EXPECT_EQ(refusal(text + "." + codec::toBase64Url(rsa.signSha256(base::asBytes(text)))),
            std::nullopt);
}

TEST_F(DecisionTokenTest, TheSubjectIsTheNoncesHashInHex) {
  EXPECT_EQ(decodeDecisionToken(good())->nonceHash,
            "b776ce1e1b00be3f03c7fff59d872c32cfd65cc4377766f47af84f48ea8925f2");
}

TEST_F(DecisionTokenTest, OtherAlgorithmsAreMalformed) {
  const std::string body = claims().text();
  for (const std::string_view head :
       {R"({"alg":"none","kid":"2026-a"})", R"({"alg":"None","kid":"2026-a"})",
        R"({"alg":"HS256","kid":"2026-a"})", R"({"alg":"ES384","kid":"2026-a"})",
        R"({"alg":"es256","kid":"2026-a"})", R"({"alg":"","kid":"2026-a"})",
        R"({"alg":["ES256"],"kid":"2026-a"})", R"({"kid":"2026-a"})", R"({"alg":"ES256"})",
        R"({"alg":"ES256","kid":""})", R"({"alg":"ES256","kid":"2026-a","crit":["exp"]})",
        R"({"alg":"ES256","kid":"2026-a","b64":false})",
        R"({"alg":"ES256","alg":"ES256","kid":"2026-a"})", "[]", "", "{"}) {
    EXPECT_EQ(refusal(signedWith(head, body)), Code::kMalformed) << head;
  }
  EXPECT_EQ(refusal(jwtText(R"({"alg":"none","kid":"2026-a"})", body) + "."), Code::kMalformed);
}

TEST_F(DecisionTokenTest, AnAlgorithmIsTheKeysAndNotTheSenders) {
  const std::string body = claims().text();
  EXPECT_EQ(refusal(signedWith(R"({"alg":"RS256","kid":"2026-a"})", body)), Code::kUnauthenticated);
  EXPECT_EQ(refusal(signedWith(R"({"alg":"ES256","kid":"rsa"})", body)), Code::kUnauthenticated);
  EXPECT_EQ(refusal(signedWith(R"({"alg":"PS256","kid":"rsa"})", body)), Code::kUnauthenticated);
}

TEST_F(DecisionTokenTest, OtherIssuersKeysAndNoncesAreRefused) {
  EXPECT_EQ(refusal(signedWith(R"({"alg":"ES256","kid":"2026-b"})", claims().text())),
            Code::kUnauthenticated);
  const std::string token = good();
  card.nonce = "another";
  EXPECT_EQ(refusal(token), Code::kUnauthenticated);
  card.nonce = kNonce;
  subject.issuer = base::TenantId::random(random);
  EXPECT_EQ(refusal(good()), Code::kUnauthenticated);
  // The same name of a key, of another issuer.
  keys.front().issuer = subject.issuer;
  EXPECT_EQ(refusal(good()), Code::kUnauthenticated);
}

TEST_F(DecisionTokenTest, OtherDigitsUnderTheSameNonceAreAnotherCard) {
  const std::string token = good();
  card.expiry = "1231";
  EXPECT_EQ(refusal(token), Code::kUnauthenticated);
  card = cardOf("9999000000000005");
  EXPECT_EQ(refusal(token), Code::kUnauthenticated);
}

TEST_F(DecisionTokenTest, ATokenWithoutItsCardIsForKeysThatAllowIt) {
  std::string body = claims().text();
  const std::size_t at = body.find(",\"card\"");
  body.erase(at, body.find('"', body.find(':', at) + 2) + 1 - at);
  EXPECT_EQ(refusal(signedWith(header(), body)), Code::kUnauthenticated);
  keys.front().nonceOnly = true;
  EXPECT_EQ(refusal(signedWith(header(), body)), std::nullopt);
  const std::string whole = good();
  card = cardOf("9999000000000005");
  EXPECT_EQ(refusal(whole), Code::kUnauthenticated) << "where it is there it counts";
}

TEST_F(DecisionTokenTest, EveryFlippedBitIsSeen) {
  const std::string token = good();
  for (std::size_t at = 0; at < token.size(); ++at) {
    std::string flipped = token;
    flipped[at] = flipped[at] == 'A' ? 'B' : 'A';
    EXPECT_NE(refusal(flipped), std::nullopt) << at;
    EXPECT_NE(refusal(token.substr(0, at)), std::nullopt) << at;
  }
}

TEST_F(DecisionTokenTest, TimeIsHeldTo) {
  const auto at = [&](base::Time issued, base::Time expires, base::Time when) {
    return refusal(signedWith(header(), claims(issued, expires).text()), when);
  };
  constexpr auto kSkew = base::limits::kDecisionTokenSkew;
  EXPECT_EQ(at(now, now + seconds(60), now - kSkew), std::nullopt);
  EXPECT_EQ(at(now, now + seconds(60), now - kSkew - seconds(1)), Code::kUnauthenticated);
  EXPECT_EQ(at(now, now + seconds(60), now + seconds(59) + kSkew), std::nullopt);
  EXPECT_EQ(at(now, now + seconds(60), now + seconds(60) + kSkew), Code::kUnauthenticated);
  EXPECT_EQ(at(now, now, now), Code::kUnauthenticated);
  EXPECT_EQ(at(now, now - seconds(1), now), Code::kUnauthenticated);
  EXPECT_EQ(at(now, now + base::limits::kDecisionTokenLifetime, now), std::nullopt);
  EXPECT_EQ(at(now, now + base::limits::kDecisionTokenLifetime + seconds(1), now),
            Code::kUnauthenticated);
  auto later = claims();
  later.add("nbf", base::toMs(now) / 1000 + 300);
  EXPECT_EQ(refusal(signedWith(header(), later.text())), Code::kUnauthenticated);
}

TEST_F(DecisionTokenTest, AnAudienceIsThisBackend) {
  const auto with = [&](std::string_view audience) {
    std::string body = claims().text();
    body.insert(1, std::string(R"("aud":)").append(audience).append(","));
    return refusal(signedWith(header(), body));
  };
  EXPECT_EQ(with(R"("florin-test")"), std::nullopt);
  EXPECT_EQ(with(R"(["florin-test"])"), std::nullopt);
  EXPECT_EQ(with(R"("florin-other")"), Code::kUnauthenticated);
  EXPECT_EQ(with(R"("")"), Code::kUnauthenticated);
  for (const std::string_view other : {R"(["florin-test","b"])", "[]", "[1]", "7", "null"}) {
    EXPECT_EQ(with(other), Code::kMalformed) << other;
  }
}

TEST_F(DecisionTokenTest, ClaimsHaveTheirTypesAndBounds) {
  const std::string iss = "\"iss\":\"" + issuer.toString() + "\"";
  const std::string sub = "\"sub\":\"" + std::string(64, 'a') + "\"";
  for (const std::string& body : {
           std::string("{}"),
           "{" + iss + "," + sub + R"(,"iat":"1700000000","exp":1700000600})",
           "{" + iss + "," + sub + R"(,"iat":1700000000})",
           "{" + iss + "," + sub + R"(,"iat":1700000000,"exp":18446744073709551616})",
           "{" + iss + "," + sub + R"(,"iat":1700000000,"exp":1e400})",
           "{" + iss + "," + sub + R"(,"iat":-1,"exp":1700000600})",
           "{" + iss + R"(,"sub":"","iat":1700000000,"exp":1700000600})",
           R"({"iss":"bank",)" + sub + R"(,"iat":1700000000,"exp":1700000600})",
           "{" + iss + "," + iss + "," + sub + R"(,"iat":1700000000,"exp":1700000600})",
       }) {
    EXPECT_EQ(refusal(signedWith(header(), body)), Code::kMalformed) << body;
  }
  EXPECT_EQ(refusal(std::string(base::limits::kDecisionToken + 1, 'a')), Code::kTooLarge);
}

}  // namespace
}  // namespace florin::proof
