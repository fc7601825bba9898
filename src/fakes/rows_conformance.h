// The rows' part of the conformance suite: every repository's methods, keys and conflict rules.
// See store_conformance.h.
#pragma once

#include "base/limits.h"
#include "fakes/store_conformance.h"

namespace florin::fakes {

class RowsTest : public StoreFixture {
 protected:
  const base::TenantId tenant_ = id<base::TenantId>();
  const base::TenantId otherTenant_ = id<base::TenantId>();
  const base::WalletId wallet_ = id<base::WalletId>();
  const base::DeviceId device_ = id<base::DeviceId>();
  const base::TokenId token_ = id<base::TokenId>();

  records::Enrollment enrollment() {
    return {tenant_,    id<base::EnrollmentId>(),
            wallet_,    bytes(32),
            bytes(8),   records::EnrollmentState::kAnswered,
            bytes(130), bytes(400),
            {},         {},
            {},         now_,
            {}};
  }
  records::Device device() {
    records::Device row;
    row.tenant = tenant_;
    row.deviceId = device_;
    row.walletId = wallet_;
    row.publicKey = bytes(65);
    row.transportPublicKey = bytes(65);
    row.sealedPsk = bytes(77);
    row.language = "de";
    row.info = "{}";
    row.created = row.lastSeen = now_;
    return row;
  }
  records::Operation operation(std::uint64_t opSeq, std::uint64_t cardSeq) {
    return {device_, opSeq, token_, cardSeq, 2, bytes(700), records::OperationState::kPending,
            0,       now_};
  }
  records::Token token() {
    records::Token row;
    row.tenant = tenant_;
    row.tokenId = token_;
    row.program = "K2";
    row.dpanIndex = bytes(32);
    row.sealedDpan = bytes(61);
    row.sealedPan = bytes(61);
    row.psn = 1;
    row.dpanLastFour = "1234";
    row.panLastFour = "5678";
    row.expiry = "1230";
    row.created = now_;
    return row;
  }
  records::Authorization authorization(std::string key, base::Time when) {
    return {id<base::AuthorizationId>(),
            tenant_,
            std::move(key),
            bytes(32),
            tenant_,
            token_,
            7,
            {1250, 978},
            true,
            "approved",
            bytes(90),
            when};
  }
  records::DigitalCard digitalCard() {
    return {tenant_,
            id<base::DigitalCardId>(),
            wallet_,
            id<base::CorrelationId>(),
            bytes(32),
            tenant_,
            id<base::TokenId>(),
            records::DigitizationState::kStepUp,
            bytes(32),
            bytes(300),
            "Test",
            "5678",
            now_};
  }

