// A card's life after provisioning, over the whole Florin: what issuer, operator and wallet do to
// it, what the device is told, and what a terminal and the TSP make of it.
#include <gtest/gtest.h>

#include "world.h"

namespace florin::test {
namespace {

using records::ApiScope;

struct LifeCycleTest : ::testing::Test {
  void SetUp() override {
    world.backend.addToken("issuer", ApiScope::kIssuer);
    world.backend.addToken("operator", ApiScope::kOperator);
    world.wse();
    card = world.digitize();
    ASSERT_EQ(world.enroll(card.code).completions, 1U);
    world.synchronize();
  }

  TransportResponse call(const std::string& method, const std::string& path,
                         const std::string& token, Bytes body = {}) {
    return world.backend.call(method, path, token, std::move(body));
  }
  TransportResponse issuer(const std::string& step) {
    return call("POST", "/issuer/v1/cards/" + card.digitalCardId + "/" + step, "issuer");
  }
  std::string state() {
    return member(call("GET", "/issuer/v1/cards/" + card.digitalCardId, "issuer"), "state");
  }

  using Wish = void (MGCardLifeCycleManager::*)(const std::string&,
                                                std::shared_ptr<MGCardLifeCycleListener>);
  std::string wish(Wish asked, const std::string& id) {
    std::string heard;
    auto& manager = world.wallet->getCardLifeCycleManager();
    (manager.*asked)(id, std::make_shared<LifeCycleHearer>(heard));
    world.settle();
    return heard;
  }
  std::string wish(Wish asked) { return wish(asked, card.digitalCardId); }

  std::optional<Bytes> tap() { return world.tap(); }
  std::string authorize(const Bytes& request) {
    return member(call("POST", "/tsp/v1/authorizations", "acquirer", request), "reason");
  }

