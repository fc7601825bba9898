#include "cps/wallet_auth.h"

#include "cps/answers.h"
#include "cps/cps_fixture.h"
#include "cps/registration.h"

namespace florin::cps {
namespace {

using messages::CpsStatus;

struct WalletAuthTest : CpsTest {
  CpsStatus authenticate(const ports::HttpRequest& request) {
    return statusOf(auth.authenticate(request));
  }
  ports::HttpRequest good() { return signedBy(walletKey, "/gateway/v1/x", {1, 2, 3}); }
  static std::string& header(ports::HttpRequest& request, std::string_view name) {
    for (auto& [key, value] : request.headers) {
      if (key == name) return value;
    }
    ADD_FAILURE() << name;
    return request.headers.at(0).second;
  }

  WalletAuth auth{backend};
};

TEST_F(WalletAuthTest, SignedRequestIsItsWallets) {
  const auto found = auth.authenticate(good());
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->walletId, wallet.walletId);
}

TEST_F(WalletAuthTest, EverythingElseGetsOneRefusal) {
  std::vector<ports::HttpRequest> requests;
  requests.push_back(signedBy(crypto::P256Key::generate(random), "/gateway/v1/x", {1}));
  for (const char* name : {"content-digest", "signature-input", "signature"}) {
    requests.push_back(good());
    header(requests.back(), name).clear();
    requests.push_back(good());
    header(requests.back(), name).pop_back();
  }
  requests.push_back(good());
  requests.back().headers.clear();
  requests.push_back(good());
  requests.back().body.push_back(4);
  requests.push_back(good());
  requests.back().path = "/gateway/v1/y";
  requests.push_back(good());
  requests.back().method = "PUT";
  requests.push_back(good());
  requests.back().query = "a=b";
  wallet.walletId = base::WalletId::random(random);
  requests.push_back(good());  // unknown wallet, right signature

  std::optional<Error> first;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const auto refused = auth.authenticate(requests[i]);
    ASSERT_FALSE(refused.ok()) << i;
    EXPECT_EQ(statusOf(refused), CpsStatus::kWalletUnknown) << i;
    if (!first) first = refused.error();
    EXPECT_EQ(refused.error().text(), first->text()) << i;
  }
}

// Tally is a gate that says what it was told.
struct Tally : ports::ClientGate {
  Status proved(const ports::ProvenClient& client) override {
    EXPECT_EQ(client.kind, ports::ProvenClient::Kind::kWallet);
    proven.push_back(base::toHex(client.id));
    return full ? Status(Error(Code::kUnavailable, "too often")) : Status();
  }
  void failed() override { ++failures; }
  std::vector<std::string> proven;
  int failures = 0;
  bool full = false;
};

TEST_F(WalletAuthTest, GateCountsWhoProvedItselfAndWhoFailed) {
  Tally gate;
  const auto ask = [&](ports::HttpRequest request) {
    request.gate = &gate;
    return authenticate(request);
  };
  EXPECT_EQ(ask(good()), CpsStatus::kOk);
  EXPECT_EQ(gate.proven, std::vector{wallet.walletId.toString()});
  EXPECT_EQ(gate.failures, 0);
  EXPECT_EQ(ask(signedBy(crypto::P256Key::generate(random), "/gateway/v1/x", {})),
            CpsStatus::kWalletUnknown);
  EXPECT_EQ(gate.failures, 1);

  ports::HttpRequest late = good();
  clock.advance(std::chrono::hours(1));
  EXPECT_EQ(ask(late), CpsStatus::kClockSkew);
  EXPECT_EQ(gate.failures, 1) << "a right signature that is late is no guess";
  EXPECT_EQ(gate.proven.size(), 1U);
  gate.full = true;
  ports::HttpRequest more = good();
  more.gate = &gate;
  EXPECT_EQ(auth.authenticate(more).error().code(), Code::kUnavailable);
}

TEST_F(WalletAuthTest, WhoBringsItsOwnKeyUsesUpNobodysShare) {
  Tally gate;
  ports::HttpRequest request = good();
  request.gate = &gate;
  EXPECT_TRUE(auth.authenticateBy(request, wallet.walletId, walletKey.publicPoint()).ok());
  EXPECT_TRUE(gate.proven.empty());
  request = signedBy(crypto::P256Key::generate(random), "/gateway/v1/x", {});
  request.gate = &gate;
  EXPECT_FALSE(auth.authenticateBy(request, wallet.walletId, walletKey.publicPoint()).ok());
  EXPECT_EQ(gate.failures, 1);
}

TEST_F(WalletAuthTest, WalletOfAnotherTenantIsUnknown) {
  backend.tenant = base::TenantId::random(random);
  EXPECT_EQ(authenticate(good()), CpsStatus::kWalletUnknown);
}

