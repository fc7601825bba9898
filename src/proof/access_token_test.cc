#include "proof/access_token.h"

#include <gtest/gtest.h>

#include <optional>

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/base64url.h"
#include "crypto/p256.h"
#include "fakes/seeded_random.h"

namespace florin::proof {
namespace {

struct AccessTokenTest : ::testing::Test {
  AccessTokenTest() {
    claims.backendId = "florin-test";
    claims.digitalCardId = base::DigitalCardId::random(random);
    claims.walletId = base::WalletId::random(random);
    claims.issued = now;
    claims.expires = now + std::chrono::minutes(10);
  }

  std::string make(const crypto::P256Key& by) {
    const std::string part = signedPart(claims);
    return accessToken(part, by.sign(base::asBytes(part)));
  }
  std::optional<Code> refusal(std::string_view token, base::Time at) {
    const auto read = verifyAccessToken(token, key.publicPoint(), at);
    return read.ok() ? std::nullopt : std::optional(read.error().code());
  }
  // under gives the token with another header before the same claims and signature.
  std::string under(std::string_view header) {
    const std::string good = make(key);
    return codec::toBase64Url(base::asBytes(header)) + good.substr(good.find('.'));
  }

  fakes::SeededRandom random{3};
  const crypto::P256Key key = crypto::P256Key::generate(random);
  const base::Time now = base::fromMs(1'700'000'000'000);
  AccessClaims claims;
};

TEST_F(AccessTokenTest, ComesBackAsItWas) {
  const auto read = verifyAccessToken(make(key), key.publicPoint(), now);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(*read, claims);
  EXPECT_LE(make(key).size(), base::limits::kAccessToken);
}

TEST_F(AccessTokenTest, OtherKeyTimeOrBytesAreRefused) {
  const auto other = crypto::P256Key::generate(random);
  EXPECT_EQ(refusal(make(other), now), Code::kUnauthenticated);
  EXPECT_EQ(refusal(make(key), claims.expires), Code::kUnauthenticated);
  EXPECT_EQ(refusal(make(key), now - base::limits::kSignatureWindow - std::chrono::seconds(1)),
            Code::kUnauthenticated);
  EXPECT_EQ(refusal(make(key), now - base::limits::kSignatureWindow), std::nullopt);
  std::string changed = make(key);
  const std::size_t middle = changed.find('.') + 20;
  changed[middle] = changed[middle] == 'A' ? 'B' : 'A';
  EXPECT_TRUE(refusal(changed, now));
}

TEST_F(AccessTokenTest, HeaderIsOursOrItIsNoToken) {
  EXPECT_EQ(refusal(under(R"({"alg":"ES256","typ":"JWT"})"), now), std::nullopt);
  for (const std::string_view header :
       {R"({"alg":"none","typ":"JWT"})", R"({"alg":"HS256","typ":"JWT"})",
        R"({"typ":"JWT","alg":"ES256"})", R"({"alg":"ES256","typ":"JWT","jwk":{}})", ""}) {
    EXPECT_EQ(refusal(under(header), now), Code::kMalformed) << header;
  }
}

TEST_F(AccessTokenTest, WhatIsNoTokenIsMalformed) {
  const std::string good = make(key);
  for (const std::string& bad :
       {std::string(), std::string("."), std::string(".."), good.substr(0, good.rfind('.')),
        good.substr(0, good.rfind('.') + 1), good + "AA", good + ".", "x" + good,
        std::string(base::limits::kAccessToken + 1, 'A')}) {
    EXPECT_EQ(refusal(bad, now), Code::kMalformed) << bad;
  }
}

}  // namespace
}  // namespace florin::proof
