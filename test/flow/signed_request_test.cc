// Requests signed by the wallet key, and what devices attest to.
#include <gtest/gtest.h>

#include <set>

#include "messages/gateway.h"
#include "wallet/software_keys.h"
#include "world.h"

namespace florin::test {
namespace {

using Sdk = ProvisioningServiceErrorCode;

TEST(SignedRequestTest, RecordedRequestIsRefused) {
  World world;
  std::optional<TransportRequest> recorded;
  world.transport->setFaultHook([&](const TransportRequest& request) {
    if (request.path == "/cps/v1/wallets") recorded = request;
    return fakes::NetworkFault::kNone;
  });
  EXPECT_EQ(world.wse().completions, 1U);
  ASSERT_TRUE(recorded.has_value());
  const auto again = world.transport->call(*recorded);
  EXPECT_EQ(again.status, 401);
  EXPECT_EQ(messages::decodeErrorBody(base::asText(again.body))->code, 673);
}

// A network that doubles everything costs a wallet one signature more and nothing else.
TEST(SignedRequestTest, DoubledRequestsAreSignedAnew) {
  World world;
  EXPECT_EQ(world.wse().completions, 1U);
  const std::string code = world.digitize().code;
  std::set<std::string> doubled;
  world.transport->setFaultHook([&](const TransportRequest& request) {
    return doubled.insert(request.path).second ? fakes::NetworkFault::kDouble
                                               : fakes::NetworkFault::kNone;
  });
  EXPECT_EQ(world.enroll(code).completions, 1U);
  EXPECT_EQ(doubled.size(), 3U);
}

struct Policy {
  World world;
  explicit Policy(cps::AttestationPolicy policy) {
    world.backend.names.attestation = policy;
    world.backend.restart();
    world.connect();
    world.open();
    world.wse();
  }
};

TEST(AttestationTest, SoftwareKeysAttestThemselves) {
  Policy required(cps::AttestationPolicy::kRequire);
  EXPECT_EQ(required.world.enroll(required.world.digitize().code).completions, 1U);
  EXPECT_EQ(required.world.backend.log.count("enrollment.not_attested"), 0U);
}

// Keys that attest nothing, or for another challenge.
class BadlyAttested : public wallet::SoftwareDeviceKeys {
 public:
  BadlyAttested(base::Random& random, bool says) : SoftwareDeviceKeys(random), says_(says) {}
  Result<std::optional<Bytes>> attest(const KeyHandle& key, ByteView /*challenge*/) override {
    if (!says_) return std::optional<Bytes>();
    return SoftwareDeviceKeys::attest(key, Bytes(32, 9));
  }

 private:
  bool says_;
};

TEST(AttestationTest, PolicyDecidesAboutTheOthers) {
  for (const bool says : {false, true}) {
    for (const auto policy : {cps::AttestationPolicy::kOff, cps::AttestationPolicy::kLog,
                              cps::AttestationPolicy::kRequire}) {
      fakes::SeededRandom random(3);
      BadlyAttested keys(random, says);
      Policy made(policy);
      World& world = made.world;
      world.deviceKeys = &keys;
      world.open();
      const Heard heard = world.enroll(world.digitize().code);
      EXPECT_EQ(world.backend.log.count("enrollment.not_attested"),
                policy == cps::AttestationPolicy::kOff ? 0U : 1U);
      if (policy != cps::AttestationPolicy::kRequire) {
        EXPECT_EQ(heard.completions, 1U);
        continue;
      }
      ASSERT_EQ(heard.errors.size(), 1U);
      EXPECT_EQ(heard.errors[0].sdkCode, Sdk::DEVICE_SUSPICIOUS);
      EXPECT_EQ(heard.errors[0].cpsCode, 599);
    }
  }
}

// A session that failed is gone on with; one that did not is not.
TEST(RetrySessionTest, GoesOnWithWhatFailedAndNothingElse) {
  World world;
  EXPECT_EQ(world.retrySession().errors.at(0).sdkCode, Sdk::NO_SESSION);
  world.wse();
  world.enroll(world.digitize().code);
  EXPECT_EQ(world.retrySession().errors.at(0).sdkCode, Sdk::NO_SESSION);
  const std::string code = world.digitize("999900987654321").code;
  world.transport->setFaultHook(
      [](const TransportRequest&) { return fakes::NetworkFault::kDropRequest; });
  EXPECT_EQ(world.activate(code).errors.size(), 1U);
  world.transport->setFaultHook(nullptr);
  const Heard retried = world.retrySession();
  EXPECT_TRUE(retried.started);
  EXPECT_EQ(retried.codeRequests, 0U);
  EXPECT_EQ(retried.completions, 1U);
  EXPECT_EQ(world.cards().size(), 2U);
  EXPECT_EQ(world.retrySession().errors.at(0).sdkCode, Sdk::NO_SESSION);
}

TEST(RetrySessionTest, IsRefusedWhileASessionIsUnderWay) {
  World world;
  world.wse();
  world.enroll(world.digitize().code);
  Heard first;
  Heard second;
  auto& service = world.wallet->getProvisioningBusinessService();
  service.synchronize(std::make_shared<PushHearer>(first));
  service.retrySession(std::make_shared<Enroller>(second, std::nullopt));
  world.settle();
  EXPECT_EQ(first.completions, 1U);
  EXPECT_EQ(second.errors.at(0).sdkCode, Sdk::EXISTING_RETRY_SESSION);
}

}  // namespace
}  // namespace florin::test
