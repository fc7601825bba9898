// The wallet's lock over the whole Florin, and what the operator sees of a device meanwhile.
#include <gtest/gtest.h>

#include "world.h"

namespace florin::test {
namespace {

using records::ApiScope;
using Sdk = ProvisioningServiceErrorCode;

constexpr const char* kNotAllowed = "CARD_STATE_DOES_NOT_ALLOW_REQUESTED_OPERATION";

struct WalletLockTest : ::testing::Test {
  void SetUp() override {
    world.backend.addToken("operator", ApiScope::kOperator);
    world.wse();
    card = world.digitize();
    ASSERT_EQ(world.enroll(card.code).completions, 1U);
    world.synchronize();
    device = member(call("GET", "/admin/v1/cards/" + card.digitalCardId), "deviceId");
  }

  TransportResponse call(const std::string& method, const std::string& path,
                         const std::string& token = "operator", Bytes body = {}) {
    return world.backend.call(method, path, token, std::move(body));
  }
  std::string got(const std::string& path) {
    const auto answer = call("GET", path);
    return std::to_string(answer.status) + " " + std::string(base::asText(answer.body));
  }
  std::string lock(LockReason reason = LockReason::NONE) {
    std::string heard;
    world.wallet->getWalletLockManager().lockWallet(reason, std::make_shared<LockHearer>(heard));
    world.settle();
    return heard;
  }
  std::string unlock() {
    std::string heard;
    world.wallet->getWalletLockManager().unlockWallet(std::make_shared<LockHearer>(heard));
    world.settle();
    return heard;
  }
  std::string authorize(const Bytes& request) {
    return member(call("POST", "/tsp/v1/authorizations", "acquirer", request), "reason");
  }

