// The questions to issuers over real HTTP: what they answer decides, and whatever else happens is
// "silent".
#include <gtest/gtest.h>

#include <functional>
#include <optional>

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/json.h"
#include "fakes/fake_clock.h"
#include "fakes/recording_log.h"
#include "fakes/seeded_random.h"
#include "http/plain_receiver.h"
#include "issuers/webhook_issuers.h"
#include "proof/webhook_signature.h"

namespace florin::issuers {
namespace {

using ports::IssuerDecision;

constexpr std::string_view kYellow =
    R"({"decision":"yellow","methods":[{"id":"sms","type":"SMS","value":"","otp":true}]})";

struct IssuersTest : ::testing::Test {
  void SetUp() override {
    issuer = base::TenantId::random(random);
    receiver = http::PlainReceiver::start(0, [this](const ports::HttpRequest& request) {
                 return answer(request);
               }).value();
    link.issuer = issuer;
    link.url = "http://127.0.0.1:" + std::to_string(receiver->port()) + "/ask";
    link.key = key.clone();
  }

  ports::HttpResponse answer(const ports::HttpRequest& request) {
    ids.emplace_back(request.header("webhook-id"));
    bodies.emplace_back(base::asText(request.body));
    const proof::WebhookHeaders headers{request.header("webhook-id"),
                                        request.header("webhook-timestamp"),
                                        request.header("webhook-signature")};
    signedByUs = proof::verifyWebhook(key, clock.now(), headers, request.body).ok();
    ports::HttpResponse response;
    response.status = ids.size() <= failures ? 500 : status;
    response.body = base::toBytes(base::asBytes(says));
    if (hook) hook();
    return response;
  }

  WebhookIssuers make() {
    std::vector<IssuerLink> links;
    links.push_back(
        {link.issuer, link.always, link.url, link.key.clone(), {}, link.deadline, link.ifSilent});
    return {std::move(links), atOnce, clock, log};
  }

  ports::DecisionQuestion question(const base::TenantId& of) {
    return {.issuer = of,
            .correlationId = base::CorrelationId::random(random),
            .requestHash = random.bytes(32),
            .digitalCardId = base::DigitalCardId::random(random),
            .walletId = base::WalletId::random(random),
            .product = "Test",
            .language = "en",
            .pan = SecretBytes::copyOf(base::asBytes("9999001234567890")),
            .panExpiry = "1230",
            .cvv = {},
            .holderName = "A \"Holder\""};
  }
  Result<ports::DecisionAnswer> decide(const base::TenantId& of) {
    return make().decide(question(of));
  }
  Result<ports::DecisionAnswer> decide() { return decide(issuer); }

  bool refused() { return !decide().ok(); }

  fakes::FakeClock clock;
  fakes::SeededRandom random{5};
  fakes::RecordingLog log;
  SecretBytes key = SecretBytes::copyOf(Bytes(32, 7));
  base::TenantId issuer;
  IssuerLink link;

