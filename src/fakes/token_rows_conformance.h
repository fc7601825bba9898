// Part of the conformance suite of stores (rows_conformance.h): rows of records/tokens.h.
#pragma once

#include "fakes/rows_conformance.h"

namespace florin::fakes {

TEST_P(RowsTest, DpanIsNeverReused) {
  const records::Token first = token();
  ASSERT_TRUE(write([&](auto& unit) { return unit.tokens().insert(first); }).ok());
  records::Token other = first;
  other.tokenId = id<base::TokenId>();
  other.tenant = otherTenant_;
  const auto insertOther = [&] {
    return codeOf([&](auto& unit) { return unit.tokens().insert(other); });
  };
  EXPECT_EQ(insertOther(), Code::kConflict);
  other.psn = 2;
  EXPECT_EQ(insertOther(), Code::kConflict);
  records::Token renewed = first;
  renewed.psn = 2;
  ASSERT_TRUE(write([&](auto& unit) { return unit.tokens().update(renewed); }).ok());
  other.psn = 1;
  EXPECT_EQ(insertOther(), Code::kConflict);
  const auto found = value([&](auto& unit) { return unit.tokens().findByDpan(first.dpanIndex); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->tokenId, token_);
  EXPECT_EQ(found->psn, 2U);
}

TEST_P(RowsTest, TokenIsUpdatedFromItsVersionOnly) {
  records::Token row = token();
  ASSERT_TRUE(write([&](auto& unit) { return unit.tokens().insert(row); }).ok());
  row.nextAtc = 11;
  row.state = records::TokenState::kActive;
  row.deviceId = device_;
  row.suspenders = 5;
  row.toldLowWater = 3;
  ASSERT_TRUE(write([&](auto& unit) { return unit.tokens().update(row); }).ok());
  EXPECT_EQ(codeOf([&](auto& unit) { return unit.tokens().update(row); }), Code::kConflict);
  const auto found = value([&](auto& unit) { return unit.tokens().find(tenant_, token_); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->version, row.version + 1);
  EXPECT_EQ(found->nextAtc, 11U);
  EXPECT_EQ(found->deviceId, device_);
  EXPECT_EQ(found->suspenders, 5U);
  EXPECT_EQ(found->toldLowWater, 3U);
  EXPECT_EQ(found->expiry, "1230");
  EXPECT_EQ(found->sealedPan, row.sealedPan);
  EXPECT_FALSE(value([&](auto& unit) { return unit.tokens().find(otherTenant_, token_); }));
}

TEST_P(RowsTest, TokenKeepsItsDpan) {
  const records::Token first = token();
  ASSERT_TRUE(write([&](auto& unit) { return unit.tokens().insert(first); }).ok());
  records::Token row = first;
  row.dpanIndex = bytes(32);
  row.psn = 2;
  ASSERT_TRUE(write([&](auto& unit) { return unit.tokens().update(row); }).ok());
  const auto found = value([&](auto& unit) { return unit.tokens().find(tenant_, token_); });
  EXPECT_EQ(found->dpanIndex, first.dpanIndex);
  EXPECT_EQ(found->psn, 2U);
  EXPECT_EQ(found->version, 1U);
}

TEST_P(RowsTest, PaymentKeyIsIssuedOnce) {
  const auto issue = [&](std::uint32_t first, std::uint32_t count) {
    return write(
        [&](auto& unit) { return unit.paymentKeys().insertIssued(token_, 1, first, count); });
  };
  ASSERT_TRUE(issue(10, 10).ok());
  ASSERT_TRUE(issue(30, 5).ok());
  for (const auto& [first, count] :
       {std::pair(10U, 10U), {19U, 1U}, {5U, 6U}, {18U, 20U}, {1U, 64U}}) {
    const Status status = issue(first, count);
    ASSERT_FALSE(status.ok()) << first;
    EXPECT_EQ(status.error().code(), Code::kConflict);
  }
  EXPECT_TRUE(issue(20, 10).ok());
  EXPECT_TRUE(issue(1, 9).ok());
  EXPECT_EQ(value([&](auto& u) { return u.paymentKeys().countIssued(token_, 1, 0); }), 34U);
  EXPECT_EQ(value([&](auto& u) { return u.paymentKeys().countIssued(token_, 1, 18); }), 16U);
  EXPECT_EQ(value([&](auto& u) { return u.paymentKeys().countIssued(token_, 2, 0); }), 0U);
}

TEST_P(RowsTest, PaymentKeyIsSpentOrVoidedOnce) {
  using State = records::PaymentKeyState;
  ASSERT_TRUE(write([&](auto& u) { return u.paymentKeys().insertIssued(token_, 1, 1, 3); }).ok());
  const auto set = [&](std::uint32_t atc, State state) {
    return write([&](auto& u) { return u.paymentKeys().setState(token_, 1, atc, state); });
  };
  ASSERT_TRUE(set(2, State::kSpent).ok());
  ASSERT_TRUE(set(3, State::kVoid).ok());
  for (const std::uint32_t atc : {0, 2, 3, 4}) {
    for (const State state : {State::kSpent, State::kVoid, State::kIssued}) {
      ASSERT_FALSE(set(atc, state).ok()) << atc;
      EXPECT_EQ(set(atc, state).error().code(), Code::kConflict);
    }
  }
  const auto state = [&](std::uint32_t atc) {
    return value([&](auto& u) { return u.paymentKeys().find(token_, 1, atc); });
  };
  EXPECT_EQ(state(1)->state, State::kIssued);
  EXPECT_EQ(state(2)->state, State::kSpent);
  EXPECT_EQ(state(3)->state, State::kVoid);
  EXPECT_FALSE(state(0));
  EXPECT_FALSE(state(4));
  EXPECT_EQ(value([&](auto& u) { return u.paymentKeys().countIssued(token_, 1, 0); }), 1U);
}

TEST_P(RowsTest, HighestSpentKeyIsOfAnyBatch) {
  using State = records::PaymentKeyState;
  const auto highest = [&] {
    return value([&](auto& u) { return u.paymentKeys().highestSpent(token_); });
  };
  const auto set = [&](std::uint32_t atc, State state) {
    return write([&](auto& u) { return u.paymentKeys().setState(token_, 1, atc, state); }).ok();
  };
  EXPECT_EQ(highest(), 0U);
  for (const std::uint32_t first : {1, 4, 7}) {
    ASSERT_TRUE(
        write([&](auto& u) { return u.paymentKeys().insertIssued(token_, 1, first, 3); }).ok());
  }
  EXPECT_EQ(highest(), 0U);
  ASSERT_TRUE(set(2, State::kSpent));
  EXPECT_EQ(highest(), 2U);
  ASSERT_TRUE(set(5, State::kSpent) && set(4, State::kSpent) && set(8, State::kVoid));
  EXPECT_EQ(highest(), 5U);
  EXPECT_EQ(value([&](auto& u) { return u.paymentKeys().highestSpent(id<base::TokenId>()); }), 0U);
}

TEST_P(RowsTest, VoidingMeetsTheIssuedKeysOfTheTokenOnly) {
  using State = records::PaymentKeyState;
  const auto other = id<base::TokenId>();
  ASSERT_TRUE(write([&](auto& u) -> Status {
                FLORIN_TRY(u.paymentKeys().insertIssued(token_, 1, 1, 3));
                FLORIN_TRY(u.paymentKeys().insertIssued(token_, 1, 4, 2));
                FLORIN_TRY(u.paymentKeys().insertIssued(token_, 2, 1, 2));
                FLORIN_TRY(u.paymentKeys().insertIssued(other, 1, 1, 2));
                FLORIN_TRY(u.paymentKeys().setState(token_, 1, 2, State::kSpent));
                return u.paymentKeys().voidIssued(token_);
              }).ok());
  const auto state = [&](std::uint32_t version, std::uint32_t atc) {
    return value([&](auto& u) { return u.paymentKeys().find(token_, version, atc); })->state;
  };
  EXPECT_EQ(state(1, 2), State::kSpent);
  for (const std::uint32_t atc : {1, 3, 4, 5}) EXPECT_EQ(state(1, atc), State::kVoid);
  for (const std::uint32_t atc : {1, 2}) EXPECT_EQ(state(2, atc), State::kVoid);
  EXPECT_EQ(value([&](auto& u) { return u.paymentKeys().countIssued(token_, 1, 0); }), 0U);
  EXPECT_EQ(value([&](auto& u) { return u.paymentKeys().countIssued(token_, 2, 0); }), 0U);
  EXPECT_EQ(value([&](auto& u) { return u.paymentKeys().countIssued(other, 1, 0); }), 2U);
  EXPECT_TRUE(write([&](auto& u) { return u.paymentKeys().voidIssued(token_); }).ok());
}

TEST_P(RowsTest, AuthorizationIsUniqueByAcquirerAndKey) {
  const records::Authorization row = authorization("key", now_);
  ASSERT_TRUE(write([&](auto& u) { return u.authorizations().insert(row); }).ok());
  EXPECT_EQ(codeOf([&](auto& u) { return u.authorizations().insert(row); }), Code::kConflict);
  const auto found = value([&](auto& u) { return u.authorizations().findByKey(tenant_, "key"); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->authorizationId, row.authorizationId);
  EXPECT_EQ(found->amount, row.amount);
  EXPECT_TRUE(found->approved);
  EXPECT_EQ(found->response, row.response);
  EXPECT_FALSE(value([&](auto& u) { return u.authorizations().findByKey(otherTenant_, "key"); }));
}

TEST_P(RowsTest, AuthorizationsOfATokenComeNewestFirst) {
  for (const int i : {2, 1, 3}) {
    const auto row = authorization(std::to_string(i), now_ + base::Duration(i));
    ASSERT_TRUE(write([&](auto& u) { return u.authorizations().insert(row); }).ok());
  }
  const auto rows = value([&](auto& u) { return u.authorizations().ofToken(tenant_, token_, 2); });
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].idempotencyKey, "3");
  EXPECT_EQ(rows[1].idempotencyKey, "2");
}

TEST_P(RowsTest, AuthorizationsOfATokenComePageAfterPage) {
  for (const int i : {1, 2, 3, 4}) {  // two of one moment
    const auto row = authorization(std::to_string(i), now_ + base::Duration(i / 2));
    ASSERT_TRUE(write([&](auto& u) { return u.authorizations().insert(row); }).ok());
  }
  const auto older = [&](const base::TokenId& token, const base::AuthorizationId& than) {
    return value([&](auto& u) { return u.authorizations().older(tenant_, token, than, 2); });
  };
  const auto all = value([&](auto& u) { return u.authorizations().ofToken(tenant_, token_, 9); });
  ASSERT_EQ(all.size(), 4U);
  const auto page = older(token_, all[0].authorizationId);
  ASSERT_EQ(page.size(), 2U);
  EXPECT_EQ(page[0].authorizationId, all[1].authorizationId);
  EXPECT_EQ(page[1].authorizationId, all[2].authorizationId);
  EXPECT_EQ(older(token_, all[2].authorizationId).size(), 1U);
  EXPECT_TRUE(older(token_, all[3].authorizationId).empty());
  EXPECT_TRUE(older(token_, id<base::AuthorizationId>()).empty());
  EXPECT_TRUE(older(id<base::TokenId>(), all[0].authorizationId).empty());
}

TEST_P(RowsTest, TallyCountsWhatWasApprovedAndNotTakenBack) {
  for (const int i : {1, 2, 3, 4}) {
    auto row = authorization(std::to_string(i), now_ + base::Duration(i));
    row.approved = i != 3;
    ASSERT_TRUE(write([&](auto& u) { return u.authorizations().insert(row); }).ok());
  }
  const std::int64_t each = authorization("", now_).amount.minorUnits;
  const auto tally = [&](int since) {
    return value([&](auto& u) {
      return u.authorizations().tally(tenant_, token_, now_ + base::Duration(since));
    });
  };
  EXPECT_EQ(tally(0).count, 3U);
  EXPECT_EQ(tally(0).amount, 3 * each);
  EXPECT_EQ(tally(2).count, 2U);
  EXPECT_EQ(tally(5).count, 0U);
  ASSERT_TRUE(write([&](auto& u) {
                return u.authorizations().setReversed(tenant_, "4", now_ + base::Duration(9));
              }).ok());
  EXPECT_EQ(tally(2).count, 1U);
  const auto found = value([&](auto& u) { return u.authorizations().findByKey(tenant_, "4"); });
  EXPECT_EQ(found->reversed, now_ + base::Duration(9));
  EXPECT_EQ(
      codeOf([&](auto& u) { return u.authorizations().setReversed(otherTenant_, "4", now_); }),
      Code::kNotFound);
}

TEST_P(RowsTest, DigitalCardIsFoundByEachOfItsKeys) {
  records::DigitalCard row = digitalCard();
  EXPECT_EQ(codeOf([&](auto& u) { return u.digitalCards().update(row); }), Code::kNotFound);
  ASSERT_TRUE(write([&](auto& u) { return u.digitalCards().insert(row); }).ok());
  row.state = records::DigitizationState::kApproved;
  ASSERT_TRUE(write([&](auto& u) { return u.digitalCards().update(row); }).ok());
  const auto keys = [&](const base::TenantId& tenant) {
    return value([&](auto& u) -> Result<std::vector<std::optional<records::DigitalCard>>> {
      auto& cards = u.digitalCards();
      FLORIN_TRY_ASSIGN(auto byId, cards.find(tenant, row.digitalCardId));
      FLORIN_TRY_ASSIGN(auto byRun, cards.findByCorrelation(tenant, wallet_, row.correlationId));
      FLORIN_TRY_ASSIGN(auto byPan, cards.findByPan(tenant, wallet_, row.panIndex));
      FLORIN_TRY_ASSIGN(auto byToken, cards.findByToken(tenant, wallet_, row.tokenId));
      return std::vector{byId, byRun, byPan, byToken};
    });
  };
  for (const auto& found : keys(tenant_)) {
    ASSERT_TRUE(found);
    EXPECT_EQ(found->digitalCardId, row.digitalCardId);
    EXPECT_EQ(found->state, records::DigitizationState::kApproved);
    EXPECT_EQ(found->sealedReply, row.sealedReply);
  }
  for (const auto& found : keys(otherTenant_)) EXPECT_FALSE(found);
}

TEST_P(RowsTest, DigitizationIsUniqueByCorrelation) {
  records::DigitalCard row = digitalCard();
  ASSERT_TRUE(write([&](auto& u) { return u.digitalCards().insert(row); }).ok());
  row.digitalCardId = id<base::DigitalCardId>();
  EXPECT_EQ(codeOf([&](auto& u) { return u.digitalCards().insert(row); }), Code::kConflict);
  row.correlationId = id<base::CorrelationId>();
  ASSERT_TRUE(write([&](auto& u) { return u.digitalCards().insert(row); }).ok());
  EXPECT_EQ(value([&](auto& u) { return u.digitalCards().countOf(tenant_, wallet_); }), 2U);
  EXPECT_EQ(value([&](auto& u) { return u.digitalCards().countOf(otherTenant_, wallet_); }), 0U);
}

TEST_P(RowsTest, EndedCardIsNoCardOfItsWalletAnyMore) {
  records::DigitalCard first = digitalCard();
  records::DigitalCard second = digitalCard();
  second.created += base::Duration(1);
  ASSERT_TRUE(write([&](auto& u) -> Status {
                FLORIN_TRY(u.digitalCards().insert(second));
                return u.digitalCards().insert(first);
              }).ok());
  const auto ofWallet = [&](std::size_t limit) {
    return value([&](auto& u) { return u.digitalCards().ofWallet(tenant_, wallet_, limit); });
  };
  ASSERT_EQ(ofWallet(100).size(), 2U);
  EXPECT_EQ(ofWallet(1)[0].digitalCardId, first.digitalCardId);
  first.state = records::DigitizationState::kEnded;
  ASSERT_TRUE(write([&](auto& u) { return u.digitalCards().update(first); }).ok());
  ASSERT_EQ(ofWallet(100).size(), 1U);
  EXPECT_EQ(ofWallet(100)[0].digitalCardId, second.digitalCardId);
  EXPECT_EQ(value([&](auto& u) { return u.digitalCards().countOf(tenant_, wallet_); }), 1U);
  EXPECT_TRUE(value([&](auto& u) { return u.digitalCards().find(tenant_, first.digitalCardId); }));
}

TEST_P(RowsTest, StepUpIsPutAgainAndErased) {
  const auto card = id<base::DigitalCardId>();
  records::StepUp row{tenant_, card, "[]", "", {}, 5, 4, now_, {}};
  const auto put = [&] { return write([&](auto& u) { return u.stepUps().put(row); }); };
  const auto find = [&](const base::TenantId& tenant) {
    return value([&](auto& u) { return u.stepUps().find(tenant, card); });
  };
  ASSERT_TRUE(put().ok());
  row.method = "sms";
  row.otpTag = bytes(32);
  row.triesLeft = 3;
  row.choiceId = id<base::ChoiceId>();
  ASSERT_TRUE(put().ok());
  const auto found = find(tenant_);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->methods, "[]");
  EXPECT_EQ(found->method, "sms");
  EXPECT_EQ(found->otpTag, row.otpTag);
  EXPECT_EQ(found->triesLeft, 3U);
  EXPECT_EQ(found->sendsLeft, 4U);
  EXPECT_EQ(found->otpExpires, now_);
  EXPECT_EQ(found->choiceId, row.choiceId);
  EXPECT_FALSE(find(otherTenant_));
  ASSERT_TRUE(write([&](auto& u) { return u.stepUps().erase(tenant_, card); }).ok());
  EXPECT_FALSE(find(tenant_));
}

TEST_P(RowsTest, SpentNonceIsTakenOnceAndGoesWhenItHasExpired) {
  const records::SpentNonce row{tenant_, bytes(32), id<base::DigitalCardId>(), now_};
  const auto insert = [&](const records::SpentNonce& nonce) {
    return write([&](auto& u) { return u.spentNonces().insert(nonce); });
  };
  const auto find = [&](const base::TenantId& tenant) {
    return value([&](auto& u) { return u.spentNonces().find(tenant, row.nonceHash); });
  };
  ASSERT_TRUE(insert(row).ok());
  records::SpentNonce again = row;
  again.digitalCardId = id<base::DigitalCardId>();
  ASSERT_FALSE(insert(again).ok());
  EXPECT_EQ(insert(again).error().code(), Code::kConflict);
  ASSERT_TRUE(find(tenant_));
  EXPECT_EQ(find(tenant_)->digitalCardId, row.digitalCardId);
  EXPECT_EQ(find(tenant_)->expires, now_);
  EXPECT_FALSE(find(otherTenant_));
  const auto erase = [&](base::Time time, std::size_t limit) {
    return store()
        .write([&](auto& u) { return u.spentNonces().eraseExpired(time, limit); })
        .value();
  };
  EXPECT_EQ(erase(now_, 10), 0U);
  ASSERT_TRUE(insert({tenant_, bytes(32), row.digitalCardId, now_}).ok());
  ASSERT_TRUE(insert({otherTenant_, bytes(32), row.digitalCardId, now_}).ok());
  EXPECT_EQ(erase(now_ + std::chrono::milliseconds(1), 2), 2U);
  EXPECT_EQ(erase(now_ + std::chrono::milliseconds(1), 2), 1U);
  EXPECT_FALSE(find(tenant_));
}

TEST_P(RowsTest, PushSessionIsFoundByItsHashUntilItIsErased) {
  const records::PushSession row{tenant_, bytes(32), otherTenant_, bytes(90), true, false, now_};
  const auto insert = [&](const records::PushSession& session) {
    return write([&](auto& u) { return u.pushSessions().insert(session); });
  };
  const auto find = [&](const base::TenantId& tenant) {
    return value([&](auto& u) { return u.pushSessions().find(tenant, row.sessionHash); });
  };
  ASSERT_TRUE(insert(row).ok());
  ASSERT_FALSE(insert(row).ok());
  EXPECT_EQ(insert(row).error().code(), Code::kConflict);
  const auto found = find(tenant_);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->issuer, otherTenant_);
  EXPECT_EQ(found->sealedCard, row.sealedCard);
  EXPECT_TRUE(found->approved);
  EXPECT_FALSE(found->termsAccepted);
  EXPECT_EQ(found->expires, now_);
  EXPECT_FALSE(find(otherTenant_));
  const auto count = [&](const base::TenantId& issuer) {
    return value([&](auto& u) { return u.pushSessions().countOf(issuer); });
  };
  EXPECT_EQ(count(otherTenant_), 1U);
  EXPECT_EQ(count(tenant_), 0U);
  ASSERT_TRUE(insert({tenant_, bytes(32), otherTenant_, bytes(90), false, true, now_}).ok());
  ASSERT_TRUE(
      write([&](auto& u) { return u.pushSessions().erase(tenant_, row.sessionHash); }).ok());
  EXPECT_FALSE(find(tenant_));
  const auto erase = [&](base::Time time) {
    return store().write([&](auto& u) { return u.pushSessions().eraseExpired(time, 10); }).value();
  };
  EXPECT_EQ(erase(now_), 0U);
  EXPECT_EQ(erase(now_ + std::chrono::milliseconds(1)), 1U);
  EXPECT_EQ(count(otherTenant_), 0U);
}

