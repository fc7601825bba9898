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
  row.challenge = bytes(16);
  row.reported = {{id<base::TokenId>(), 7}, {id<base::TokenId>(), 0xFFFF}};
  row.excused = {{id<base::TokenId>(), 9}};
  row.storeEpoch = 2;
  row.lockReason = LockReason::FRAUD_SUSPECTED;
  row.suspenders = 9;
  ASSERT_TRUE(write([&](auto& unit) { return unit.devices().update(row); }).ok());
  const auto found = value([&](auto& unit) { return unit.devices().find(device_); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->state, records::DeviceState::kActive);
  EXPECT_EQ(found->epoch, 3U);
  EXPECT_EQ(found->nextReqSeq, 1ULL << 40);
  EXPECT_EQ(found->sealedPushToken, row.sealedPushToken);
  EXPECT_EQ(found->lastSeen, row.lastSeen);
  EXPECT_EQ(found->challenge, row.challenge);
  EXPECT_EQ(found->reported, row.reported);
  EXPECT_EQ(found->excused, row.excused);
  EXPECT_EQ(found->storeEpoch, 2U);
  EXPECT_EQ(found->lockReason, LockReason::FRAUD_SUSPECTED);
  EXPECT_EQ(found->suspenders, 9U);
}

TEST_P(RowsTest, AuditIsReadFromItsEndAndByItsTenantOnly) {
  records::AuditEntry entry{0, tenant_, now_, "system", "device.rolled_back", "", "facts"};
  for (const char* subject : {"1", "2", "3"}) {
    entry.subject = subject;
    ASSERT_TRUE(write([&](auto& unit) { return unit.audit().append(entry); }).ok());
  }
  const auto newest = [&](const base::TenantId& tenant, std::uint64_t before) {
    return value([&](auto& unit) { return unit.audit().newest(tenant, before, 2); });
  };
  const auto last = newest(tenant_, ~0ULL >> 1U);
  ASSERT_EQ(last.size(), 2U);
  EXPECT_EQ(last[0].subject, "3");
  EXPECT_EQ(last[0].at, now_);
  EXPECT_EQ(last[0].actor, "system");
  const auto first = newest(tenant_, last[1].number);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].subject, "1");
  EXPECT_TRUE(newest(otherTenant_, ~0ULL >> 1U).empty());
}

TEST_P(RowsTest, ChainsOfTheAuditLogHaveTheirOwnHeads) {
  records::AuditEntry entry{0, tenant_, now_, "system", "device.rolled_back", "", "facts"};
  const auto append = [&](const std::string& instance, std::uint64_t position) {
    entry.instance = instance;
    entry.position = position;
    entry.hash = Bytes(32, static_cast<std::uint8_t>(position));
    return write([&](auto& unit) { return unit.audit().append(entry); });
  };
  const auto head = [&](const std::string& instance) {
    return value([&](auto& unit) { return unit.audit().head(instance); });
  };
  ASSERT_TRUE(append("", 0).ok());
  EXPECT_FALSE(head("").has_value());
  ASSERT_TRUE(append("a", 1).ok());
  ASSERT_TRUE(append("b", 1).ok());
  ASSERT_TRUE(append("a", 2).ok());
  EXPECT_EQ(append("a", 2).error().code(), Code::kConflict);
  EXPECT_EQ(head("a")->position, 2U);
  EXPECT_EQ(head("a")->hash, Bytes(32, 2));
  EXPECT_EQ(head("b")->position, 1U);
  EXPECT_FALSE(head("c").has_value());
}

TEST_P(RowsTest, SealsOfAChainAreReadFromItsEnd) {
  const auto add = [&](const std::string& instance, std::uint64_t position) {
    return write([&](auto& unit) {
      return unit.audit().addSeal({instance, position, Bytes(32, 1), now_, Bytes(64, 2)});
    });
  };
  for (const std::uint64_t position : {3U, 7U, 9U}) ASSERT_TRUE(add("a", position).ok());
  ASSERT_TRUE(add("b", 7).ok());
  EXPECT_EQ(add("a", 7).error().code(), Code::kConflict);
  const auto last = value([&](auto& unit) { return unit.audit().seals("a", ~0ULL >> 1U, 2); });
  ASSERT_EQ(last.size(), 2U);
  EXPECT_EQ(last[0].position, 9U);
  EXPECT_EQ(last[1].position, 7U);
  EXPECT_EQ(last[1].at, now_);
  EXPECT_EQ(last[1].signature, Bytes(64, 2));
  const auto first = value([&](auto& unit) { return unit.audit().seals("a", 7, 2); });
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].position, 3U);
  EXPECT_EQ(value([&](auto& unit) { return unit.audit().sealedChains(); }),
            (std::vector<std::string>{"a", "b"}));
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