  std::size_t atOnce = 2;
  std::function<void()> hook;                    // while the issuer is asked
  std::string says = R"({"decision":"green"})";  // what the issuer answers
  int status = 200;
  std::size_t failures = 0;  // calls that get a 500 before it
  std::vector<std::string> ids;
  std::vector<std::string> bodies;
  bool signedByUs = false;
  std::unique_ptr<http::PlainReceiver> receiver;
};

TEST_F(IssuersTest, TheThreeDecisionsAreTaken) {
  EXPECT_EQ(decide()->decision, IssuerDecision::kGreen);
  EXPECT_TRUE(signedByUs);
  const auto asked = codec::parseJson(bodies.at(0));
  ASSERT_TRUE(asked.ok());
  EXPECT_NE(bodies[0].find(R"("pan":"9999001234567890")"), std::string::npos);
  EXPECT_EQ(bodies[0].find("cvv"), std::string::npos) << "there was none";
  says = R"({"decision":"red"})";
  EXPECT_EQ(decide()->decision, IssuerDecision::kRed);
  says = kYellow;
  const auto yellow = decide();
  ASSERT_TRUE(yellow.ok());
  EXPECT_EQ(yellow->decision, IssuerDecision::kYellow);
  EXPECT_EQ(yellow->methods.at(0).id, "sms");
  EXPECT_EQ(log.text().find("9999001234567890"), std::string::npos);
}

TEST_F(IssuersTest, WhatIsNoDecisionDecidesNothing) {
  link.ifSilent = IssuerDecision::kGreen;
  for (const std::string_view bad :
       {"", "{}", "[]", R"({"decision":"blue"})", R"({"decision":"RED"})",
        R"({"decision":"yellow"})", R"({"decision":"yellow","methods":[]})",
        R"({"decision":"green","decision":"red"})", R"({"decision":1e400})"}) {
    says = bad;
    EXPECT_TRUE(refused()) << bad;
  }
  for (const int bad : {301, 400, 401, 404}) {
    status = bad;
    ids.clear();
    EXPECT_TRUE(refused()) << bad;
    EXPECT_EQ(ids.size(), 1U) << "it would be the same again";
  }
  status = 200;
  says = R"({"decision":"red","reason":"stolen"})";
  EXPECT_EQ(decide()->decision, IssuerDecision::kRed) << "what else he says is his own";
}

TEST_F(IssuersTest, SilenceIsNoDecisionWhereNothingStandsForIt) {
  status = 503;
  EXPECT_EQ(decide().error().code(), Code::kUnavailable);
  link.url = "http://127.0.0.1:1/";
  EXPECT_EQ(decide().error().code(), Code::kUnavailable);
}

TEST_F(IssuersTest, SecondAttemptBearsTheSameId) {
  failures = 1;
  EXPECT_EQ(decide()->decision, IssuerDecision::kGreen);
  ASSERT_EQ(ids.size(), 2U);
  EXPECT_EQ(ids[0], ids[1]);
}

TEST_F(IssuersTest, SilentIssuerIsDecidedForWhereHeSaidSo) {
  status = 500;
  link.ifSilent = IssuerDecision::kGreen;
  EXPECT_EQ(decide()->decision, IssuerDecision::kGreen);
  link.ifSilent = IssuerDecision::kRed;
  EXPECT_EQ(decide()->decision, IssuerDecision::kRed);
  EXPECT_EQ(log.count("issuer.silent"), 2U);
}

TEST_F(IssuersTest, IssuerWhoDecidedBeforehandIsNotAsked) {
  link.always = IssuerDecision::kYellow;
  const auto yellow = decide();
  ASSERT_TRUE(yellow.ok());
  EXPECT_FALSE(yellow->methods.at(0).otp);
  EXPECT_EQ(decide(base::TenantId::random(random))->decision, IssuerDecision::kGreen);
  EXPECT_TRUE(ids.empty());
}

TEST_F(IssuersTest, WhoFindsNoPlaceDoesNotWait) {
  atOnce = 1;
  link.ifSilent = IssuerDecision::kGreen;
  auto issuers = make();
  const ports::OtpOrder order{issuer, base::DigitalCardId::random(random),          "sms",
                              1,      SecretBytes::copyOf(base::asBytes("012345")), clock.now()};
  std::optional<Code> second;
  hook = [&] {
    if (!second) second = issuers.sendOtp(order).error().code();
  };
  EXPECT_TRUE(issuers.sendOtp(order).ok());
  EXPECT_EQ(second, Code::kUnavailable);
  EXPECT_EQ(ids.size(), 1U) << "the second question was not asked";
  hook = nullptr;
  EXPECT_TRUE(issuers.sendOtp(order).ok()) << "the place is free again";
}

TEST_F(IssuersTest, IssuerThatStaysSilentIsLeftAloneForAWhile) {
  namespace limits = base::limits;
  link.ifSilent = IssuerDecision::kRed;
  auto issuers = make();
  status = 500;
  for (unsigned i = 0; i < limits::kIssuerBreaker; ++i) {
    EXPECT_EQ(issuers.decide(question(issuer))->decision, IssuerDecision::kRed);
  }
  EXPECT_EQ(ids.size(), 2 * limits::kIssuerBreaker) << "two attempts each";
  EXPECT_EQ(log.count("issuer.down"), 1U);
  EXPECT_EQ(issuers.decide(question(issuer))->decision, IssuerDecision::kRed);
  EXPECT_EQ(ids.size(), 2 * limits::kIssuerBreaker) << "answered for at once";
  clock.advance(limits::kIssuerBreakerOpen);
  EXPECT_EQ(issuers.decide(question(issuer))->decision, IssuerDecision::kRed);
  EXPECT_EQ(ids.size(), 2 * limits::kIssuerBreaker + 2) << "one goes ahead to try";
  EXPECT_EQ(issuers.decide(question(issuer))->decision, IssuerDecision::kRed);
  EXPECT_EQ(ids.size(), 2 * limits::kIssuerBreaker + 2);
  clock.advance(limits::kIssuerBreakerOpen);
  status = 200;
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(issuers.decide(question(issuer))->decision, IssuerDecision::kGreen);
  }
  EXPECT_EQ(ids.size(), 2 * limits::kIssuerBreaker + 4);
}

TEST_F(IssuersTest, WhoIsSilentHoldsNoOtherIssuerBack) {
  std::vector<IssuerLink> links;
  const auto other = base::TenantId::random(random);
  links.push_back({issuer, {}, "http://127.0.0.1:1/", key.clone(), {}, link.deadline, {}});
  links.push_back({other, {}, link.url, key.clone(), {}, link.deadline, {}});
  WebhookIssuers issuers(std::move(links), 2, clock, log);
  for (unsigned i = 0; i <= base::limits::kIssuerBreaker; ++i) {
    EXPECT_EQ(issuers.decide(question(issuer)).error().code(), Code::kUnavailable);
  }
  EXPECT_EQ(issuers.decide(question(other))->decision, IssuerDecision::kGreen);
}

TEST_F(IssuersTest, RefusalIsNoSilence) {
  auto issuers = make();
  status = 400;
  for (unsigned i = 0; i < 2 * base::limits::kIssuerBreaker; ++i) {
    EXPECT_FALSE(issuers.decide(question(issuer)).ok());
  }
  EXPECT_EQ(ids.size(), 2 * base::limits::kIssuerBreaker) << "each was asked";
}

TEST_F(IssuersTest, OtpIsHandedOver) {
  auto issuers = make();
  const ports::OtpOrder order{issuer, base::DigitalCardId::random(random),          "sms",
                              1,      SecretBytes::copyOf(base::asBytes("012345")), clock.now()};
  status = 204;
  says.clear();
  EXPECT_TRUE(issuers.sendOtp(order).ok());
  EXPECT_TRUE(signedByUs);
  EXPECT_NE(bodies.at(0).find(R"("otp":"012345")"), std::string::npos);
  status = 503;
  EXPECT_EQ(issuers.sendOtp(order).error().code(), Code::kUnavailable);
  EXPECT_EQ(log.text().find("012345"), std::string::npos);
}

}  // namespace
}  // namespace florin::issuers