  World world;
  Digitized card;
  std::string device;
};

TEST_F(WalletLockTest, LockDeclinesAtOnceAndErasesNothing) {
  const auto before = world.tap();
  ASSERT_TRUE(before);
  const auto payments = world.cards().at(0).paymentsLeft;
  EXPECT_EQ(lock(LockReason::LOST), "accepted");
  EXPECT_EQ(authorize(*before), "token_suspended") << "the backend knows before the device does";
  EXPECT_EQ(world.cards().at(0).state, CardState::ACTIVE) << "until the operation arrives";
  const Heard refused = world.synchronize();
  ASSERT_EQ(refused.errors.size(), 1U);
  EXPECT_EQ(refused.errors[0].sdkCode, Sdk::DEVICE_SUSPICIOUS);
  EXPECT_EQ(refused.errors[0].lockReason, LockReason::LOST);
  EXPECT_EQ(world.cards().at(0).state, CardState::SUSPENDED);
  EXPECT_EQ(world.cards().at(0).paymentsLeft, payments);
  EXPECT_FALSE(world.tap());
  EXPECT_EQ(lock(LockReason::STOLEN), "accepted") << "the same wish again changes nothing";
  EXPECT_EQ(world.synchronize().errors.at(0).lockReason, LockReason::LOST);

  EXPECT_EQ(unlock(), "accepted");
  EXPECT_TRUE(world.synchronize().errors.empty());
  EXPECT_EQ(world.cards().at(0).state, CardState::ACTIVE);
  const auto after = world.tap();
  ASSERT_TRUE(after);
  EXPECT_EQ(authorize(*after), "approved");
  EXPECT_EQ(unlock(), "accepted");
}

TEST_F(WalletLockTest, WhatTheOperatorLockedTheWalletDoesNotUnlock) {
  const std::string path = "/admin/v1/devices/" + device;
  EXPECT_EQ(member(call("POST", path + "/suspend"), "state"), "suspended");
  EXPECT_EQ(unlock(), kNotAllowed);
  EXPECT_EQ(lock(), "accepted");
  EXPECT_EQ(unlock(), "accepted");
  EXPECT_EQ(world.synchronize().errors.size(), 1U) << "the operator's is left";
  EXPECT_EQ(lock(), "accepted");
  EXPECT_EQ(member(call("POST", path + "/resume"), "state"), "suspended");
  const auto refused = call("POST", path + "/resume");
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(member(refused, "type"), "urn:florin:problem:suspended-by-others");
  EXPECT_EQ(unlock(), "accepted");
  EXPECT_TRUE(world.synchronize().errors.empty());
}

TEST_F(WalletLockTest, RevokedWalletIsErasedWithTheReasonAndCannotBeUnlocked) {
  EXPECT_EQ(lock(LockReason::LOST), "accepted");
  const std::string body = R"({"reason":"STOLEN"})";
  EXPECT_EQ(call("POST", "/admin/v1/devices/" + device + "/wipe", "operator",
                 base::toBytes(base::asBytes(body)))
                .status,
            200);
  EXPECT_EQ(unlock(), kNotAllowed);
  const Heard wiped = world.synchronize();
  EXPECT_TRUE(world.cards().empty());
  ASSERT_FALSE(wiped.lockReasons.empty());
  EXPECT_EQ(wiped.lockReasons.back(), "STOLEN");
  EXPECT_EQ(world.status(), EnrollmentStatus::ENROLLMENT_NEEDED);
  EXPECT_EQ(member(call("GET", "/admin/v1/devices/" + device), "state"), "wiped");
}

TEST_F(WalletLockTest, ReasonThatIsNotTheCardholdersIsRefusedWithoutNetwork) {
  const std::size_t sent = world.transport->requests();
  for (const LockReason reason :
       {LockReason::OLD_VAULT, LockReason::ACCOUNT_CLOSED, LockReason::DEVICE_NOT_TRUSTED}) {
    EXPECT_EQ(lock(reason), "MISSING_REQUIRED_PARAMETER") << name(reason);
  }
  EXPECT_EQ(world.transport->requests(), sent);
}

TEST(WalletWithoutDeviceTest, CannotBeLocked) {
  World world;
  std::string heard;
  const auto lock = [&] {
    heard.clear();
    world.wallet->getWalletLockManager().lockWallet(LockReason::LOST,
                                                    std::make_shared<LockHearer>(heard));
    world.settle();
    return heard;
  };
  EXPECT_EQ(lock(), "BLOCKED_SECURE_WALLET_ENROLLMENT_REQUIRED");
  world.wse();
  EXPECT_EQ(lock(), kNotAllowed);
}

TEST_F(WalletLockTest, OperatorFindsDeviceAndCardsAndWhatWaits) {
  const std::string path = "/admin/v1/devices/" + device;
  const std::string wallet = member(call("GET", path), "walletId");
  EXPECT_NE(got("/admin/v1/devices?wallet=" + wallet).find(device), std::string::npos);
  EXPECT_EQ(got("/admin/v1/devices?wallet=" + std::string(32, '0')), "200 {\"devices\":[]}");
  EXPECT_NE(got(path + "/cards").find(card.digitalCardId), std::string::npos);
  const std::string open = "/admin/v1/operations?device=" + device + "&state=open";
  EXPECT_EQ(got(open), "200 {\"operations\":[]}");
  EXPECT_EQ(lock(), "accepted");
  EXPECT_NE(got(open).find("SuspendCard"), std::string::npos);
  EXPECT_EQ(got("/admin/v1/operations?state=parked&device=" + device), "200 {\"operations\":[]}");
  EXPECT_EQ(member(call("GET", path), "state"), "suspended");
  EXPECT_NE(got(path).find("\"suspendedBy\":[\"wallet\"],\"delivered\":false"), std::string::npos);
  EXPECT_EQ(got("/admin/v1/pushes"),
            R"(200 {"waiting":0,"due":0,"retried":0,"payments":0,"pushes":[]})");
}

TEST_F(WalletLockTest, OperatorsQuestionThatIsNoneIsRefused) {
  const std::string unknown(32, '0');
  EXPECT_EQ(got("/admin/v1/devices/" + unknown + "/cards").substr(0, 3), "404");
  for (const std::string& path :
       {std::string("/admin/v1/devices"), std::string("/admin/v1/devices?wallet=1"),
        "/admin/v1/devices?wallet=" + unknown + "&x=1", std::string("/admin/v1/pushes?after=1"),
        std::string("/admin/v1/pushes?x=1"), "/admin/v1/operations?device=" + device + "&state=odd",
        "/admin/v1/operations?device=" + device + "&state=open&after=1"}) {
    EXPECT_EQ(got(path).substr(0, 3), "400") << path;
  }
  EXPECT_EQ(call("GET", "/admin/v1/pushes", "acquirer").status, 401);
}

}  // namespace
}  // namespace florin::test
