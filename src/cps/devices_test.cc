#include "cps/devices.h"

#include "cps/card_fixture.h"

namespace florin::cps {
namespace {

using messages::OperationType;
using records::DeviceState;
using Types = std::vector<OperationType>;

struct DevicesTest : CardTest {
  DevicesTest() {
    row.state = DeviceState::kActive;
    EXPECT_TRUE(write([&](ports::Unit& unit) { return unit.devices().update(row); }).ok());
  }
  records::Device found() { return devices.find(device)->device; }
  VisibleState state(const records::ActivationCode& card) {
    return cards.find(Asker::anOperator(), card.digitalCardId)->state;
  }
  // said gives the audit log of the device, the oldest first: who did what, and why.
  std::string said() {
    const auto entries = store.read(
        [&](ports::Unit& unit) { return unit.audit().newest(tenant, ~0ULL >> 1U, 100); });
    std::string text;
    for (auto entry = entries->rbegin(); entry != entries->rend(); ++entry) {
      EXPECT_EQ(entry->subject, device.toString());
      text += entry->actor + " " + entry->action + " " + entry->facts + "\n";
    }
    return text;
  }
  static std::int64_t refusalOf(const Result<DeviceView>& result) {
    return result.ok() || !isRefusedStep(result.error()) ? 0 : result.error().detail();
  }

  CardLifeCycle cards{backend, operations};
  Devices devices{backend, operations, cards};
};

TEST_F(DevicesTest, WalletsLockStopsItsCardsAndItsUnlockLetsThemGoOn) {
  const auto card = installed();
  const auto locked = devices.lock(wallet.walletId, LockReason::LOST);
  ASSERT_TRUE(locked.ok());
  EXPECT_EQ(locked->device.state, DeviceState::kSuspended);
  EXPECT_EQ(locked->device.lockReason, LockReason::LOST);
  EXPECT_FALSE(locked->delivered);
  EXPECT_EQ(state(card), VisibleState::kSuspended);
  EXPECT_EQ(tokenOf(card).state, records::TokenState::kSuspended);
  EXPECT_EQ(pendingTypes(), Types{OperationType::kSuspendCard});
  ASSERT_TRUE(devices.unlock(wallet.walletId).ok());
  EXPECT_EQ(found().state, DeviceState::kActive);
  EXPECT_EQ(found().epoch, 2U);
  EXPECT_EQ(state(card), VisibleState::kActive);
  EXPECT_EQ(said(), "wallet device.suspended LOST\nwallet device.resumed \n");
}

TEST_F(DevicesTest, WhatTheOperatorSuspendedTheWalletDoesNotUnlock) {
  const auto card = installed();
  ASSERT_TRUE(devices.suspend(device, LockReason::STOLEN).ok());
  EXPECT_EQ(refusalOf(devices.unlock(wallet.walletId)),
            static_cast<std::int64_t>(DeviceRefusal::kSuspendedByOthers));
  ASSERT_TRUE(devices.lock(wallet.walletId, LockReason::LOST).ok());
  const auto still = devices.unlock(wallet.walletId);
  ASSERT_TRUE(still.ok());
  EXPECT_EQ(still->device.state, DeviceState::kSuspended);
  EXPECT_EQ(still->device.lockReason, LockReason::STOLEN);
  EXPECT_EQ(state(card), VisibleState::kSuspended);
  EXPECT_EQ(found().epoch, 1U) << "its state changed once";
  ASSERT_TRUE(devices.resume(device).ok());
  EXPECT_EQ(state(card), VisibleState::kActive);
  EXPECT_EQ(said(),
            "operator device.suspended STOLEN\nwallet device.suspended LOST\n"
            "wallet device.resumed \noperator device.resumed \n");
}

TEST_F(DevicesTest, OperatorDoesNotUndoTheWalletsLock) {
  ASSERT_TRUE(devices.lock(wallet.walletId, LockReason::NONE).ok());
  const Status resumed = devices.resume(device);
  ASSERT_FALSE(resumed.ok());
  EXPECT_EQ(resumed.error().detail(), static_cast<std::int64_t>(DeviceRefusal::kSuspendedByOthers));
  EXPECT_EQ(found().state, DeviceState::kSuspended);
}

// The system stopped them for the wallet that locked itself, so it is not the operator's to end.
TEST_F(DevicesTest, OperatorResumesNoCardOfALockedDevice) {
  const auto card = installed();
  ASSERT_TRUE(devices.lock(wallet.walletId, LockReason::LOST).ok());
  const auto step = [&](tsp::CardEvent event) {
    return cards.step(Asker::anOperator(), card.digitalCardId, event);
  };
  EXPECT_FALSE(step(tsp::CardEvent::kResume).ok());
  ASSERT_TRUE(step(tsp::CardEvent::kSuspend).ok());
  ASSERT_TRUE(step(tsp::CardEvent::kResume).ok()) << "its own";
  EXPECT_EQ(state(card), VisibleState::kSuspended);
  ASSERT_TRUE(devices.unlock(wallet.walletId).ok());
  EXPECT_EQ(state(card), VisibleState::kActive);
}

TEST_F(DevicesTest, SameWishAgainChangesNothing) {
  ASSERT_TRUE(devices.unlock(wallet.walletId).ok()) << "it is not locked";
  ASSERT_TRUE(devices.lock(wallet.walletId, LockReason::LOST).ok());
  const auto again = devices.lock(wallet.walletId, LockReason::STOLEN);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->device.lockReason, LockReason::LOST);
  EXPECT_EQ(found().epoch, 1U);
  EXPECT_EQ(said(), "wallet device.suspended LOST\n");
}

TEST_F(DevicesTest, WalletWithoutADeviceAndARevokedOneAreRefused) {
  const auto stranger = base::WalletId::random(random);
  const auto wrongState = static_cast<std::int64_t>(DeviceRefusal::kWrongState);
  EXPECT_EQ(refusalOf(devices.lock(stranger, LockReason::LOST)), wrongState);
  EXPECT_EQ(refusalOf(devices.unlock(stranger)), wrongState);
  EXPECT_FALSE(devices.ofWallet(stranger)->has_value());
  ASSERT_TRUE(devices.lock(wallet.walletId, LockReason::LOST).ok());
  ASSERT_TRUE(devices.revoke(device, LockReason::STOLEN).ok());
  EXPECT_EQ(refusalOf(devices.unlock(wallet.walletId)), wrongState);
  EXPECT_EQ(found().suspenders, 0U);
  EXPECT_EQ(pendingTypes(), Types{OperationType::kWipe});
}

TEST_F(DevicesTest, ViewShowsThePushThatWaits) {
  EXPECT_FALSE(devices.find(device)->push);
  ASSERT_TRUE(write([&](ports::Unit& unit) {
                return unit.pushes().put(tenant, device, {}, clock.now());
              }).ok());
  const auto view = devices.find(device);
  ASSERT_TRUE(view->push);
  EXPECT_EQ(view->push->due, clock.now());
}

}  // namespace
}  // namespace florin::cps
