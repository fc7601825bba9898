#include "proof/webhook_signature.h"

#include <gtest/gtest.h>

#include <optional>

#include "base/bytes.h"
#include "base/limits.h"

namespace florin::proof {
namespace {

SecretBytes text(std::string_view chars) { return SecretBytes::copyOf(base::asBytes(chars)); }

struct WebhookSignatureTest : ::testing::Test {
  std::optional<Code> verify(base::Time at, const WebhookHeaders& headers,
                             std::string_view sent = "{}") {
    const Status status = verifyWebhook(key, at, headers, base::asBytes(sent));
    return status.ok() ? std::nullopt : std::optional(status.error().code());
  }
  WebhookHeaders headers() { return {made.id, made.timestamp, made.signature}; }

  // The example of Standard Webhooks 1.0.0.
  const SecretBytes key = readWebhookSecret(text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).value();
  const base::Time now = base::fromMs(1'614'265'330'000);
  WebhookSignature made = signWebhook(key, "id", now, text("{}"));
};

TEST_F(WebhookSignatureTest, IsThatOfTheStandardsExample) {
  const auto standard =
      signWebhook(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", now, text(R"({"test": 2432232314})"));
  EXPECT_EQ(standard.timestamp, "1614265330");
  EXPECT_EQ(standard.signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST_F(WebhookSignatureTest, OtherIdTimeBodyOrKeyIsRefused) {
  EXPECT_EQ(verify(now, headers()), std::nullopt);
  EXPECT_EQ(verify(now, headers(), "{} "), Code::kUnauthenticated);
  EXPECT_EQ(verify(now, {"other", made.timestamp, made.signature}), Code::kUnauthenticated);
  EXPECT_EQ(verify(now, {made.id, "1614265331", made.signature}), Code::kUnauthenticated);
  for (const std::string_view wrong : {"", "v1,", "v2,AAAA", "v1,!!!!"}) {
    EXPECT_EQ(verify(now, {made.id, made.timestamp, wrong}), Code::kUnauthenticated) << wrong;
  }
  const SecretBytes other = SecretBytes::copyOf(Bytes(24, 1));
  EXPECT_FALSE(verifyWebhook(other, now, headers(), base::asBytes("{}")).ok());
}

TEST_F(WebhookSignatureTest, OldAndFutureOnesAreRefused) {
  EXPECT_EQ(verify(now + base::limits::kWebhookClock, headers()), std::nullopt);
  EXPECT_EQ(verify(now - base::limits::kWebhookClock, headers()), std::nullopt);
  const auto beyond = base::limits::kWebhookClock + std::chrono::seconds(1);
  EXPECT_EQ(verify(now + beyond, headers()), Code::kUnauthenticated);
  EXPECT_EQ(verify(now - beyond, headers()), Code::kUnauthenticated);
}

TEST(WebhookSecretTest, HasItsFormAndSize) {
  EXPECT_TRUE(readWebhookSecret(text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n")).ok());
  for (const std::string_view wrong :
       {"", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_!!!!"}) {
    EXPECT_EQ(readWebhookSecret(text(wrong)).error().code(), Code::kMalformed) << wrong;
  }
}

}  // namespace
}  // namespace florin::proof