  World world;
  Digitized card;
};

TEST_F(LifeCycleTest, IssuerSuspendsAndOnlyTheIssuerResumes) {
  EXPECT_EQ(state(), "ACTIVE");
  const auto before = tap();
  ASSERT_TRUE(before);

  EXPECT_EQ(member(issuer("suspend"), "state"), "SUSPENDED");
  EXPECT_EQ(authorize(*before), "token_suspended") << "the backend knows before the device does";
  EXPECT_EQ(world.synchronize().messages, std::vector<std::string>{"CBP.info.tokenSuspended"});
  EXPECT_EQ(world.cards().at(0).state, CardState::SUSPENDED);
  EXPECT_FALSE(tap());
  EXPECT_EQ(world.synchronize().messages, std::vector<std::string>()) << "once";

  const auto byOperator =
      call("POST", "/admin/v1/cards/" + card.digitalCardId + "/resume", "operator");
  EXPECT_EQ(byOperator.status, 409);
  EXPECT_EQ(member(byOperator, "type"), "urn:florin:problem:suspended-by-others");
  EXPECT_EQ(state(), "SUSPENDED");

  EXPECT_EQ(member(issuer("resume"), "state"), "ACTIVE");
  EXPECT_EQ(world.synchronize().messages, std::vector<std::string>{"CBP.info.tokenResumed"});
  const auto after = tap();
  ASSERT_TRUE(after);
  EXPECT_EQ(authorize(*after), "approved");
}

TEST_F(LifeCycleTest, DeletionWipesTheCardAndItsPanMayComeAgain) {
  const auto before = tap();
  ASSERT_TRUE(before);
  EXPECT_EQ(member(issuer("delete"), "state"), "DELETED");
  EXPECT_EQ(authorize(*before), "token_deleted");
  EXPECT_EQ(world.synchronize().messages, std::vector<std::string>{"CBP.info.tokenDeleted"});
  EXPECT_TRUE(world.cards().empty());
  EXPECT_EQ(issuer("delete").status, 200);
  EXPECT_EQ(member(issuer("suspend"), "type"), "urn:florin:problem:card-deleted");

  const Digitized again = world.digitize();
  EXPECT_NE(again.digitalCardId, card.digitalCardId);
  EXPECT_EQ(world.activate(again.code).completions, 1U);
  EXPECT_EQ(world.cards().size(), 1U);
}

TEST_F(LifeCycleTest, CardDeletedBeforeItsDeviceIsActiveDoesNotStopTheEnrollment) {
  World other;
  other.backend.addToken("issuer", ApiScope::kIssuer);
  other.wse();
  const Digitized lost = other.digitize();
  other.transport->setFaultHook([](const TransportRequest& request) {
    return request.path == "/cps/v1/exchange" ? fakes::NetworkFault::kDropRequest
                                              : fakes::NetworkFault::kNone;
  });
  other.enroll(lost.code);
  other.transport->setFaultHook(nullptr);
  fakes::HandlerTransport transport(other.backend.makeRoutes(), other.backend.random, nullptr);
  transport.send({"POST",
                  "/issuer/v1/cards/" + lost.digitalCardId + "/delete",
                  {{"authorization", "Bearer issuer"}},
                  {}},
                 std::chrono::seconds(1), [](const Result<TransportResponse>& response) {
                   EXPECT_EQ(response->status, 200);
                 });
  other.continueEnrollment(std::nullopt);
  EXPECT_EQ(other.status(), EnrollmentStatus::ENROLLMENT_COMPLETE);
  EXPECT_TRUE(other.cards().empty());
}

TEST_F(LifeCycleTest, CardholderSuspendsResumesAndDeletes) {
  using Manager = MGCardLifeCycleManager;
  EXPECT_EQ(wish(&Manager::suspendCard), "accepted");
  EXPECT_EQ(wish(&Manager::suspendCard), "accepted") << "the same wish again changes nothing";
  EXPECT_EQ(world.cards().at(0).state, CardState::ACTIVE) << "until the operation arrives";
  EXPECT_EQ(world.synchronize().messages, std::vector<std::string>{"CBP.info.tokenSuspended"});
  EXPECT_EQ(world.cards().at(0).state, CardState::SUSPENDED);
  EXPECT_EQ(wish(&Manager::resumeCard), "accepted");
  world.synchronize();
  EXPECT_EQ(world.cards().at(0).state, CardState::ACTIVE);
  EXPECT_EQ(wish(&Manager::deleteCard), "accepted");
  world.synchronize();
  EXPECT_TRUE(world.cards().empty());
  EXPECT_EQ(wish(&Manager::resumeCard), "CARD_STATE_DOES_NOT_ALLOW_REQUESTED_OPERATION");
}

TEST_F(LifeCycleTest, CardholderDoesNotUndoWhatTheIssuerDid) {
  issuer("suspend");
  EXPECT_EQ(wish(&MGCardLifeCycleManager::resumeCard),
            "CARD_STATE_DOES_NOT_ALLOW_REQUESTED_OPERATION");
  EXPECT_EQ(state(), "SUSPENDED");
}

TEST_F(LifeCycleTest, WishForNoCardOfThisWalletIsRefused) {
  const auto suspend = &MGCardLifeCycleManager::suspendCard;
  EXPECT_EQ(wish(suspend, std::string(32, '0')), "UNKNOWN_DIGITAL_CARD_ID");
  const std::size_t sent = world.transport->requests();
  EXPECT_EQ(wish(suspend, ""), "MISSING_REQUIRED_PARAMETER");
  EXPECT_EQ(wish(suspend, "../admin"), "UNKNOWN_DIGITAL_CARD_ID");
  EXPECT_EQ(world.transport->requests(), sent);
}

TEST_F(LifeCycleTest, WishThatFindsNoNetworkSaysSo) {
  world.transport->setFaultHook(
      [](const TransportRequest&) { return fakes::NetworkFault::kDropRequest; });
  EXPECT_EQ(wish(&MGCardLifeCycleManager::suspendCard), "NO_INTERNET");
  EXPECT_EQ(state(), "ACTIVE");
}

TEST_F(LifeCycleTest, RevokedDevicesCardsPayNoMore) {
  const auto before = tap();
  ASSERT_TRUE(before);
  const std::string device =
      member(call("GET", "/admin/v1/cards/" + card.digitalCardId, "operator"), "deviceId");
  EXPECT_EQ(call("POST", "/admin/v1/devices/" + device + "/wipe", "operator").status, 200);
  EXPECT_EQ(authorize(*before), "token_deleted");
  world.synchronize();
  EXPECT_TRUE(world.cards().empty());
}

TEST_F(LifeCycleTest, EveryRefusalSaysWhatItIs) {
  const std::string unknown(32, '0');
  const auto type = [&](const std::string& path, const std::string& token) {
    const auto answer = call("POST", path, token);
    return std::to_string(answer.status) + " " + member(answer, "type");
  };
  const std::string own = "/issuer/v1/cards/" + card.digitalCardId + "/suspend";
  EXPECT_EQ(type("/issuer/v1/cards/" + unknown + "/suspend", "issuer"),
            "404 urn:florin:problem:unknown-card");
  EXPECT_EQ(type("/issuer/v1/cards/xyz/suspend", "issuer"), "400 urn:florin:problem:malformed");
  for (const char* const token : {"operator", "acquirer", "nobody", ""}) {
    EXPECT_EQ(type(own, token), "401 urn:florin:problem:unauthorized") << token;
  }
  EXPECT_EQ(type("/admin/v1/cards/" + card.digitalCardId + "/suspend", "issuer"),
            "401 urn:florin:problem:unauthorized");
  EXPECT_EQ(state(), "ACTIVE");
}

TEST_F(LifeCycleTest, OperatorSeesTheOperationsOfADevice) {
  const std::string device =
      member(call("GET", "/admin/v1/cards/" + card.digitalCardId, "operator"), "deviceId");
  issuer("suspend");
  const auto get = [&](const std::string& query) {
    const auto answer = call("GET", "/admin/v1/operations" + query, "operator");
    return std::to_string(answer.status) + " " + std::string(base::asText(answer.body));
  };
  const std::string all = get("?device=" + device);
  EXPECT_NE(all.find("\"type\":\"InstallCard\""), std::string::npos) << all;
  EXPECT_NE(all.find("\"state\":\"acked\""), std::string::npos) << all;
  EXPECT_NE(all.find("\"type\":\"SuspendCard\""), std::string::npos) << all;
  EXPECT_EQ(get("?device=" + device + "&after=1000"), "200 {\"operations\":[]}");
  for (const std::string& query :
       {std::string(), std::string("?device=1"), "?dev=" + device, "?device=" + device + "&x=1",
        "?device=" + device + "&after=-1"}) {
    EXPECT_EQ(get(query).substr(0, 3), "400") << query;
  }
  EXPECT_EQ(get("?device=" + std::string(32, '0')).substr(0, 3), "404");
  const std::string operation = "/admin/v1/operations/" + device + "/";
  const auto type = [&](const std::string& rest) {
    return member(call("POST", operation + rest, "operator"), "type");
  };
  EXPECT_EQ(type("1/retry"), "urn:florin:problem:not-parked");
  EXPECT_EQ(type("999/void"), "urn:florin:problem:unknown-operation");
  EXPECT_EQ(type("one/void"), "urn:florin:problem:malformed");
}

}  // namespace
}  // namespace florin::test