TEST_P(RowsTest, PanGuessesAreCountedByIssuer) {
  records::PanGuesses row{tenant_, bytes(32), 1, 2, now_};
  const auto put = [&] { return write([&](auto& u) { return u.panGuesses().put(row); }); };
  const auto find = [&](const base::TenantId& tenant) {
    return value([&](auto& u) { return u.panGuesses().find(tenant, row.panIndex); });
  };
  ASSERT_TRUE(put().ok());
  row.wrong = 3;
  ASSERT_TRUE(put().ok());
  ASSERT_TRUE(find(tenant_));
  EXPECT_EQ(find(tenant_)->sent, 1U);
  EXPECT_EQ(find(tenant_)->wrong, 3U);
  EXPECT_EQ(find(tenant_)->expires, now_);
  EXPECT_FALSE(find(otherTenant_));
  const auto erase = [&](base::Time time) {
    return store().write([&](auto& u) { return u.panGuesses().eraseExpired(time, 10); }).value();
  };
  EXPECT_EQ(erase(now_), 0U);
  EXPECT_EQ(erase(now_ + std::chrono::milliseconds(1)), 1U);
  EXPECT_FALSE(find(tenant_));
}

TEST_P(RowsTest, ApiTokenIsFoundByItsHash) {
  const records::ApiToken row{bytes(32), tenant_, records::ApiScope::kIssuer, "till", true, now_};
  ASSERT_TRUE(write([&](auto& u) { return u.apiTokens().insert(row); }).ok());
  EXPECT_EQ(codeOf([&](auto& u) { return u.apiTokens().insert(row); }), Code::kConflict);
  const auto found = value([&](auto& u) { return u.apiTokens().find(row.tokenHash); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->scope, records::ApiScope::kIssuer);
  EXPECT_EQ(found->label, "till");
  EXPECT_TRUE(found->revoked);
  EXPECT_FALSE(value([&](auto& u) { return u.apiTokens().find(bytes(32)); }));
}

TEST_P(RowsTest, ApiTokensAreListedInTheirOrderAndRevoked) {
  const auto put = [&](const char* label, base::Time created) {
    const records::ApiToken row{bytes(32), tenant_, records::ApiScope::kIssuer,
                                label,     false,   created};
    EXPECT_TRUE(write([&](auto& u) { return u.apiTokens().insert(row); }).ok());
    return row.tokenHash;
  };
  const Bytes second = put("second", now_ + std::chrono::seconds(1));
  put("first", now_);
  put("third", now_ + std::chrono::seconds(2));
  ASSERT_TRUE(write([&](auto& u) { return u.apiTokens().revoke(second); }).ok());
  EXPECT_EQ(codeOf([&](auto& u) { return u.apiTokens().revoke(bytes(32)); }), Code::kNotFound);
  const auto two = value([&](auto& u) { return u.apiTokens().all(2); });
  ASSERT_EQ(two.size(), 2U);
  EXPECT_EQ(two[0].label, "first");
  EXPECT_FALSE(two[0].revoked);
  EXPECT_EQ(two[1].label, "second");
  EXPECT_TRUE(two[1].revoked);
}

}  // namespace florin::fakes
