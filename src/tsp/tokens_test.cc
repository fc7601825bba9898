#include "tsp/tokens.h"

#include <set>

#include "base/limits.h"
#include "base/running_atc.h"
#include "codec/luhn.h"
#include "tsp/tsp_fixture.h"

namespace florin::tsp {
namespace {

using records::TokenState;

struct TokensTest : TspTest {
  records::Token stored(const records::Token& token) {
    return store.read([&](ports::Unit& unit) { return unit.tokens().find(issuer, token.tokenId); })
        .value()
        .value();
  }
  std::size_t wouldIssue(const records::Token& token, std::uint32_t lastAtc) {
    return tokens.prepareKeys(issuer, token.tokenId, transport(lastAtc))->keys.size();
  }
  Code prepareError(const records::Token& token) {
    return tokens.prepareKeys(issuer, token.tokenId, transport()).error().code();
  }
};

TEST_F(TokensTest, DpansAreOfTheProgramsRangeAndValidByLuhn) {
  std::set<std::string> seen;
  for (int i = 0; i < 50; ++i) {
    const records::Token token = put();
    const SecretBytes opened = openDpan(tsp, token).value();
    const std::string dpan(base::asText(opened.expose()));
    EXPECT_EQ(dpan.size(), 16U);
    EXPECT_TRUE(dpan.starts_with("999990"));
    EXPECT_EQ(codec::luhnDigit(base::asBytes(dpan.substr(0, 15))).value(), dpan.back());
    EXPECT_EQ(token.dpanLastFour, dpan.substr(12));
    seen.insert(dpan);
  }
  EXPECT_EQ(seen.size(), 50U);
}

TEST_F(TokensTest, DpanIsNeverUsedTwice) {
  const records::Token token = put();
  records::Token twin = token;
  twin.tokenId = base::TokenId::random(random);
  const auto commit = [&] {
    return write([&](ports::Unit& unit) { return tokens.commitToken(unit, twin); });
  };
  EXPECT_EQ(commit().error().code(), Code::kConflict);
  ASSERT_TRUE(step(token, CardEvent::kDelete).ok());
  EXPECT_EQ(commit().error().code(), Code::kConflict);
  twin.psn = 2;
  EXPECT_EQ(commit().error().code(), Code::kConflict);
}

TEST_F(TokensTest, RowHoldsNeitherPanNorDpanInClear) {
  const records::Token token = put();
  const SecretBytes dpan = openDpan(tsp, token).value();
  for (const Bytes& column : {token.sealedDpan, token.sealedPan, token.dpanIndex}) {
    const std::string text(base::asText(column));
    EXPECT_EQ(text.find(base::asText(dpan.expose())), std::string::npos);
    EXPECT_EQ(text.find("9999001234567894"), std::string::npos);
  }
  EXPECT_EQ(log.text().find("9999001234567894"), std::string::npos);
}

TEST_F(TokensTest, UnknownProgramAndTokenAreNotFound) {
  EXPECT_EQ(tokens
                .prepareToken(
                    {issuer, "K9", SecretBytes::copyOf(base::asBytes("9999001234567894")), "1230"})
                .error()
                .code(),
            Code::kNotFound);
  records::Token unknown;
  EXPECT_EQ(prepareError(unknown), Code::kNotFound);
  EXPECT_EQ(tokens.cardFacts(issuer, unknown.tokenId, {}).error().code(), Code::kNotFound);
  const records::Token token = put();
  EXPECT_EQ(tokens.cardFacts(acquirer, token.tokenId, {}).error().code(), Code::kNotFound);
}

TEST_F(TokensTest, StockIsNeverExceeded) {
  const records::Token token = put();
  EXPECT_EQ(issue(token), 10U);
  EXPECT_EQ(issue(token), 0U);
  EXPECT_EQ(stored(token).nextAtc, 11U);
  EXPECT_EQ(issue(token, 4), 4U);
  EXPECT_EQ(issue(token, 4), 0U);
  EXPECT_EQ(stored(token).nextAtc, 15U);
  EXPECT_EQ(wouldIssue(token, 14), 10U);
  // A device cannot have used what it was never given.
  EXPECT_EQ(wouldIssue(token, 1'000'000), 10U);
}

TEST_F(TokensTest, TwoBatchesPreparedAtOnceAreIssuedOnce) {
  const records::Token token = put();
  const auto first = tokens.prepareKeys(issuer, token.tokenId, transport());
  const auto second = tokens.prepareKeys(issuer, token.tokenId, transport());
  const auto commit = [&](const KeyBatch& batch) {
    return write([&](ports::Unit& unit) { return tokens.commitKeys(unit, batch); });
  };
  EXPECT_TRUE(commit(*first).ok());
  EXPECT_EQ(commit(*second).error().code(), Code::kConflict);
  EXPECT_EQ(commit(*first).error().code(), Code::kConflict);
  EXPECT_EQ(stored(token).nextAtc, 11U);
}

TEST_F(TokensTest, KeysAreForOneDeviceAndForCardsThatMayPay) {
  const records::Token token = active();
  device = base::DeviceId::random(random);
  EXPECT_EQ(prepareError(token), Code::kWrongState);
  device = stored(token).deviceId;
  ASSERT_TRUE(step(token, CardEvent::kSuspend).ok());
  EXPECT_EQ(prepareError(token), Code::kWrongState);
  ASSERT_TRUE(step(token, CardEvent::kDelete).ok());
  EXPECT_EQ(prepareError(token), Code::kWrongState);
}

TEST_F(TokensTest, CardGoesOnWithTheNextPsnBeforeItsAtcsEnd) {
  const records::Token token = put();
  const auto at = [&](std::uint32_t nextAtc) {
    records::Token row = stored(token);
    row.nextAtc = nextAtc;
    ASSERT_TRUE(write([&](ports::Unit& unit) { return unit.tokens().update(row); }).ok());
  };
  const auto prepare = [&](std::uint32_t lastAtc) {
    return tokens.prepareKeys(issuer, token.tokenId, transport(lastAtc));
  };
  const std::uint32_t last = base::kAtcsPerPsn - base::limits::kRenewAtcBelow;
  at(last);
  EXPECT_EQ(prepare(last - 1)->firstAtc, last);
  EXPECT_FALSE(prepare(last - 1)->newPsn);
  at(last + 1);
  const auto renewed = prepare(last);
  ASSERT_TRUE(renewed.ok());
  EXPECT_TRUE(renewed->newPsn);
  EXPECT_EQ(renewed->firstAtc, base::runningAtc(2, 1));
  EXPECT_EQ(renewed->keys.size(), 10U);
  ASSERT_TRUE(write([&](ports::Unit& unit) { return tokens.commitKeys(unit, *renewed); }).ok());
  EXPECT_EQ(stored(token).psn, 2U);
  EXPECT_EQ(stored(token).nextAtc, base::runningAtc(2, 11));
  // The old keys are outstanding until the device has the new PSN.
  EXPECT_EQ(wouldIssue(token, last), 0U);
  EXPECT_EQ(wouldIssue(token, base::runningAtc(2, 4)), 4U);
  at(base::runningAtc(base::kLastPsn, 0xFFFF));
  EXPECT_EQ(prepare(0).error().code(), Code::kExhausted);
}

TEST_F(TokensTest, KeysOfAnExpiredCardAreNotIssued) {
  const records::Token token = put("0226");
  clock.set(std::chrono::sys_days(std::chrono::year(2026) / std::chrono::March / 1));
  EXPECT_EQ(prepareError(token), Code::kWrongState);
}

TEST_F(TokensTest, CardSuspendedBeforeItWasClaimedGetsItsKeys) {
  const records::Token token = put();
  ASSERT_TRUE(step(token, CardEvent::kSuspend).ok());
  EXPECT_EQ(issue(token), 10U);
  ASSERT_TRUE(step(token, CardEvent::kActivate).ok());
  EXPECT_EQ(stored(token).state, TokenState::kSuspended);
  EXPECT_EQ(prepareError(token), Code::kWrongState);
}

TEST_F(TokensTest, DeletionVoidsEveryKeyForEver) {
  const records::Token token = active();
  ASSERT_TRUE(step(token, CardEvent::kDelete).ok());
  ASSERT_TRUE(step(token, CardEvent::kDelete).ok());
  const auto issued = store.read(
      [&](ports::Unit& unit) { return unit.paymentKeys().countIssued(token.tokenId, 1, 0); });
  EXPECT_EQ(issued.value(), 0U);
  for (const CardEvent event : {CardEvent::kActivate, CardEvent::kSuspend, CardEvent::kResume}) {
    EXPECT_EQ(step(token, event).error().code(), Code::kWrongState);
  }
  EXPECT_EQ(stored(token).state, TokenState::kDeleted);
}

TEST_F(TokensTest, StepThatChangesNothingWritesNothing) {
  const records::Token token = active();
  const std::uint64_t version = stored(token).version;
  ASSERT_TRUE(step(token, CardEvent::kResume).ok());
  ASSERT_TRUE(step(token, CardEvent::kActivate).ok());
  EXPECT_EQ(stored(token).version, version);
  ASSERT_TRUE(step(token, CardEvent::kSuspend).ok());
  EXPECT_EQ(stored(token).version, version + 1);
  ASSERT_TRUE(step(token, CardEvent::kSuspend).ok());
  EXPECT_EQ(stored(token).version, version + 1);
}

TEST_F(TokensTest, CardFactsAreTheTokensAndTheProgramsOwn) {
  const records::Token token = put("0931");
  const auto facts = tokens.cardFacts(issuer, token.tokenId, {});
  ASSERT_TRUE(facts.ok());
  EXPECT_EQ(facts->product, "Test Card");
  EXPECT_EQ(facts->scheme, "K2");
  EXPECT_EQ(facts->panLastFour, "7894");
  EXPECT_EQ(facts->dpanLastFour, token.dpanLastFour);
  EXPECT_EQ(facts->panExpiry, "0931");
  EXPECT_EQ(facts->lowWater, 3U);
  EXPECT_EQ(facts->state, TokenState::kInactive);
  EXPECT_FALSE(facts->profile.empty());
}

}  // namespace
}  // namespace florin::tsp
