#include "push/webhook.h"

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace florin::push {
namespace {

struct WebhookTest : ::testing::Test {
  // What the receiver gets of a push that the sender made.
  ports::HttpRequest sent(const base::DigitalCardId& about = {}) {
    Webhook webhook("http://127.0.0.1/push", key.clone(), {});
    ports::PushMessage message;
    message.about = about;
    message.token = SecretBytes::copyOf(base::asBytes("token"));
    HttpCall call = webhook.sendCall(message, {}, now);
    ports::HttpRequest request;
    for (auto& [name, value] : call.headers) {
      request.headers.emplace_back(name, base::asText(value.expose()));
    }
    request.body = base::toBytes(call.body.expose());
    return request;
  }
  Code refusal(const ports::HttpRequest& request, base::Duration later = base::Duration(0)) {
    return openWebhookPush(key, now + later, request).error().code();
  }
  void setHeader(ports::HttpRequest& request, std::string_view name, const std::string& value) {
    for (auto& [header, old] : request.headers) {
      if (header == name) old = value;
    }
  }

  SecretBytes key = SecretBytes::copyOf(Bytes(32, 7));
  base::Time now{std::chrono::seconds(1'800'000'000)};
};

TEST_F(WebhookTest, ReceiverReadsWhatTheSenderMade) {
  const auto bundle = openWebhookPush(key, now, sent());
  ASSERT_TRUE(bundle.ok());
  EXPECT_EQ(*bundle, (std::map<std::string, std::string>{{"sender", "CPS"}}));
}

TEST_F(WebhookTest, PushOfAPaymentNamesItsCard) {
  const auto card = base::DigitalCardId::parse("0123456789abcdef0123456789abcdef").value();
  const auto bundle = openWebhookPush(key, now, sent(card));
  ASSERT_TRUE(bundle.ok());
  EXPECT_EQ(*bundle, (std::map<std::string, std::string>{
                         {"sender", "TNS"},
                         {"action", "TNS:PaymentTransactionNotification"},
                         {"digitalCardID", "0123456789abcdef0123456789abcdef"}}));
}

TEST_F(WebhookTest, OtherKeyBodyIdOrTimeIsRefused) {
  auto request = sent();
  request.body.back() ^= 1;
  EXPECT_EQ(refusal(request), Code::kUnauthenticated);
  for (const char* const name : {"webhook-id", "webhook-timestamp", "webhook-signature"}) {
    for (const char* const value : {"", "x", "v1,AAAA", "1800000001"}) {
      request = sent();
      setHeader(request, name, value);
      EXPECT_EQ(refusal(request), Code::kUnauthenticated) << name << " " << value;
    }
  }
  EXPECT_EQ(refusal({}), Code::kUnauthenticated);
  const SecretBytes other = SecretBytes::copyOf(Bytes(32, 8));
  EXPECT_EQ(openWebhookPush(other, now, sent()).error().code(), Code::kUnauthenticated);
}

TEST_F(WebhookTest, PushOfAnotherTimeIsRefused) {
  using std::chrono_literals::operator""min;
  using std::chrono_literals::operator""s;
  EXPECT_TRUE(openWebhookPush(key, now + 5min, sent()).ok());
  EXPECT_TRUE(openWebhookPush(key, now - 5min, sent()).ok());
  EXPECT_EQ(refusal(sent(), 5min + 1s), Code::kUnauthenticated);
  EXPECT_EQ(refusal(sent(), -5min - 1s), Code::kUnauthenticated);
}

}  // namespace
}  // namespace florin::push