TEST_F(WalletAuthTest, NobodyIsCalledUnknownUntilARestoreIsConfirmed) {
  const auto begun =
      store.write([&](ports::Unit& unit) { return beginStoreEpoch(unit, clock.now()); });
  ASSERT_TRUE(begun.ok());
  EXPECT_EQ(begun->number, 1U);
  backend.epoch = *begun;
  EXPECT_EQ(authenticate(good()), CpsStatus::kOk);
  EXPECT_EQ(authenticate(signedBy(crypto::P256Key::generate(random), "/gateway/v1/x", {})),
            CpsStatus::kWalletUnknown);  // of a wallet that is here
  wallet.walletId = base::WalletId::random(random);
  EXPECT_EQ(authenticate(good()), CpsStatus::kBusy);
  ASSERT_TRUE(write([](ports::Unit& unit) { return confirmStoreEpoch(unit); }).ok());
  EXPECT_EQ(authenticate(good()), CpsStatus::kWalletUnknown);
}

TEST_F(WalletAuthTest, TimeOutsideOfTheWindowIsToldOnlyToTheKeysHolder) {
  const auto at = [&](base::Duration offset) {
    signingTime = clock.now() + offset;
    return authenticate(good());
  };
  constexpr base::Duration kWindow = base::limits::kSignatureWindow;
  EXPECT_EQ(at(kWindow), CpsStatus::kOk);
  EXPECT_EQ(at(-kWindow), CpsStatus::kOk);
  EXPECT_EQ(at(kWindow + std::chrono::seconds(1)), CpsStatus::kClockSkew);
  EXPECT_EQ(at(-kWindow - std::chrono::seconds(1)), CpsStatus::kClockSkew);
  EXPECT_EQ(authenticate(signedBy(crypto::P256Key::generate(random), "/gateway/v1/x", {})),
            CpsStatus::kWalletUnknown);
}

TEST_F(WalletAuthTest, WhatNeedsAuthenticationSaysHow) {
  const ports::HttpResponse refused = refuse(CpsStatus::kClockSkew, {}, clock.now(), {});
  ASSERT_EQ(refused.status, 401);
  bool said = false;
  for (const auto& [name, value] : refused.headers) said = said || name == "WWW-Authenticate";
  EXPECT_TRUE(said);
}

TEST_F(WalletAuthTest, WseIsSignedByTheKeyThatItBrings) {
  const crypto::P256Key other = crypto::P256Key::generate(random);
  const auto request = good();
  EXPECT_TRUE(auth.authenticateBy(request, wallet.walletId, walletKey.publicPoint()).ok());
  EXPECT_EQ(statusOf(auth.authenticateBy(good(), wallet.walletId, other.publicPoint())),
            CpsStatus::kWalletUnknown);
  EXPECT_EQ(statusOf(auth.authenticateBy(good(), base::WalletId::random(random),
                                         walletKey.publicPoint())),
            CpsStatus::kWalletUnknown);
}

struct RegistrationTest : CpsTest {
  messages::WseRequest request() {
    return {.walletId = base::WalletId::random(random),
            .walletPublicKey = walletKey.publicPoint(),
            .walletProviderId = "provider",
            .walletApplicationId = "app"};
  }
  Registration registration = Registration::make(backend).value();
};

TEST_F(RegistrationTest, GivesWhatTheWalletPins) {
  const auto reply = registration.registerWallet(request());
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply->backendId, "florin-test");
  EXPECT_EQ(reply->identityKey, custody->identityKey().point);
  EXPECT_EQ(reply->captureKey, custody->captureKey());
  EXPECT_EQ(reply->serverTime, clock.now());
  const auto identity = crypto::P256PublicKey::fromPoint(reply->identityKey);
  EXPECT_TRUE(
      identity->verify(messages::captureKeyText(reply->captureKey), reply->captureKeySignature)
          .ok());
}

TEST_F(RegistrationTest, SameKeyMayComeAgainAnotherMayNot) {
  messages::WseRequest wse = request();
  ASSERT_TRUE(registration.registerWallet(wse).ok());
  EXPECT_TRUE(registration.registerWallet(wse).ok());
  wse.walletPublicKey = crypto::P256Key::generate(random).publicPoint();
  EXPECT_EQ(statusOf(registration.registerWallet(wse)), CpsStatus::kWalletEnrolled);
  const auto kept =
      store.read([&](ports::Unit& unit) { return unit.wallets().find(tenant, wse.walletId); });
  EXPECT_EQ((*kept)->publicKey, walletKey.publicPoint());
}

TEST_F(RegistrationTest, ComingAgainGivesNoTriesAnew) {
  const messages::WseRequest wse = request();
  ASSERT_TRUE(registration.registerWallet(wse).ok());
  ASSERT_TRUE(write([&](ports::Unit& unit) {
                return unit.wallets().setTriesLeft(tenant, wse.walletId, 1);
              }).ok());
  ASSERT_TRUE(registration.registerWallet(wse).ok());
  const auto kept =
      store.read([&](ports::Unit& unit) { return unit.wallets().find(tenant, wse.walletId); });
  EXPECT_EQ((*kept)->triesLeft, 1U);
}

}  // namespace
}  // namespace florin::cps
