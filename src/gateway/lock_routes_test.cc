#include "gateway/gateway_fixture.h"
#include "messages/gateway.h"

namespace florin::gateway {
namespace {

struct LockRoutesTest : GatewayOver<cps::CardTest> {
  LockRoutesTest() {
    row.state = records::DeviceState::kActive;
    EXPECT_TRUE(write([&](ports::Unit& unit) { return unit.devices().update(row); }).ok());
  }

  ports::HttpResponse ask(const std::string& what, const std::string& body,
                          const crypto::P256Key& key) {
    const std::string method = what == "state" ? "GET" : "POST";
    return call(method, "/gateway/v1/wallet/" + what, "", body, key);
  }
  // said gives the answer without its braces, or status and code of a refusal.
  std::string said(const std::string& what, const std::string& body = "") {
    const auto response = ask(what, body, walletKey);
    const std::string text(base::asText(response.body));
    if (response.status == 200) return text;
    return std::to_string(response.status) + " " +
           std::to_string(messages::decodeErrorBody(text)->code);
  }
};

TEST_F(LockRoutesTest, WalletLocksAndUnlocksItself) {
  const std::string active = R"({"state":"active","suspendedBy":[],"delivered":true})";
  const std::string locked =
      R"({"state":"suspended","suspendedBy":["wallet"],"lockReason":"LOST","delivered":true})";
  EXPECT_EQ(said("state"), active);
  EXPECT_EQ(said("lock", R"({"reason":"LOST"})"), locked);
  EXPECT_EQ(said("lock"), locked) << "again is the same";
  EXPECT_EQ(said("state"), locked);
  EXPECT_EQ(said("unlock"), active);
  EXPECT_EQ(said("unlock"), active);
}

TEST_F(LockRoutesTest, OnlyWhatACardholderMaySayIsAReason) {
  for (const char* const reason :
       {"OLD_VAULT", "ACCOUNT_CLOSED", "DEVICE_NOT_TRUSTED", "NONE", ""}) {
    EXPECT_EQ(said("lock", std::string(R"({"reason":")") + reason + "\"}"), "400 1022") << reason;
  }
  EXPECT_EQ(said("lock", "{}"), "400 1022");
  EXPECT_EQ(said("lock", R"({"reason":"LOST","more":1})"), "400 1022");
  EXPECT_EQ(devices.find(device)->device.state, records::DeviceState::kActive);
}

TEST_F(LockRoutesTest, OperatorsLockIsNotTheWalletsToEnd) {
  ASSERT_TRUE(devices.suspend(device, LockReason::FRAUD_SUSPECTED).ok());
  EXPECT_EQ(said("unlock"), "409 1020");
  ASSERT_TRUE(devices.revoke(device, LockReason::STOLEN).ok());
  EXPECT_EQ(said("lock"), "409 1020");
  EXPECT_EQ(said("state"),
            R"({"state":"revoked","suspendedBy":[],"lockReason":"STOLEN","delivered":false})");
}

TEST_F(LockRoutesTest, WalletWithoutADeviceIsNotLocked) {
  wallet.walletId = base::WalletId::random(random);
  ASSERT_TRUE(write([&](ports::Unit& unit) { return unit.wallets().insert(wallet); }).ok());
  EXPECT_EQ(said("lock"), "409 1020");
  EXPECT_EQ(said("state"), R"({"state":"none","suspendedBy":[],"delivered":true})");
}

TEST_F(LockRoutesTest, StrangersSignatureLocksNothing) {
  const auto stranger = crypto::P256Key::generate(random);
  EXPECT_EQ(ask("lock", "", stranger).status, 401);
  EXPECT_EQ(devices.find(device)->device.state, records::DeviceState::kActive);
}

}  // namespace
}  // namespace florin::gateway
