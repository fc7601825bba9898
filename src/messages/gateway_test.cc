#include "messages/gateway.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "codec/json.h"
#include "messages/digitize.h"
#include "messages/examples_test.h"

namespace florin::messages {
namespace {

WseRequest exampleWseRequest() {
  return {idOf<base::WalletId>(1), Bytes(65, 2), "provider", "application"};
}
WseReply exampleWseReply() {
  return {"backend-1", idOf<base::KeyId>(1),           Bytes(65, 2), Bytes(294, 3), Bytes(64, 4),
          "a1b2c3",    base::fromMs(1'700'000'000'000)};
}
CardReference captured() { return {.cardData = Bytes(500, 2)}; }
CardReference pushed() { return {.pushSessionId = secretText("00112233445566778899aabbccddeeff")}; }
EligibilityRequest exampleEligibility(CardReference card) {
  return {idOf<base::CorrelationId>(1), std::move(card), "en", "WATCH"};
}
EligibilityReply exampleTerms() {
  return {"Florin Test", "Test Bank", "1111", Terms{Bytes(32, 1), "en", "text/plain", "Yes?"}};
}
DigitizeRequest exampleDigitize(CardReference card) {
  return {idOf<base::CorrelationId>(1),         std::move(card), "en", "PHONE", Bytes(32, 3),
          secretText("header.claims.signature")};
}
DigitizeReply exampleDigitized(Decision decision = Decision::kYellow) {
  DigitizeReply reply;
  reply.digitalCardId = idOf<base::DigitalCardId>(1);
  reply.decision = decision;
  if (decision != Decision::kRed) {
    reply.activationCode = secretText("ABCDEFGHIJKLMNOPQRSTUVWX23");
    reply.codeExpires = base::fromMs(1'700'000'000'000);
  }
  if (decision == Decision::kYellow) reply.methods = {{"sms", "SMS", "+49 *** 12", true}};
  reply.product = "Florin Test";
  reply.panLastFour = "1111";
  return reply;
}
ErrorBody exampleError() {
  return {
      554, 1000, 3, Bytes(64, 6), base::fromMs(1'700'000'000'000), idOf<base::CorrelationId>(1)};
}

std::string plain(const SecretBytes& secret) { return std::string(base::asText(secret.expose())); }

struct JsonCase {
  const char* name;
  std::string example;
  std::function<Result<std::string>(std::string_view)> reencode;
  std::vector<std::string> optional;
};

// The same for messages with secrets in them.
template <class Decode, class Encode>
std::function<Result<std::string>(std::string_view)> secretly(Decode decode, Encode encode) {
  return [decode, encode](std::string_view json) -> Result<std::string> {
    FLORIN_TRY_ASSIGN(const auto message, decode(secretText(json)));
    return plain(encode(message));
  };
}

template <class Decode, class Encode>
std::function<Result<std::string>(std::string_view)> through(Decode decode, Encode encode) {
  return [decode, encode](std::string_view json) -> Result<std::string> {
    FLORIN_TRY_ASSIGN(const auto message, decode(json));
    return encode(message);
  };
}

std::vector<JsonCase> allCases() {
  const auto digitized = secretly(decodeDigitizeReply, encodeDigitizeReply);
  const auto digitize = secretly(decodeDigitizeRequest, encodeDigitizeRequest);
  const auto eligibility = secretly(decodeEligibilityRequest, encodeEligibilityRequest);
  return {
      {"WseRequest",
       encodeWseRequest(exampleWseRequest()),
       through(decodeWseRequest, encodeWseRequest),
       {}},
      {"WseReply", encodeWseReply(exampleWseReply()), through(decodeWseReply, encodeWseReply), {}},
      {"EligibilityRequest",
       plain(encodeEligibilityRequest(exampleEligibility(captured()))),
       eligibility,
       {"deviceType"}},
      {"EligibilityRequestPushed",
       plain(encodeEligibilityRequest(exampleEligibility(pushed()))),
       eligibility,
       {"deviceType"}},
      {"DigitizeRequest",
       plain(encodeDigitizeRequest(exampleDigitize(captured()))),
       digitize,
       {"deviceType", "termsId", "authenticationToken"}},
      {"DigitizeRequestPushed",
       plain(encodeDigitizeRequest(exampleDigitize(pushed()))),
       digitize,
       {"deviceType", "termsId", "authenticationToken"}},
      {"DigitizeReply", plain(encodeDigitizeReply(exampleDigitized())), digitized, {}},
      {"DigitizeReplyRed",
       plain(encodeDigitizeReply(exampleDigitized(Decision::kRed))),
       digitized,
       {}},
      {"ErrorBody",
       encodeErrorBody(exampleError()),
       through(decodeErrorBody, encodeErrorBody),
       {"retryAfterMs", "triesLeft", "verdict"}},
  };
}

// members gives the text of each member of a flat object, `"name":value`.
std::vector<std::string> members(const std::string& json) {
  std::vector<std::string> out;
  std::string rest = json.substr(1, json.size() - 2);
  for (std::size_t comma; (comma = rest.find(",\"")) != std::string::npos;) {
    out.push_back(rest.substr(0, comma));
    rest = rest.substr(comma + 1);
  }
  out.push_back(rest);
  return out;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "{" : ",") + part;
  return out + "}";
}

class GatewayJsonTest : public testing::TestWithParam<JsonCase> {};

TEST_P(GatewayJsonTest, ExampleComesBack) {
  const auto again = GetParam().reencode(GetParam().example);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(*again, GetParam().example);
  EXPECT_EQ(joined(members(GetParam().example)), GetParam().example);
}

TEST_P(GatewayJsonTest, EveryFieldIsNeededOnce) {
  const std::vector<std::string> all = members(GetParam().example);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string name = all[i].substr(1, all[i].find('"', 1) - 1);
    std::vector<std::string> without = all;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
    const bool optional = std::ranges::count(GetParam().optional, name) > 0;
    EXPECT_EQ(GetParam().reencode(joined(without)).ok(), optional) << name;
    std::vector<std::string> doubled = all;
    doubled.push_back(all[i]);
    EXPECT_FALSE(GetParam().reencode(joined(doubled)).ok()) << name;
    std::vector<std::string> null = all;
    null[i] = "\"" + name + "\":null";
    EXPECT_FALSE(GetParam().reencode(joined(null)).ok()) << name;
  }
}