TEST_P(RowsTest, PayloadOfAnOperationThatIsOverIsForgotten) {
  using State = records::OperationState;
  for (const std::uint64_t opSeq : {1, 2, 3, 4}) {
    const records::Operation row = operation(opSeq, opSeq);
    ASSERT_TRUE(write([&](auto& unit) { return unit.operations().insert(row); }).ok());
  }
  const auto set = [&](std::uint64_t opSeq, State state) {
    return write([&](auto& u) { return u.operations().setState(device_, opSeq, state, 0); }).ok();
  };
  ASSERT_TRUE(set(1, State::kAcked) && set(2, State::kParked) && set(3, State::kVoid));
  const auto payload = [&](std::uint64_t opSeq) {
    return value([&](auto& u) { return u.operations().find(device_, opSeq); })->sealedPayload;
  };
  EXPECT_TRUE(payload(1).empty());
  EXPECT_FALSE(payload(2).empty());
  EXPECT_TRUE(payload(3).empty());
  EXPECT_FALSE(payload(4).empty());
  ASSERT_TRUE(write([&](auto& unit) { return unit.operations().voidPending(device_); }).ok());
  EXPECT_TRUE(payload(4).empty());
  EXPECT_FALSE(payload(2).empty());
}

TEST_P(RowsTest, OperationsOfACardAreFoundByTheirState) {
  using State = records::OperationState;
  const auto other = id<base::TokenId>();
  for (const std::uint64_t opSeq : {1, 2, 3, 4, 5}) {
    records::Operation row = operation(opSeq, opSeq);
    if (opSeq == 3) row.tokenId = other;
    if (opSeq == 4) row.type = 6;
    ASSERT_TRUE(write([&](auto& unit) { return unit.operations().insert(row); }).ok());
  }
  const auto set = [&](std::uint64_t opSeq, State state) {
    return write([&](auto& u) { return u.operations().setState(device_, opSeq, state, 1); }).ok();
  };
  ASSERT_TRUE(set(1, State::kAcked) && set(2, State::kAcked) && set(3, State::kParked) &&
              set(4, State::kParked));
  const auto seqs = [](const std::vector<records::Operation>& rows) {
    std::vector<std::uint64_t> found;
    for (const auto& row : rows) found.push_back(row.opSeq);
    return found;
  };
  using Seqs = std::vector<std::uint64_t>;
  EXPECT_EQ(seqs(value([&](auto& u) { return u.operations().openOfCard(device_, token_); })),
            Seqs({4, 5}));
  EXPECT_EQ(seqs(value([&](auto& u) { return u.operations().parkedOf(device_); })), Seqs({3, 4}));
  EXPECT_EQ(seqs(value([&](auto& u) { return u.operations().listOf(device_, 1, 3); })),
            Seqs({2, 3, 4}));
  const auto newest = [&](std::uint8_t type, State state) {
    return value(
        [&](auto& u) { return u.operations().newestOfCard(device_, token_, type, state); });
  };
  EXPECT_EQ(newest(2, State::kAcked)->opSeq, 2U);
  EXPECT_EQ(newest(2, State::kPending)->opSeq, 5U);
  EXPECT_EQ(newest(6, State::kParked)->opSeq, 4U);
  EXPECT_FALSE(newest(6, State::kAcked));
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
    const records::RequestResult result{bytes(32), base::bigEndian(number)};
    ASSERT_TRUE(
        write([&](auto& unit) { return unit.results().put(device_, number, result); }).ok());
  }
  const auto result = [&](std::uint64_t number) {
    return value([&](auto& unit) { return unit.results().find(device_, number); });
  };
  EXPECT_FALSE(result(2));
  EXPECT_EQ(result(3)->result, base::bigEndian(std::uint64_t{3}));
  EXPECT_EQ(result(kLast)->result, base::bigEndian(kLast));
  EXPECT_EQ(result(kLast)->mark.size(), 32U);
}

}  // namespace florin::fakes