  template <class Work>
  Code codeOf(Work work) {
    const Status status = write(work);
    EXPECT_FALSE(status.ok());
    return status.ok() ? Code::kInternal : status.error().code();
  }
};

TEST_P(RowsTest, WalletIsFoundInItsTenantOnly) {
  const records::Wallet row{tenant_, wallet_, bytes(65), "app", 5, now_};
  ASSERT_TRUE(write([&](auto& unit) { return unit.wallets().insert(row); }).ok());
  const auto found = value([&](auto& unit) { return unit.wallets().find(tenant_, wallet_); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->publicKey, row.publicKey);
  EXPECT_EQ(found->applicationId, "app");
  EXPECT_EQ(found->triesLeft, 5U);
  EXPECT_EQ(found->created, now_);
  EXPECT_FALSE(value([&](auto& unit) { return unit.wallets().find(otherTenant_, wallet_); }));
  EXPECT_EQ(codeOf([&](auto& unit) { return unit.wallets().insert(row); }), Code::kConflict);
}

TEST_P(RowsTest, TriesAreCountedPerWallet) {
  const records::Wallet row{tenant_, wallet_, bytes(65), "app", 5, now_};
  ASSERT_TRUE(write([&](auto& unit) { return unit.wallets().insert(row); }).ok());
  ASSERT_TRUE(
      write([&](auto& unit) { return unit.wallets().setTriesLeft(tenant_, wallet_, 4); }).ok());
  EXPECT_EQ(value([&](auto& unit) { return unit.wallets().find(tenant_, wallet_); })->triesLeft,
            4U);
  EXPECT_EQ(
      codeOf([&](auto& unit) { return unit.wallets().setTriesLeft(otherTenant_, wallet_, 3); }),
      Code::kNotFound);
}

TEST_P(RowsTest, CodeIsReplacedCountedAndErased) {
  records::ActivationCode row{tenant_, wallet_,    {},
                              2,       bytes(142), id<base::DigitalCardId>(),
                              token_,  tenant_,    records::CodeState::kOpen,
                              now_};
  ASSERT_TRUE(write([&](auto& unit) { return unit.codes().put(row); }).ok());
  row.state = records::CodeState::kBound;
  ASSERT_TRUE(write([&](auto& unit) { return unit.codes().put(row); }).ok());
  records::ActivationCode other = row;
  other.codeRef = bytes(8);
  ASSERT_TRUE(write([&](auto& unit) { return unit.codes().put(other); }).ok());

  EXPECT_EQ(value([&](auto& unit) { return unit.codes().countOf(tenant_, wallet_); }), 2U);
  EXPECT_EQ(value([&](auto& unit) { return unit.codes().countOf(otherTenant_, wallet_); }), 0U);
  const auto found = value([&](auto& unit) { return unit.codes().find(tenant_, wallet_, {}); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->state, records::CodeState::kBound);
  EXPECT_EQ(found->sealedRecord, row.sealedRecord);
  EXPECT_EQ(found->expires, now_);

  ASSERT_TRUE(write([&](auto& unit) { return unit.codes().erase(tenant_, wallet_, {}); }).ok());
  EXPECT_FALSE(value([&](auto& unit) { return unit.codes().find(tenant_, wallet_, {}); }));
  EXPECT_TRUE(
      value([&](auto& unit) { return unit.codes().find(tenant_, wallet_, other.codeRef); }));
}

TEST_P(RowsTest, EnrollmentIsUniqueByShare) {
  const records::Enrollment row = enrollment();
  ASSERT_TRUE(write([&](auto& unit) { return unit.enrollments().insert(row); }).ok());
  records::Enrollment again = row;
  again.enrollmentId = id<base::EnrollmentId>();
  EXPECT_EQ(codeOf([&](auto& unit) { return unit.enrollments().insert(again); }), Code::kConflict);
  const auto found = value(
      [&](auto& unit) { return unit.enrollments().findByShare(tenant_, wallet_, row.shareHash); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->enrollmentId, row.enrollmentId);
  EXPECT_EQ(found->e2, row.e2);
  EXPECT_FALSE(value([&](auto& unit) {
    return unit.enrollments().findByShare(otherTenant_, wallet_, row.shareHash);
  }));
}

TEST_P(RowsTest, BoundEnrollmentIsFoundByItsDevice) {
  records::Enrollment row = enrollment();
  EXPECT_EQ(codeOf([&](auto& unit) { return unit.enrollments().update(row); }), Code::kNotFound);
  ASSERT_TRUE(write([&](auto& unit) { return unit.enrollments().insert(row); }).ok());
  const auto byDevice = [&](auto& unit) {
    return unit.enrollments().findByDevice(tenant_, device_);
  };
  EXPECT_FALSE(value(byDevice));
  EXPECT_FALSE(value([&](auto& unit) { return unit.enrollments().findByDevice(tenant_, {}); }));

  row.deviceId = device_;
  row.state = records::EnrollmentState::kBound;
  row.e3Hash = bytes(32);
  row.e4 = bytes(500);
  row.bound = now_;
  ASSERT_TRUE(write([&](auto& unit) { return unit.enrollments().update(row); }).ok());
  const auto found = value(byDevice);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->state, records::EnrollmentState::kBound);
  EXPECT_EQ(found->e4, row.e4);
  EXPECT_EQ(found->e3Hash, row.e3Hash);
  EXPECT_EQ(found->bound, now_);
}

TEST_P(RowsTest, DeviceHasTheEnrollmentThatWasBoundLast) {
  records::Enrollment rows[] = {enrollment(), enrollment()};
  rows[1].created = now_ + base::Duration(1);
  rows[0].bound = now_ + base::Duration(3);
  rows[1].bound = now_ + base::Duration(2);
  for (records::Enrollment& row : rows) {
    row.deviceId = device_;
    ASSERT_TRUE(write([&](auto& unit) { return unit.enrollments().insert(row); }).ok());
  }
  const auto byDevice = [&](auto& u) { return u.enrollments().findByDevice(tenant_, device_); };
  EXPECT_EQ(value(byDevice)->enrollmentId, rows[0].enrollmentId);
}

TEST_P(RowsTest, DeviceIdIsUniqueOverTenants) {
  records::Device row = device();
  EXPECT_EQ(codeOf([&](auto& unit) { return unit.devices().update(row); }), Code::kNotFound);
  ASSERT_TRUE(write([&](auto& unit) { return unit.devices().insert(row); }).ok());
  row.tenant = otherTenant_;
  EXPECT_EQ(codeOf([&](auto& unit) { return unit.devices().insert(row); }), Code::kConflict);
  EXPECT_EQ(value([](auto& unit) { return unit.devices().count(); }), 1U);
}

TEST_P(RowsTest, DeviceKeepsWhatIsUpdated) {
  records::Device row = device();
  ASSERT_TRUE(write([&](auto& unit) { return unit.devices().insert(row); }).ok());
  row.state = records::DeviceState::kActive;
  row.epoch = 3;
  row.nextReqSeq = 1ULL << 40;
  row.sealedPushToken = bytes(200);
  row.lastSeen = now_ + base::Duration(5);
  ASSERT_TRUE(write([&](auto& unit) { return unit.devices().update(row); }).ok());
  const auto found = value([&](auto& unit) { return unit.devices().find(device_); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->state, records::DeviceState::kActive);
  EXPECT_EQ(found->epoch, 3U);
  EXPECT_EQ(found->nextReqSeq, 1ULL << 40);
  EXPECT_EQ(found->sealedPushToken, row.sealedPushToken);
  EXPECT_EQ(found->lastSeen, row.lastSeen);
}

TEST_P(RowsTest, UpdateLeavesWhatNamesARow) {
  records::Device device = this->device();
  records::Enrollment enrollment = this->enrollment();
  records::DigitalCard card = digitalCard();
  const auto [share, run] = std::pair(enrollment.shareHash, card.correlationId);
  ASSERT_TRUE(write([&](auto& unit) -> Status {
                FLORIN_TRY(unit.devices().insert(device));
                FLORIN_TRY(unit.enrollments().insert(enrollment));
                return unit.digitalCards().insert(card);
              }).ok());
  device.tenant = otherTenant_;
  device.walletId = enrollment.walletId = card.walletId = id<base::WalletId>();
  enrollment.shareHash = bytes(32);
  card.correlationId = id<base::CorrelationId>();
  ASSERT_TRUE(write([&](auto& unit) -> Status {
                FLORIN_TRY(unit.devices().update(device));
                FLORIN_TRY(unit.enrollments().update(enrollment));
                return unit.digitalCards().update(card);
              }).ok());
  EXPECT_TRUE(value([&](auto& u) { return u.devices().findByWallet(tenant_, wallet_); }));
  EXPECT_TRUE(value([&](auto& u) { return u.enrollments().findByShare(tenant_, wallet_, share); }));
  EXPECT_TRUE(
      value([&](auto& u) { return u.digitalCards().findByCorrelation(tenant_, wallet_, run); }));
}

TEST_P(RowsTest, NewestDeviceOfAWalletIsFound) {
  records::Device row = device();
  ASSERT_TRUE(write([&](auto& unit) { return unit.devices().insert(row); }).ok());
  row.deviceId = id<base::DeviceId>();
  row.created += base::Duration(1);
  ASSERT_TRUE(write([&](auto& unit) { return unit.devices().insert(row); }).ok());
  const auto found = value([&](auto& u) { return u.devices().findByWallet(tenant_, wallet_); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->deviceId, row.deviceId);
  EXPECT_FALSE(value([&](auto& u) { return u.devices().findByWallet(otherTenant_, wallet_); }));
}

TEST_P(RowsTest, PendingOperationsComeInOrderUpToTheLimit) {
  for (const std::uint64_t opSeq : {3, 1, 2, 4}) {
    const records::Operation row = operation(opSeq, opSeq);
    ASSERT_TRUE(write([&](auto& unit) { return unit.operations().insert(row); }).ok());
  }
  ASSERT_TRUE(write([&](auto& unit) {
                return unit.operations().setState(device_, 2, records::OperationState::kAcked, 0);
              }).ok());
  const auto pending = value([&](auto& unit) { return unit.operations().pendingOf(device_, 2); });
  ASSERT_EQ(pending.size(), 2U);
  EXPECT_EQ(pending[0].opSeq, 1U);
  EXPECT_EQ(pending[1].opSeq, 3U);
  EXPECT_EQ(value([&](auto& unit) { return unit.operations().pendingOf(device_, 64); }).size(), 3U);
}

TEST_P(RowsTest, OperationNumberIsTakenOnce) {
  const records::Operation row = operation(1, 1);
  ASSERT_TRUE(write([&](auto& unit) { return unit.operations().insert(row); }).ok());
  EXPECT_EQ(codeOf([&](auto& unit) { return unit.operations().insert(row); }), Code::kConflict);
  EXPECT_EQ(codeOf([&](auto& unit) {
              return unit.operations().setState(device_, 9, records::OperationState::kAcked, 0);
            }),
            Code::kNotFound);
  ASSERT_TRUE(write([&](auto& unit) {
                return unit.operations().setState(device_, 1, records::OperationState::kParked, 8);
              }).ok());
  const auto found = value([&](auto& unit) { return unit.operations().find(device_, 1); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->state, records::OperationState::kParked);
  EXPECT_EQ(found->parkedReason, 8U);
  EXPECT_EQ(found->sealedPayload, row.sealedPayload);
}

TEST_P(RowsTest, LastCardSeqIsPerCard) {
  const auto last = [&](const base::TokenId& card) {
    return value([&](auto& unit) { return unit.operations().lastCardSeq(device_, card); });
  };
  EXPECT_EQ(last(token_), 0U);
  for (const std::uint64_t opSeq : {1, 2}) {
    const records::Operation row = operation(opSeq, opSeq + 4);
    ASSERT_TRUE(write([&](auto& unit) { return unit.operations().insert(row); }).ok());
  }
  EXPECT_EQ(last(token_), 6U);
  EXPECT_EQ(last(id<base::TokenId>()), 0U);
}

TEST_P(RowsTest, ResultsAreKeptForTheirNumberOnly) {
  constexpr std::uint64_t kLast = base::limits::kStoredResults + 3;
  for (std::uint64_t number = 1; number <= kLast; ++number) {
    const Bytes result = base::bigEndian(number);
    ASSERT_TRUE(
        write([&](auto& unit) { return unit.results().put(device_, number, result); }).ok());
  }
  const auto result = [&](std::uint64_t number) {
    return value([&](auto& unit) { return unit.results().find(device_, number); });
  };
  EXPECT_FALSE(result(2));
  EXPECT_EQ(*result(3), base::bigEndian(std::uint64_t{3}));
  EXPECT_EQ(*result(kLast), base::bigEndian(kLast));
}

TEST_P(RowsTest, DpanWithPsnIsNeverReused) {
  records::Token row = token();
  ASSERT_TRUE(write([&](auto& unit) { return unit.tokens().insert(row); }).ok());
  const Bytes dpan = row.dpanIndex;
  row.tokenId = id<base::TokenId>();
  row.tenant = otherTenant_;
  EXPECT_EQ(codeOf([&](auto& unit) { return unit.tokens().insert(row); }), Code::kConflict);
  row.psn = 2;
  ASSERT_TRUE(write([&](auto& unit) { return unit.tokens().insert(row); }).ok());
  row.psn = 1;
  EXPECT_EQ(codeOf([&](auto& unit) { return unit.tokens().update(row); }), Code::kConflict);
  const auto found = value([&](auto& unit) { return unit.tokens().findByDpan(dpan, 1); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->tokenId, token_);
}

TEST_P(RowsTest, TokenIsUpdatedFromItsVersionOnly) {
  records::Token row = token();
  ASSERT_TRUE(write([&](auto& unit) { return unit.tokens().insert(row); }).ok());
  row.nextAtc = 11;
  row.state = records::TokenState::kActive;
  row.deviceId = device_;
  ASSERT_TRUE(write([&](auto& unit) { return unit.tokens().update(row); }).ok());
  EXPECT_EQ(codeOf([&](auto& unit) { return unit.tokens().update(row); }), Code::kConflict);
  const auto found = value([&](auto& unit) { return unit.tokens().find(tenant_, token_); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->version, row.version + 1);
  EXPECT_EQ(found->nextAtc, 11U);
  EXPECT_EQ(found->deviceId, device_);
  EXPECT_EQ(found->expiry, "1230");
  EXPECT_EQ(found->sealedPan, row.sealedPan);
  EXPECT_FALSE(value([&](auto& unit) { return unit.tokens().find(otherTenant_, token_); }));
}

TEST_P(RowsTest, UpdateThatConflictsChangesNothingOfTheToken) {
  records::Token taken = token();
  records::Token row = token();
  row.tokenId = id<base::TokenId>();
  ASSERT_TRUE(write([&](auto& unit) -> Status {
                FLORIN_TRY(unit.tokens().insert(taken));
                return unit.tokens().insert(row);
              }).ok());
  row.dpanIndex = taken.dpanIndex;
  row.nextAtc = 99;
  ASSERT_TRUE(write([&](auto& unit) -> Status {
                if (unit.tokens().update(row).ok()) return Error(Code::kInternal, "no conflict");
                return {};
              }).ok());
  const auto find = [&](auto& unit) { return unit.tokens().find(tenant_, row.tokenId); };
  EXPECT_EQ(value(find)->nextAtc, 1U);
  EXPECT_EQ(value(find)->version, 0U);
  row.psn = 2;
  ASSERT_TRUE(write([&](auto& unit) { return unit.tokens().update(row); }).ok());
  EXPECT_EQ(value(find)->psn, 2U);
  EXPECT_EQ(value(find)->version, 1U);
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
  EXPECT_EQ(value([&](auto& u) { return u.paymentKeys().countIssued(token_, 1); }), 34U);
  EXPECT_EQ(value([&](auto& u) { return u.paymentKeys().countIssued(token_, 2); }), 0U);
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
  EXPECT_EQ(value([&](auto& u) { return u.paymentKeys().countIssued(token_, 1); }), 1U);
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

}  // namespace florin::fakes