TEST_P(GatewayJsonTest, WhatWasNotAskedForIsRefused) {
  std::vector<std::string> more = members(GetParam().example);
  more.push_back("\"extra\":1");
  EXPECT_FALSE(GetParam().reencode(joined(more)).ok());
}

TEST_P(GatewayJsonTest, EveryCutIsRefused) {
  const std::string& json = GetParam().example;
  for (std::size_t size = 0; size < json.size(); ++size) {
    EXPECT_FALSE(GetParam().reencode(json.substr(0, size)).ok());
  }
}

INSTANTIATE_TEST_SUITE_P(All, GatewayJsonTest, testing::ValuesIn(allCases()),
                         [](const auto& made) { return std::string(made.param.name); });

TEST(GatewayMessagesTest, KeysHaveTheirSizes) {
  WseRequest request = exampleWseRequest();
  request.walletPublicKey.pop_back();
  EXPECT_FALSE(decodeWseRequest(encodeWseRequest(request)).ok());
  WseReply reply = exampleWseReply();
  reply.identityKey.push_back(0);
  EXPECT_FALSE(decodeWseReply(encodeWseReply(reply)).ok());
  reply = exampleWseReply();
  reply.captureKeySignature.pop_back();
  EXPECT_FALSE(decodeWseReply(encodeWseReply(reply)).ok());
  reply = exampleWseReply();
  reply.captureKey.clear();
  EXPECT_FALSE(decodeWseReply(encodeWseReply(reply)).ok());
}

