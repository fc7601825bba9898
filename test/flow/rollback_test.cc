// A vault that is put back or copied, and a backend that is restored (D7): no payment key works
// twice, and no card is lost.
#include <gtest/gtest.h>

#include "cps/store_epoch.h"
#include "world.h"

namespace florin::test {
namespace {

struct RollbackTest : ::testing::Test {
  void SetUp() override {
    world.wse();
    ASSERT_EQ(world.enroll(world.digitize().code).completions, 1U);
    world.synchronize();
  }
  std::string pay() {
    const auto request = world.tap();
    if (!request) return "no key";
    return member(world.backend.call("POST", "/tsp/v1/authorizations", "acquirer", *request),
                  "reason");
  }
  // The vault is what it was; the process that had it open is gone.
  void putBack(const std::optional<Bytes>& vault) {
    world.wallet.reset();
    world.storage.setContent(vault);
    world.open();
  }
  std::vector<std::string> audited() {
    const auto entries = world.backend.store.read([&](ports::Unit& unit) {
      return unit.audit().newest(world.backend.names.walletProvider, ~0ULL >> 1U, 100);
    });
    std::vector<std::string> actions;
    for (const auto& entry : entries.value()) actions.push_back(entry.action);
    return actions;
  }
  void restore(const std::shared_ptr<const fakes::MemoryTables>& backup) {
    world.backend.store.setContent(backup);
    ASSERT_TRUE(world.backend.store
                    .write([&](ports::Unit& unit) {
                      return cps::beginStoreEpoch(unit, world.backend.clock.now());
                    })
                    .ok());
    world.backend.restart();
    world.connect();
    world.open();
  }
  void confirm() {
    ASSERT_TRUE(
        world.backend.store.write([](ports::Unit& unit) { return cps::confirmStoreEpoch(unit); })
            .ok());
  }

