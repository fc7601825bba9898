// What a wallet sees of its cards' payments over the whole Florin (wallet-api 1).
#include <gtest/gtest.h>

#include "world.h"

namespace florin::test {
namespace {

struct GotToken {
  std::string token;
  std::vector<ProvisioningServiceError> errors;
};

class TokenHearer : public AccessTokenListener {
 public:
  explicit TokenHearer(GotToken& out) : out_(out) {}
  void onSuccess(const std::string& /*card*/, const SecretBytes& token) override {
    out_.token = base::asText(token.expose());
  }
  void onError(const std::string& /*card*/, const ProvisioningServiceError& error) override {
    out_.errors.push_back(error);
  }

 private:
  GotToken& out_;
};

struct GotHistory {
  bool answered = false;
  std::vector<MGTransactionRecord> records;
  std::vector<MGErrorCode> errors;
};

class HistoryHearer : public MGTransactionHistoryListener {
 public:
  explicit HistoryHearer(GotHistory& out) : out_(out) {}
  void onSuccess(const std::vector<MGTransactionRecord>& records,
                 const std::string& /*card*/) override {
    out_.answered = true;
    out_.records = records;
  }
  void onError(const std::string& /*card*/, const MobileGatewayError& error) override {
    out_.errors.push_back(error.code);
  }

 private:
  GotHistory& out_;
};

struct HistoryTest : ::testing::Test {
  void SetUp() override {
    world.backend.addToken("issuer", records::ApiScope::kIssuer);
    world.wse();
    card = world.digitize();
    ASSERT_EQ(world.enroll(card.code).completions, 1U);
  }

  GotToken token(AccessTokenMode mode = AccessTokenMode::NO_REFRESH) {
    return tokenFor(card.digitalCardId, mode);
  }
  GotToken tokenFor(const std::string& id, AccessTokenMode mode = AccessTokenMode::NO_REFRESH) {
    GotToken out;
    world.wallet->getProvisioningBusinessService().getAccessToken(
        id, mode, std::make_shared<TokenHearer>(out));
    world.executor.advance(std::chrono::seconds(1));
    return out;
  }

  GotHistory history(const std::string& accessToken, std::optional<base::Time> since = {}) {
    GotHistory out;
    world.wallet->getTransactionHistoryService().refreshHistory(
        SecretBytes::copyOf(base::asBytes(accessToken)), card.digitalCardId, since,
        std::make_shared<HistoryHearer>(out));
    world.executor.advance(std::chrono::seconds(1));
    return out;
  }

  // pay lets a terminal take 12.50 EUR.
  void pay() {
    const auto body = world.tap();
    ASSERT_TRUE(body);
    ASSERT_EQ(
        member(world.backend.call("POST", "/tsp/v1/authorizations", "acquirer", *body), "reason"),
        "approved");
  }

  World world;
  Digitized card;
};

TEST_F(HistoryTest, PaymentsComeNewestFirstAndNotWithoutEnd) {
  EXPECT_TRUE(history(token().token).records.empty());
  world.backend.program.history.records = 3;
  world.backend.restart();
  world.connect();
  world.open();
  for (int i = 0; i < 5; ++i) {
    pay();
    world.executor.advance(std::chrono::minutes(1));
  }
  const GotHistory got = history(token(AccessTokenMode::REFRESH).token);
  ASSERT_EQ(got.records.size(), 3U);
  EXPECT_GT(got.records[0].date, got.records[1].date);
  EXPECT_EQ(got.records[0].amountMinorUnits, 1250);
  EXPECT_EQ(got.records[0].currency, 978);
  EXPECT_EQ(got.records[0].status, TransactionStatus::AUTHORIZED);
}

TEST_F(HistoryTest, SinceAndTheProgramsHorizonBoundIt) {
  pay();
  world.executor.advance(std::chrono::hours(24));
  const base::Time since = world.backend.clock.now();
  pay();
  EXPECT_EQ(history(token(AccessTokenMode::REFRESH).token, since).records.size(), 1U);
  world.executor.advance(std::chrono::hours(24) * 29);
  EXPECT_EQ(history(token(AccessTokenMode::REFRESH).token).records.size(), 1U);
  EXPECT_EQ(history(token().token, base::Time()).records.size(), 1U) << "not beyond the horizon";
}

TEST_F(HistoryTest, TokenIsKeptUntilItExpires) {
  const std::string first = token().token;
  ASSERT_FALSE(first.empty());
  EXPECT_EQ(token().token, first);
  EXPECT_NE(token(AccessTokenMode::REFRESH).token, first);
  world.executor.advance(base::limits::kAccessTokenLifetime);
  EXPECT_NE(token().token, first);
  EXPECT_EQ(history(first).errors, std::vector{MGErrorCode::INCORRECT_AUTHENTICATION_TOKEN});
}

TEST_F(HistoryTest, TokenOfAnotherCardOpensNothing) {
  const Digitized second = world.digitize("999900987654321");
  const std::string other = tokenFor(second.digitalCardId).token;
  ASSERT_FALSE(other.empty());
  EXPECT_EQ(history(other).errors, std::vector{MGErrorCode::INCORRECT_AUTHENTICATION_TOKEN});
  EXPECT_EQ(history("").errors, std::vector{MGErrorCode::INCORRECT_AUTHENTICATION_TOKEN});
  EXPECT_EQ(history("a.b.c").errors, std::vector{MGErrorCode::INCORRECT_AUTHENTICATION_TOKEN});
}

TEST_F(HistoryTest, NobodysCardGetsNoToken) {
  const GotToken none = tokenFor(std::string(32, '0'));
  ASSERT_EQ(none.errors.size(), 1U);
  EXPECT_EQ(none.errors[0].sdkCode, ProvisioningServiceErrorCode::CARD_NOT_ENROLLED);
  EXPECT_EQ(tokenFor("x").errors.at(0).sdkCode,
            ProvisioningServiceErrorCode::INVALID_DIGITALCARDID);
}

TEST(HistoryOfNobodyTest, WalletThatIsNotRegisteredAsksNothing) {
  World world;
  GotToken none;
  world.wallet->getProvisioningBusinessService().getAccessToken(
      std::string(32, '0'), AccessTokenMode::REFRESH, std::make_shared<TokenHearer>(none));
  GotHistory nothing;
  world.wallet->getTransactionHistoryService().refreshHistory(
      SecretBytes(8), std::string(32, '0'), std::nullopt, std::make_shared<HistoryHearer>(nothing));
  world.settle();
  EXPECT_EQ(none.errors.at(0).sdkCode,
            ProvisioningServiceErrorCode::ENROLLMENT_BLOCKED_SECURE_WALLET_ENROLLMENT_REQUIRED);
  EXPECT_EQ(nothing.errors, std::vector{MGErrorCode::BLOCKED_SECURE_WALLET_ENROLLMENT_REQUIRED});
}

TEST_F(HistoryTest, IssuerSeesEverythingOfItsCard) {
  pay();
  world.executor.advance(std::chrono::hours(24) * 400);
  const auto answer =
      world.backend.call("GET", "/issuer/v1/cards/" + card.digitalCardId + "/history", "issuer");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(member(answer, "outcome"), "approved");
  EXPECT_EQ(member(answer, "reason"), "approved");
}

TEST_F(HistoryTest, NoTokenStandsInALog) {
  const std::string first = token().token;
  history(first);
  EXPECT_EQ(world.backend.log.text().find(first), std::string::npos);
}

}  // namespace
}  // namespace florin::test