TEST(GatewayMessagesTest, RedHasNoCodeAndTheOthersHave) {
  for (const Decision decision : {Decision::kGreen, Decision::kYellow, Decision::kRed}) {
    const auto reply = decodeDigitizeReply(encodeDigitizeReply(exampleDigitized(decision)));
    ASSERT_TRUE(reply.ok());
    EXPECT_EQ(reply->decision, decision);
    EXPECT_EQ(reply->activationCode.empty(), decision == Decision::kRed);
  }
  DigitizeReply redWithCode = exampleDigitized();
  redWithCode.decision = Decision::kRed;
  EXPECT_FALSE(decodeDigitizeReply(encodeDigitizeReply(redWithCode)).ok());
  DigitizeReply greenWithout = exampleDigitized(Decision::kRed);
  greenWithout.decision = Decision::kGreen;
  EXPECT_FALSE(decodeDigitizeReply(encodeDigitizeReply(greenWithout)).ok());
}

TEST(GatewayMessagesTest, LanguageIsTwoLowercaseLetters) {
  for (const char* const bad : {"", "e", "EN", "eng"}) {
    DigitizeRequest request = exampleDigitize(captured());
    request.language = bad;
    EXPECT_FALSE(decodeDigitizeRequest(encodeDigitizeRequest(request)).ok());
    EligibilityRequest asked = exampleEligibility(captured());
    asked.language = bad;
    EXPECT_FALSE(decodeEligibilityRequest(encodeEligibilityRequest(asked)).ok());
  }
}

TEST(GatewayMessagesTest, ACardIsNamedInOneWay) {
  const std::string captureOnly = plain(encodeEligibilityRequest(exampleEligibility(captured())));
  std::string both = captureOnly;
  both.insert(1, R"("pushSessionId":"00112233445566778899aabbccddeeff",)");
  EXPECT_FALSE(decodeEligibilityRequest(secretText(both)).ok());
  EXPECT_FALSE(decodeEligibilityRequest(encodeEligibilityRequest(exampleEligibility({}))).ok());
}

TEST(GatewayMessagesTest, DeviceTypesAndTermsHaveTheirForm) {
  for (const char* const bad : {"phone", "A PHONE", "PHONEPHONEPHONE17", "\xc3\x84"}) {
    DigitizeRequest request = exampleDigitize(captured());
    request.deviceType = bad;
    EXPECT_FALSE(decodeDigitizeRequest(encodeDigitizeRequest(request)).ok()) << bad;
  }
  DigitizeRequest request = exampleDigitize(captured());
  request.termsId.pop_back();
  EXPECT_FALSE(decodeDigitizeRequest(encodeDigitizeRequest(request)).ok());
  EligibilityReply reply = exampleTerms();
  ASSERT_TRUE(decodeEligibilityReply(encodeEligibilityReply(reply)).ok());
  reply.terms->contentType = "application/pdf";
  EXPECT_FALSE(decodeEligibilityReply(encodeEligibilityReply(reply)).ok());
  reply = exampleTerms();
  reply.terms->text.clear();
  EXPECT_FALSE(decodeEligibilityReply(encodeEligibilityReply(reply)).ok());
  reply.terms.reset();
  EXPECT_TRUE(decodeEligibilityReply(encodeEligibilityReply(reply)).ok());
}

TEST(GatewayMessagesTest, TheLongestTermsFitInABody) {
  EligibilityReply reply = exampleTerms();
  reply.terms->text = std::string(base::limits::kTermsText, '"');
  const auto read = decodeEligibilityReply(encodeEligibilityReply(reply));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->terms->text, reply.terms->text);
  reply.terms->text += '"';
  EXPECT_FALSE(decodeEligibilityReply(encodeEligibilityReply(reply)).ok());
}

TEST(GatewayMessagesTest, ErrorBodyLeavesOutWhatItDoesNotSay) {
  ErrorBody body = exampleError();
  body.retryAfterMs = 0;
  body.triesLeft = -1;
  const std::string json = encodeErrorBody(body);
  EXPECT_EQ(json.find("retryAfterMs"), std::string::npos);
  EXPECT_EQ(json.find("triesLeft"), std::string::npos);
  EXPECT_EQ(decodeErrorBody(json)->triesLeft, -1);
}

TEST(GatewayMessagesTest, SignedTextBeginsWithItsUse) {
  EXPECT_EQ(captureKeyText(Bytes{1, 2}),
            base::concat(base::asBytes("florin capture key/1"), Bytes{1, 2}));
}

}  // namespace
}  // namespace florin::messages