  World world;
};

TEST_F(RollbackTest, VaultThatIsPutBackGetsNewKeysAndTheOldOnesAreVoid) {
  const auto copy = world.storage.content();
  EXPECT_EQ(pay(), "approved");
  EXPECT_EQ(pay(), "approved");
  world.synchronize();
  putBack(copy);
  EXPECT_EQ(pay(), "atc_used") << "before its first exchange it has no other keys";
  EXPECT_TRUE(world.synchronize().errors.empty());
  EXPECT_EQ(audited(), std::vector<std::string>{"device.rolled_back"});
  ASSERT_EQ(world.cards().size(), 1U);
  EXPECT_EQ(world.cards()[0].paymentsLeft, 10U);
  EXPECT_EQ(pay(), "approved");
  EXPECT_TRUE(world.synchronize().errors.empty());
  EXPECT_EQ(audited().size(), 1U) << "once";
}

TEST_F(RollbackTest, PaymentsThatOnlyTheAcquirerTellsOfAreMissedToo) {
  const auto copy = world.storage.content();
  EXPECT_EQ(pay(), "approved");
  EXPECT_EQ(pay(), "approved");
  putBack(copy);
  EXPECT_TRUE(world.synchronize().errors.empty());
  EXPECT_EQ(audited(), std::vector<std::string>{"device.rolled_back"});
  EXPECT_TRUE(world.synchronize().errors.empty());
  EXPECT_EQ(audited().size(), 1U) << "its vault need not know of them any more";
  EXPECT_EQ(pay(), "approved");
  EXPECT_TRUE(world.synchronize().errors.empty());
  const auto later = world.storage.content();
  EXPECT_EQ(pay(), "approved");
  putBack(later);
  EXPECT_TRUE(world.synchronize().errors.empty());
  EXPECT_EQ(audited().size(), 2U) << "the next time counts again";
  EXPECT_EQ(pay(), "approved");
}

TEST_F(RollbackTest, PolicyMayLeaveAnOldVaultToTheOperator) {
  world.backend.names.onRollback = cps::OnRollback::kSuspend;
  world.backend.restart();
  world.connect();
  world.open();
  const auto copy = world.storage.content();
  EXPECT_EQ(pay(), "approved");
  world.synchronize();
  putBack(copy);
  const Heard refused = world.synchronize();
  ASSERT_EQ(refused.errors.size(), 1U);
  EXPECT_EQ(refused.errors[0].lockReason, LockReason::OLD_VAULT);
  EXPECT_EQ(world.cards()[0].state, CardState::SUSPENDED);
  EXPECT_EQ(world.synchronize().errors.size(), 1U);
  EXPECT_EQ(audited(), std::vector<std::string>{"device.suspended"}) << "once";

  ASSERT_TRUE(world.backend.services().devices().resume(world.deviceId()).ok());
  EXPECT_TRUE(world.synchronize().errors.empty());
  EXPECT_EQ(audited(),
            (std::vector<std::string>{"device.rolled_back", "device.resumed", "device.suspended"}));
  EXPECT_EQ(world.cards()[0].state, CardState::ACTIVE);
  EXPECT_EQ(world.cards()[0].paymentsLeft, 10U);
  EXPECT_EQ(pay(), "approved");
}

TEST_F(RollbackTest, OperatorReadsTheAuditLog) {
  world.backend.addToken("operator", records::ApiScope::kOperator);
  const auto copy = world.storage.content();
  EXPECT_EQ(pay(), "approved");
  world.synchronize();
  putBack(copy);
  world.synchronize();
  const auto audit = [&](const std::string& query) {
    return world.backend.call("GET", "/admin/v1/audit" + query, "operator");
  };
  EXPECT_EQ(member(audit(""), "action"), "device.rolled_back");
  EXPECT_NE(member(audit(""), "facts").find(": paid up to ATC 0, known 1"), std::string::npos)
      << member(audit(""), "facts");
  EXPECT_EQ(base::asText(audit("?before=1").body), "{\"entries\":[]}");
  for (const char* bad : {"?before=", "?before=-1", "?before=x", "?after=1"}) {
    EXPECT_EQ(audit(bad).status, 400) << bad;
  }
  EXPECT_EQ(world.backend.call("GET", "/admin/v1/audit", "acquirer").status, 401);
}

TEST_F(RollbackTest, KeysOfACopyAreVoidOnceTheOtherIsFound) {
  const auto copy = world.storage.content();
  EXPECT_EQ(pay(), "approved");
  world.synchronize();
  const auto first = world.storage.content();
  putBack(copy);
  world.synchronize();  // the copy is found, and takes over
  EXPECT_EQ(pay(), "approved");
  putBack(first);
  EXPECT_EQ(pay(), "atc_void");
  world.synchronize();  // now the first one is the older
  EXPECT_EQ(pay(), "approved");
  EXPECT_EQ(audited().size(), 2U);
}

TEST_F(RollbackTest, CardOfLaterComesBackAndADeletedOneGoes) {
  const auto copy = world.storage.content();
  ASSERT_EQ(world.activate(world.digitize("999900555555555").code).completions, 1U);
  ASSERT_EQ(world.cards().size(), 2U);
  world.backend.addToken("issuer", records::ApiScope::kIssuer);
  const std::string first = world.cards()[0].digitalCardId;
  const std::string second = world.cards()[1].digitalCardId;
  world.backend.call("POST", "/issuer/v1/cards/" + first + "/delete", "issuer");
  world.synchronize();
  putBack(copy);
  EXPECT_TRUE(world.synchronize().errors.empty());
  ASSERT_EQ(world.cards().size(), 1U);
  EXPECT_EQ(world.cards()[0].digitalCardId, second);
  EXPECT_EQ(world.cards()[0].paymentsLeft, 10U);
}

TEST_F(RollbackTest, NextRequestGoesOnWhereTheBackendIs) {
  const auto copy = world.storage.content();
  ASSERT_EQ(world.activate(world.digitize("999900555555555").code).completions, 1U);
  putBack(copy);
  ASSERT_EQ(world.activate(world.digitize("999900666666666").code).completions, 1U);
  EXPECT_EQ(world.cards().size(), 3U);
  EXPECT_EQ(audited().size(), 1U);
}

TEST_F(RollbackTest, NewNumbersThatGotLostAreToldAgain) {
  const auto copy = world.storage.content();
  ASSERT_EQ(world.activate(world.digitize("999900555555555").code).completions, 1U);
  putBack(copy);
  const Digitized third = world.digitize("999900666666666");
  world.transport->addFault(fakes::NetworkFault::kNone);          // the challenge
  world.transport->addFault(fakes::NetworkFault::kDropResponse);  // its results are erased
  EXPECT_EQ(world.activate(third.code).completions, 1U);
  EXPECT_EQ(world.cards().size(), 3U);
}

TEST_F(RollbackTest, DeviceThatMissedTheRestoreIsNotTakenForAnOldVault) {
  const auto backup = world.backend.store.content();
  EXPECT_EQ(pay(), "approved");
  restore(backup);
  const Digitized second = world.digitize("999900555555555");
  world.transport->addFault(fakes::NetworkFault::kDropResponse);
  EXPECT_EQ(world.activate(second.code).completions, 1U);
  EXPECT_EQ(world.cards().size(), 2U);
  EXPECT_EQ(audited(),
            (std::vector<std::string>{"device.resynchronized", "device.resynchronized"}));
  EXPECT_EQ(pay(), "approved");
}

TEST_F(RollbackTest, DoubledOrLateMessageIsOnlySuspected) {
  std::optional<TransportRequest> late;
  world.transport->setFaultHook([&](const TransportRequest& request) {
    if (!late && request.path == "/cps/v1/exchange") late = request;
    return fakes::NetworkFault::kNone;
  });
  world.executor.advance(std::chrono::minutes(16));  // no ticket: the message stays good
  world.synchronize();
  EXPECT_EQ(pay(), "approved");
  world.synchronize();
  ASSERT_TRUE(late);
  fakes::HandlerTransport network(world.backend.makeRoutes(), world.backend.random, nullptr);
  int status = 0;
  network.send(*late, std::chrono::seconds(1),
               [&](const Result<TransportResponse>& response) { status = response->status; });
  EXPECT_EQ(status, 200);
  EXPECT_TRUE(world.synchronize().errors.empty());
  EXPECT_TRUE(audited().empty());
  EXPECT_EQ(pay(), "approved");
}

TEST_F(RollbackTest, RestoredBackendGivesKeysAboveAllThatWereUsed) {
  const auto backup = world.backend.store.content();
  const auto spent = world.tap();
  ASSERT_TRUE(spent);
  const auto authorize = [&] {
    return member(world.backend.call("POST", "/tsp/v1/authorizations", "acquirer", *spent),
                  "reason");
  };
  EXPECT_EQ(authorize(), "approved");
  world.synchronize();
  restore(backup);
  EXPECT_EQ(authorize(), "atc_void") << "accepted in the lost days";
  EXPECT_EQ(pay(), "atc_void") << "before its first exchange it has no other keys";
  EXPECT_TRUE(world.synchronize().errors.empty());
  EXPECT_EQ(authorize(), "atc_void");
  EXPECT_EQ(pay(), "approved");
  EXPECT_EQ(audited(), std::vector<std::string>{"device.resynchronized"});
  EXPECT_TRUE(world.synchronize().errors.empty());
  EXPECT_EQ(audited().size(), 1U) << "once";
}

// Nothing is left of the store that the backup was before: the epoch has the same number again.
TEST_F(RollbackTest, BackupMayBePutBackTwice) {
  const auto backup = world.backend.store.content();
  for (int i = 0; i < 3; ++i) {
    restore(backup);
    EXPECT_TRUE(world.synchronize().errors.empty());
    EXPECT_EQ(pay(), "approved");
    EXPECT_EQ(pay(), "approved");
    EXPECT_TRUE(world.synchronize().errors.empty());
    EXPECT_EQ(audited(), std::vector<std::string>{"device.resynchronized"});
    ASSERT_EQ(world.cards().size(), 1U);
    EXPECT_EQ(world.cards()[0].paymentsLeft, 8U);
    world.executor.advance(std::chrono::minutes(1));
  }
}

TEST_F(RollbackTest, CardClaimedInLostDaysIsNotLost) {
  const Digitized second = world.digitize("999900555555555");
  const auto backup = world.backend.store.content();
  ASSERT_EQ(world.activate(second.code).completions, 1U);
  restore(backup);
  EXPECT_TRUE(world.synchronize().errors.empty());
  ASSERT_EQ(world.cards().size(), 2U);
  for (const auto& card : world.cards()) {
    EXPECT_EQ(card.state, CardState::ACTIVE);
    EXPECT_EQ(card.paymentsLeft, 10U);
  }
}

TEST_F(RollbackTest, CardOfLostDaysWaitsForTheOperatorsWord) {
  const auto backup = world.backend.store.content();
  ASSERT_EQ(world.activate(world.digitize("999900555555555").code).completions, 1U);
  ASSERT_EQ(world.cards().size(), 2U);
  restore(backup);
  EXPECT_FALSE(world.synchronize().errors.empty());
  EXPECT_EQ(world.cards().size(), 2U) << "a newer backup may hold it";
  confirm();
  EXPECT_TRUE(world.synchronize().errors.empty());
  EXPECT_EQ(world.cards().size(), 1U);
  EXPECT_EQ(pay(), "approved");
}

// A code of the lost days is no guess as long as a newer backup may hold it.
TEST_F(RollbackTest, CodeOfLostDaysCostsATryOnceItIsConfirmed) {
  const auto backup = world.backend.store.content();
  const std::string code = world.digitize("999900555555555").code;
  restore(backup);
  ASSERT_TRUE(world.synchronize().errors.empty());
  const auto triesLeft = [&] {
    const auto id =
        base::WalletId::parse(world.wallet->getCardEnrollmentService().getWalletId()).value();
    const auto wallet = world.backend.store.read([&](ports::Unit& unit) {
      return unit.wallets().find(world.backend.names.walletProvider, id);
    });
    return wallet->value().triesLeft;
  };
  const std::uint32_t tries = triesLeft();
  auto heard = world.activate(code);
  ASSERT_EQ(heard.errors.size(), 1U);
  EXPECT_EQ(heard.errors[0].sdkCode, ProvisioningServiceErrorCode::COMMON_SERVER_ERROR);
  EXPECT_EQ(triesLeft(), tries);
  confirm();
  heard = world.activate(code);
  ASSERT_EQ(heard.errors.size(), 1U);
  EXPECT_EQ(heard.errors[0].sdkCode,
            ProvisioningServiceErrorCode::ENROLLMENT_WRONG_ACTIVATION_CODE);
  EXPECT_EQ(triesLeft(), tries - 1);
}

TEST_F(RollbackTest, DeviceOfLostDaysEnrollsAgainOnceItIsConfirmed) {
  World later;  // a backend of its own, restored to before its only device
  later.wse();
  const auto registered = later.backend.store.content();
  ASSERT_EQ(later.enroll(later.digitize().code).completions, 1U);
  later.backend.store.setContent(registered);
  ASSERT_TRUE(later.backend.store
                  .write([&](ports::Unit& unit) {
                    return cps::beginStoreEpoch(unit, later.backend.clock.now());
                  })
                  .ok());
  later.backend.restart();
  later.connect();
  later.open();
  EXPECT_FALSE(later.synchronize().errors.empty());
  EXPECT_EQ(later.status(), EnrollmentStatus::ENROLLMENT_COMPLETE) << "nothing is thrown away yet";
  ASSERT_TRUE(
      later.backend.store.write([](ports::Unit& unit) { return cps::confirmStoreEpoch(unit); })
          .ok());
  later.synchronize();
  EXPECT_EQ(later.status(), EnrollmentStatus::ENROLLMENT_NEEDED);
  EXPECT_EQ(later.enroll(later.digitize("999900777777777").code).completions, 1U);
  EXPECT_TRUE(later.synchronize().errors.empty());
  EXPECT_EQ(later.cards().size(), 1U) << "nobody knows the card of the lost days any more";
  EXPECT_EQ(later.cards().at(0).paymentsLeft, 10U);
}

}  // namespace
}  // namespace florin::test
