#include "proof/capture.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/bytes.h"
#include "crypto/cms.h"
#include "crypto/rsa.h"

namespace florin::proof {
namespace {

SecretBytes secret(std::string_view text) { return SecretBytes::copyOf(base::asBytes(text)); }

CardData goodCard() {
  CardData card;
  card.pan = secret("4111111111111111");
  card.expiry = "1229";
  card.cvv = secret("123");
  card.name = "J\xC3\xB6rg O'Neill";
  card.nonce = "abdda9cfbe2fdce335290773ba6f56a9c5ebe64910";
  return card;
}

void expectSame(const CardData& a, const CardData& b) {
  EXPECT_EQ(base::asText(a.pan.expose()), base::asText(b.pan.expose()));
  EXPECT_EQ(a.expiry, b.expiry);
  EXPECT_EQ(base::asText(a.cvv.expose()), base::asText(b.cvv.expose()));
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.nonce, b.nonce);
}

// Every way of sending the card is closed when one field is wrong.
void expectInvalid(const CardData& card) {
  const Status checked = checkCardData(card);
  ASSERT_FALSE(checked.ok());
  EXPECT_EQ(checked.error().code(), Code::kInvalidArgument);
  EXPECT_FALSE(encodeCardData(card).ok());
  EXPECT_EQ(sealCardData({}, card).error().code(), Code::kInvalidArgument);
}

void expectMalformed(std::string_view json) {
  const auto read = decodeCardData(secret(json));
  ASSERT_FALSE(read.ok()) << json;
  EXPECT_EQ(read.error().code(), Code::kMalformed) << json;
}

TEST(CaptureTest, TheJsonHasTheDocumentedFields) {
  const auto json = encodeCardData(goodCard());
  ASSERT_TRUE(json.ok());
  EXPECT_EQ(base::asText(json->expose()),
            "{\"fpan\":\"4111111111111111\",\"exp\":\"1229\",\"cvv\":\"123\","
            "\"name\":\"J\xC3\xB6rg O'Neill\","
            "\"nonce\":\"abdda9cfbe2fdce335290773ba6f56a9c5ebe64910\"}");
}

TEST(CaptureTest, CardsRoundTripWithAndWithoutCvv) {
  expectSame(decodeCardData(encodeCardData(goodCard()).value()).value(), goodCard());
  CardData card = goodCard();
  card.cvv = SecretBytes();
  card.name.clear();
  const SecretBytes json = encodeCardData(card).value();
  EXPECT_EQ(base::asText(json.expose()).find("cvv"), std::string_view::npos);
  expectSame(decodeCardData(json).value(), card);
}

TEST(CaptureTest, PansHave12To19DigitsAndPassLuhn) {
  CardData card = goodCard();
  for (const char* pan : {"000000000000", "4111111111111111", "4000000000000000006"}) {
    card.pan = secret(pan);
    EXPECT_TRUE(checkCardData(card).ok()) << pan;
  }
  for (const char* pan : {"", "00000000000", "00000000000000000000", "4111111111111112",
                          "4111 1111 1111 1111", "411111111111111x"}) {
    card.pan = secret(pan);
    expectInvalid(card);
  }
}

TEST(CaptureTest, TheExpiryIsAMonthAndAYear) {
  CardData card = goodCard();
  for (const char* expiry : {"0100", "0999", "1230"}) {
    card.expiry = expiry;
    EXPECT_TRUE(checkCardData(card).ok()) << expiry;
  }
  for (const char* expiry : {"", "0029", "1329", "9929", "129", "12/29", "12299", "1a29", "12 9"}) {
    card.expiry = expiry;
    expectInvalid(card);
  }
}

TEST(CaptureTest, TheCvvHas3Or4Digits) {
  CardData card = goodCard();
  card.cvv = secret("1234");
  EXPECT_TRUE(checkCardData(card).ok());
  for (const char* cvv : {"1", "12", "12345", "12a", " 123"}) {
    card.cvv = secret(cvv);
    expectInvalid(card);
  }
}

TEST(CaptureTest, TheNameIsPrintableUtf8) {
  CardData card = goodCard();
  card.name = std::string(64, 'x');
  EXPECT_TRUE(checkCardData(card).ok());
  for (const std::string& name : {std::string(65, 'x'), std::string("a\nb"), std::string("a\x7F"),
                                  std::string(1, '\0'), std::string("\xFF")}) {
    card.name = name;
    expectInvalid(card);
  }
}

TEST(CaptureTest, TheNonceHasItsAlphabet) {
  CardData card = goodCard();
  for (const std::string& nonce : {std::string("a"), std::string(50, 'Z'), std::string("aZ09_-")}) {
    card.nonce = nonce;
    EXPECT_TRUE(checkCardData(card).ok()) << nonce;
  }
  for (const std::string& nonce : {std::string(), std::string(51, 'a'), std::string("a b"),
                                   std::string("a+b"), std::string("\xC3\xB6")}) {
    card.nonce = nonce;
    expectInvalid(card);
  }
}

TEST(CaptureTest, JsonOfAnotherFormIsMalformed) {
  expectMalformed("");
  expectMalformed("[]");
  expectMalformed(R"({"exp":"1229","name":"","nonce":"a"})");
  expectMalformed(R"({"fpan":"4111111111111111","name":"","nonce":"a"})");
  expectMalformed(R"({"fpan":"4111111111111111","exp":"1229","nonce":"a"})");
  expectMalformed(R"({"fpan":"4111111111111111","exp":"1229","name":""})");
  expectMalformed(R"({"fpan":4111111111111111,"exp":"1229","name":"","nonce":"a"})");
  expectMalformed(R"({"fpan":"4111111111111112","exp":"1229","name":"","nonce":"a"})");
  expectMalformed(R"({"fpan":"4111111111111111","exp":"1329","name":"","nonce":"a"})");
  expectMalformed(R"({"fpan":"4111111111111111","exp":"1229","cvv":"","name":"","nonce":"a"})");
  expectMalformed(R"({"fpan":"4111111111111111","exp":"1229","cvv":null,"name":"","nonce":"a"})");
  expectMalformed(R"({"fpan":"4111111111111111","exp":"1229","name":"","nonce":"a","x":1})");
  expectMalformed(R"({"fpan":"4111111111111111","exp":"1229","name":"","nonce":"a","nonce":"a"})");
}

TEST(CaptureTest, EveryCutOfTheJsonIsMalformed) {
  const SecretBytes json = encodeCardData(goodCard()).value();
  const std::string_view text = base::asText(json.expose());
  for (std::size_t size = 0; size < text.size(); ++size) expectMalformed(text.substr(0, size));
}

TEST(CaptureTest, TheHolderOfTheKeyOpensTheSealedCard) {
  const crypto::RsaKey key = crypto::RsaKey::generate(2048);
  const Bytes sealed = sealCardData(key.publicDer(), goodCard()).value();
  const auto pan = base::asBytes("4111111111111111");
  EXPECT_EQ(std::search(sealed.begin(), sealed.end(), pan.begin(), pan.end()), sealed.end());

  const crypto::CmsParts parts = crypto::cmsParse(sealed).value();
  EXPECT_EQ(parts.recipientKeyId, crypto::cmsKeyId(key.publicDer()));
  const SecretBytes contentKey = key.decryptOaepSha256(parts.encryptedKey).value();
  const SecretBytes json = crypto::cmsOpenContent(parts, contentKey).value();
  expectSame(decodeCardData(json).value(), goodCard());
}

TEST(CaptureTest, WhatIsNoKeyIsMalformed) {
  EXPECT_EQ(sealCardData(base::asBytes("no key"), goodCard()).error().code(), Code::kMalformed);
}

}  // namespace
}  // namespace florin::proof
