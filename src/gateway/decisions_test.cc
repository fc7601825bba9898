#include "gateway/decisions.h"

#include <algorithm>

#include "cps/housekeeping.h"
#include "crypto/cms.h"
#include "crypto/hash.h"
#include "gateway/gateway_fixture.h"

namespace florin::gateway {
namespace {

using std::chrono::minutes;

// A digitization with an issuer's signed yes: he is not asked then.
struct DecisionTokensTest : DigitizingTest {
  messages::DigitizeRequest withToken(const std::string& token) {
    auto message = request();
    message.authenticationToken = SecretBytes::copyOf(base::asBytes(token));
    return message;
  }
  std::string token(const std::string& nonce = "nonce", const std::string& keyName = "2026-a") {
    const std::string digits = pan("999900123456789");
    const proof::CardData card{SecretBytes::copyOf(base::asBytes(digits)), "1230", {}, "", nonce};
    return proof::signJwt(
        R"({"alg":"ES256","kid":")" + keyName + "\"}",
        proof::decisionClaims(issuer, card, clock.now(), clock.now() + minutes(10)).text(),
        issuerKey);
  }
};

TEST_F(DecisionTokensTest, TheIssuersWordStandsForAQuestion) {
  issuers.answer = {ports::IssuerDecision::kRed, {}};
  const auto message = withToken(token());
  EXPECT_EQ(replyOf(message).decision, messages::Decision::kGreen);
  EXPECT_TRUE(issuers.asked.empty());
  EXPECT_EQ(replyOf(message).decision, messages::Decision::kGreen) << "the same request again";
}

TEST_F(DecisionTokensTest, ATokenThatDoesNotFitDecidesNothing) {
  for (const std::string& wrong : {token("another"), token("nonce", "2026-b"), std::string("a.b.c"),
                                   std::string("x"), token() + "A"}) {
    EXPECT_EQ(refusalOf(withToken(wrong)), MGErrorCode::INCORRECT_AUTHENTICATION_TOKEN);
  }
  EXPECT_EQ(cardCount(), 0U);
  EXPECT_TRUE(issuers.asked.empty()) << "a wrong token is not a question";
}

TEST_F(DecisionTokensTest, ANonceIsForOneDigitizationOfOneWallet) {
  const std::string good = token();
  ASSERT_EQ(refusalOf(withToken(good)), std::nullopt);
  wallet.walletId = base::WalletId::random(random);
  ASSERT_TRUE(write([&](ports::Unit& unit) { return unit.wallets().insert(wallet); }).ok());
  EXPECT_EQ(refusalOf(withToken(good)), MGErrorCode::INCORRECT_AUTHENTICATION_TOKEN);
  clock.advance(minutes(5));
  EXPECT_EQ(refusalOf(withToken(token())), MGErrorCode::INCORRECT_AUTHENTICATION_TOKEN)
      << "another token over the same nonce";
  EXPECT_EQ(cardCount(), 0U);
}

TEST_F(DecisionTokensTest, ANonceIsForgottenWhenItsTokenIsOver) {
  ASSERT_EQ(refusalOf(withToken(token())), std::nullopt);
  cps::Housekeeping housekeeping(backend);
  EXPECT_EQ(housekeeping.purge()->captures, 0U);
  clock.advance(minutes(10));
  EXPECT_EQ(housekeeping.purge()->captures, 0U) << "clocks differ";
  clock.advance(base::limits::kDecisionTokenSkew + std::chrono::seconds(1));
  EXPECT_EQ(housekeeping.purge()->captures, 1U);
}

TEST_F(DecisionTokensTest, AFailedCommitSpendsNothing) {
  const auto message = withToken(token());
  store.failCommits(1);
  EXPECT_FALSE(digitize(message).ok());
  EXPECT_EQ(replyOf(message).decision, messages::Decision::kGreen);
}

TEST_F(DecisionTokensTest, BentCardDataUnderAGoodTokenIsAnotherCard) {
  // AES-CBC is not authenticated: who flips bits of the IV flips digits of the PAN.
  const std::string good = token();
  const Bytes whole = envelope(pan("999900123456789"));
  const auto parts = crypto::cmsParse(whole);
  ASSERT_TRUE(parts.ok());
  const auto iv = std::ranges::search(whole, parts->iv).begin() - whole.begin();
  unsigned taken = 0;
  // Bytes 14 and 15 are digits behind the BIN: {"fpan":"999900.. Luhn is kept by one in ten.
  for (unsigned change = 0; change < 81; ++change) {
    auto bent = withToken(good);
    bent.card.cardData = whole;
    bent.card.cardData[static_cast<std::size_t>(iv) + 14] ^=
        static_cast<std::uint8_t>(1 + change / 9);
    bent.card.cardData[static_cast<std::size_t>(iv) + 15] ^=
        static_cast<std::uint8_t>(1 + change % 9);
    const auto refused = refusalOf(bent);
    EXPECT_NE(refused, std::nullopt);
    if (refused == MGErrorCode::INCORRECT_AUTHENTICATION_TOKEN) ++taken;
  }
  EXPECT_GT(taken, 0U) << "none of them was card data at all";
  EXPECT_EQ(cardCount(), 0U);
}

TEST_F(DecisionTokensTest, AWordAboutACardThatIsHereCountsToo) {
  issuers.yellow();
  const auto yellow = replyOf(request());
  ASSERT_EQ(yellow.decision, messages::Decision::kYellow);
  EXPECT_EQ(refusalOf(withToken("a.b.c")), MGErrorCode::INCORRECT_AUTHENTICATION_TOKEN);
  EXPECT_EQ(refusalOf(withToken(token("another"))), MGErrorCode::INCORRECT_AUTHENTICATION_TOKEN);
  const std::string good = token();
  const auto green = replyOf(withToken(good));
  EXPECT_EQ(green.digitalCardId, yellow.digitalCardId);
  EXPECT_EQ(green.decision, messages::Decision::kGreen);
  EXPECT_EQ(stepUps.state(wallet.walletId, green.digitalCardId)->phase,
            messages::IdvPhase::kActivated);
  EXPECT_EQ(refusalOf(withToken(good)), MGErrorCode::INCORRECT_AUTHENTICATION_TOKEN);
}

TEST_F(DecisionTokensTest, NeitherTokenNorNonceIsLogged) {
  const std::string wrong = token("another");
  EXPECT_FALSE(digitize(withToken(wrong)).ok());
  EXPECT_NE(log.text().find("card.token_refused"), std::string::npos);
  EXPECT_EQ(log.text().find(wrong.substr(0, 20)), std::string::npos);
}

// Cards that their issuer hands over.
struct PushSessionTest : DigitizingTest {
  PushedCard pushed() {
    return {
        .cardData = envelope(pan("999900123456789")), .approved = false, .termsAccepted = false};
  }
  messages::DigitizeRequest bySession(const SecretBytes& id) {
    auto message = request();
    message.card.cardData.clear();
    message.card.pushSessionId = id.clone();
    return message;
  }
};

TEST_F(PushSessionTest, ACardIsFetchedOnce) {
  const auto session = captures.push(issuer, pushed());
  ASSERT_TRUE(session.ok());
  const auto message = bySession(session->id);
  const auto reply = replyOf(message);
  EXPECT_EQ(issuers.asked.size(), 1U);
  EXPECT_EQ(reply.panLastFour, pan("999900123456789").substr(12));
  EXPECT_EQ(replyOf(message).digitalCardId, reply.digitalCardId) << "the same request again";
  EXPECT_EQ(refusalOf(bySession(session->id)), MGErrorCode::INVALID_PUSH_SESSION_ID);
}

TEST_F(PushSessionTest, TheIssuersApprovalAndTheAcceptedTermsStand) {
  tsp::CardOffer offered;
  offered.terms.push_back(tsp::makeTerms("en", "text/plain", "Yes?"));
  offer(offered);
  issuers.answer = {ports::IssuerDecision::kRed, {}};
  auto card = pushed();
  card.approved = true;
  const auto approved = captures.push(issuer, card);
  EXPECT_EQ(refusalOf(bySession(approved->id)), MGErrorCode::MISSING_REQUIRED_PARAMETER);
  card.termsAccepted = true;
  const auto both = captures.push(issuer, card);
  messages::EligibilityRequest asked;
  asked.card.pushSessionId = both->id.clone();
  asked.language = "en";
  EXPECT_FALSE(eligibility.check(wallet, asked, {})->terms);
  EXPECT_EQ(replyOf(bySession(both->id)).decision, messages::Decision::kGreen);
  EXPECT_TRUE(issuers.asked.empty());
}

TEST_F(PushSessionTest, ASessionOfACardThatIsHereIsUsedUpToo) {
  issuers.yellow();
  replyOf(request());
  auto card = pushed();
  card.approved = true;
  const auto session = captures.push(issuer, card);
  EXPECT_EQ(replyOf(bySession(session->id)).decision, messages::Decision::kGreen);
  wallet.walletId = base::WalletId::random(random);
  ASSERT_TRUE(write([&](ports::Unit& unit) { return unit.wallets().insert(wallet); }).ok());
  EXPECT_EQ(refusalOf(bySession(session->id)), MGErrorCode::INVALID_PUSH_SESSION_ID);
}

TEST_F(PushSessionTest, ItEndsAndAnothersIsUnknown) {
  const auto session = captures.push(issuer, pushed());
  EXPECT_EQ(refusalOf(bySession(SecretBytes::copyOf(Bytes(32, '0')))),
            MGErrorCode::INVALID_PUSH_SESSION_ID);
  clock.advance(base::limits::kPushSessionLifetime);
  EXPECT_EQ(refusalOf(bySession(session->id)), MGErrorCode::INVALID_PUSH_SESSION_ID);
  EXPECT_EQ(cps::Housekeeping(backend).purge()->captures, 0U);
  clock.advance(std::chrono::milliseconds(1));
  EXPECT_EQ(cps::Housekeeping(backend).purge()->captures, 1U);
}

TEST_F(PushSessionTest, AnIssuerPushesItsOwnCardsOnly) {
  const auto other = captures.push(base::TenantId::random(random), pushed());
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().code(), Code::kNotFound);
  auto none = pushed();
  none.cardData.pop_back();
  EXPECT_EQ(messages::mgErrorOf(captures.push(issuer, none).error()),
            MGErrorCode::INVALID_CARD_DATA);
}

TEST_F(PushSessionTest, TheStoreHoldsNeitherPanNorId) {
  const auto session = captures.push(issuer, pushed());
  const auto kept = store.read([&](ports::Unit& unit) {
    return unit.pushSessions().find(tenant, crypto::sha256(session->id.expose()));
  });
  ASSERT_TRUE(*kept);
  const std::string sealed(base::asText((*kept)->sealedCard));
  EXPECT_EQ(sealed.find(pan("999900123456789")), std::string::npos);
  EXPECT_EQ(log.text().find(text(session->id)), std::string::npos);
}

}  // namespace
}  // namespace florin::gateway
