#include "proof/http_signature.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "codec/base64url.h"
#include "crypto/p256.h"
#include "crypto/random.h"

namespace florin::proof {
namespace {

using base::asBytes;
using base::asText;

constexpr std::string_view kBody = R"({"hello": "world"})";
constexpr base::Time kNow = base::fromMs(1'795'000'000'123);

class HttpSignatureTest : public testing::Test {
 protected:
  RequestFacts request() const { return {"POST", "/gateway/v1/cards", asBytes(kBody)}; }

  SignatureParameters parameters() const {
    return {base::WalletId::parse("000102030405060708090a0b0c0d0e0f").value(), kNow,
            Bytes(kNonceSize, 0xFB)};
  }

  RequestSigner signer() const {
    return [this](ByteView message) -> Result<Bytes> { return key_.sign(message); };
  }

  SignatureHeaders signedHeaders() const {
    return signRequest(request(), parameters(), signer()).value();
  }

  void expectMalformed(const SignatureHeaders& headers) const {
    const auto read = readSignature(request(), headers);
    ASSERT_FALSE(read.ok()) << headers.signatureInput << headers.signature << headers.contentDigest;
    EXPECT_EQ(read.error().code(), Code::kMalformed);
  }

  // expectMalformedInput replaces a part of Signature-Input.
  void expectMalformedInput(std::string_view part, std::string_view replacement) const {
    SignatureHeaders headers = signedHeaders();
    const std::size_t at = headers.signatureInput.find(part);
    ASSERT_NE(at, std::string::npos) << part;
    headers.signatureInput.replace(at, part.size(), replacement);
    expectMalformed(headers);
  }

  crypto::OsRandom random_;
  crypto::P256Key key_ = crypto::P256Key::generate(random_);
};

TEST_F(HttpSignatureTest, TheHeadersHaveTheFormOfTheStandards) {
  const SignatureHeaders headers = signedHeaders();
  // The body is that of RFC 9421, appendix B.2; its SHA-256 was computed with another program.
  EXPECT_EQ(headers.contentDigest, "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:");
  EXPECT_EQ(headers.signatureInput,
            R"(florin=("@method" "@path" "content-digest");created=1795000000;)"
            R"(keyid="000102030405060708090a0b0c0d0e0f";nonce="-_v7-_v7-_v7-_v7-_v7-w";)"
            R"(tag="florin-wallet")");
  EXPECT_TRUE(headers.signature.starts_with("florin=:"));
  EXPECT_TRUE(headers.signature.ends_with("==:"));
}

TEST_F(HttpSignatureTest, TheSignatureBaseIsThatOfRfc9421) {
  const auto facts = readSignature(request(), signedHeaders());
  ASSERT_TRUE(facts.ok());
  EXPECT_EQ(asText(facts->signatureBase),
            "\"@method\": POST\n"
            "\"@path\": /gateway/v1/cards\n"
            "\"content-digest\": sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:\n"
            "\"@signature-params\": (\"@method\" \"@path\" \"content-digest\");created=1795000000;"
            "keyid=\"000102030405060708090a0b0c0d0e0f\";nonce=\"-_v7-_v7-_v7-_v7-_v7-w\";"
            "tag=\"florin-wallet\"");
}

TEST_F(HttpSignatureTest, ASignedRequestIsReadAndVerifies) {
  const auto facts = readSignature(request(), signedHeaders());
  ASSERT_TRUE(facts.ok());
  EXPECT_EQ(facts->walletId, parameters().walletId);
  EXPECT_EQ(facts->created, base::fromMs(1'795'000'000'000));
  EXPECT_EQ(facts->nonce, parameters().nonce);
  EXPECT_TRUE(verifySignature(*facts, key_.publicPoint(), kNow).ok());
}

TEST_F(HttpSignatureTest, AnEmptyBodyIsSignedToo) {
  const RequestFacts get = {"GET", "/gateway/v1/terms", {}};
  const auto headers = signRequest(get, parameters(), signer());
  ASSERT_TRUE(headers.ok());
  const auto facts = readSignature(get, *headers);
  ASSERT_TRUE(facts.ok());
  EXPECT_TRUE(verifySignature(*facts, key_.publicPoint(), kNow).ok());
}

TEST_F(HttpSignatureTest, AnotherMethodOrPathDoesNotVerify) {
  for (const RequestFacts& other : {RequestFacts{"PUT", request().path, request().body},
                                    RequestFacts{"POST", "/gateway/v1/card", request().body}}) {
    const auto facts = readSignature(other, signedHeaders());
    ASSERT_TRUE(facts.ok());
    const Status verified = verifySignature(*facts, key_.publicPoint(), kNow);
    ASSERT_FALSE(verified.ok());
    EXPECT_EQ(verified.error().code(), Code::kUnauthenticated);
  }
}

TEST_F(HttpSignatureTest, AnotherBodyIsFoundByItsDigest) {
  const auto facts =
      readSignature({"POST", request().path, asBytes("{\"hello\": \"World\"}")}, signedHeaders());
  ASSERT_FALSE(facts.ok());
  EXPECT_EQ(facts.error().code(), Code::kUnauthenticated);
}

TEST_F(HttpSignatureTest, AnotherBodyWithItsDigestDoesNotVerify) {
  const RequestFacts other = {"POST", request().path, asBytes("x")};
  SignatureHeaders headers = signedHeaders();
  headers.contentDigest = signRequest(other, parameters(), signer()).value().contentDigest;
  const auto facts = readSignature(other, headers);
  ASSERT_TRUE(facts.ok());
  EXPECT_EQ(verifySignature(*facts, key_.publicPoint(), kNow).error().code(),
            Code::kUnauthenticated);
}

TEST_F(HttpSignatureTest, AnotherKeyDoesNotVerify) {
  const auto facts = readSignature(request(), signedHeaders());
  ASSERT_TRUE(facts.ok());
  const crypto::P256Key other = crypto::P256Key::generate(random_);
  for (const Bytes& point : {other.publicPoint(), Bytes(65, 4), Bytes()}) {
    EXPECT_EQ(verifySignature(*facts, point, kNow).error().code(), Code::kUnauthenticated);
  }
}

TEST_F(HttpSignatureTest, EveryFlippedBitOfTheSignatureIsFound) {
  auto facts = readSignature(request(), signedHeaders()).value();
  for (std::size_t bit = 0; bit < facts.signature.size() * 8; ++bit) {
    facts.signature[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    EXPECT_FALSE(verifySignature(facts, key_.publicPoint(), kNow).ok()) << bit;
    facts.signature[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
  }
  EXPECT_TRUE(verifySignature(facts, key_.publicPoint(), kNow).ok());
}

TEST_F(HttpSignatureTest, ChangedParametersDoNotVerify) {
  for (const auto& [part, replacement] :
       {std::pair("created=1795000000", "created=1795000001"),
        std::pair("keyid=\"00", "keyid=\"01"), std::pair("nonce=\"-", "nonce=\"A")}) {
    SignatureHeaders headers = signedHeaders();
    headers.signatureInput.replace(headers.signatureInput.find(part), std::string(part).size(),
                                   replacement);
    const auto facts = readSignature(request(), headers);
    ASSERT_TRUE(facts.ok()) << replacement;
    EXPECT_EQ(verifySignature(*facts, key_.publicPoint(), kNow).error().code(),
              Code::kUnauthenticated);
  }
}

TEST_F(HttpSignatureTest, TheWindowIsOpenBothWaysAndNoFurther) {
  const auto facts = readSignature(request(), signedHeaders()).value();
  const auto window = base::limits::kSignatureWindow;
  const base::Duration tick(1);
  for (const base::Time now : {facts.created - window, facts.created, facts.created + window}) {
    EXPECT_TRUE(verifySignature(facts, key_.publicPoint(), now).ok());
  }
  for (const base::Time now :
       {facts.created - window - tick, facts.created + window + tick, base::Time()}) {
    EXPECT_EQ(verifySignature(facts, key_.publicPoint(), now).error().code(), Code::kExpired);
  }
}

TEST_F(HttpSignatureTest, EachHeaderMustBeThere) {
  const SignatureHeaders good = signedHeaders();
  expectMalformed({"", good.signatureInput, good.signature});
  expectMalformed({good.contentDigest, "", good.signature});
  expectMalformed({good.contentDigest, good.signatureInput, ""});
}

TEST_F(HttpSignatureTest, EveryCutOfAHeaderIsMalformed) {
  const SignatureHeaders good = signedHeaders();
  for (std::size_t size = 0; size < good.contentDigest.size(); ++size) {
    expectMalformed({good.contentDigest.substr(0, size), good.signatureInput, good.signature});
  }
  for (std::size_t size = 0; size < good.signatureInput.size(); ++size) {
    expectMalformed({good.contentDigest, good.signatureInput.substr(0, size), good.signature});
  }
  for (std::size_t size = 0; size < good.signature.size(); ++size) {
    expectMalformed({good.contentDigest, good.signatureInput, good.signature.substr(0, size)});
  }
}

TEST_F(HttpSignatureTest, ADoubledHeaderIsMalformed) {
  const SignatureHeaders good = signedHeaders();
  expectMalformed(
      {good.contentDigest + ", " + good.contentDigest, good.signatureInput, good.signature});
  expectMalformed(
      {good.contentDigest, good.signatureInput + ", " + good.signatureInput, good.signature});
  expectMalformed(
      {good.contentDigest, good.signatureInput, good.signature + ", " + good.signature});
}

TEST_F(HttpSignatureTest, OtherComponentsAreMalformed) {
  expectMalformedInput(R"("@method" "@path" "content-digest")", R"("@method" "@path")");
  expectMalformedInput(R"("@method" "@path" "content-digest")", "");
  expectMalformedInput(R"("@method" "@path")", R"("@path" "@method")");
  expectMalformedInput(R"("@method" )", R"("@method" "@authority" )");
  expectMalformedInput(R"("@method" )", R"("@method"  )");
  expectMalformedInput(R"("@path")", R"("@path" "@path")");
  expectMalformedInput(R"("content-digest")", R"("Content-Digest")");
  expectMalformedInput(R"("content-digest")", R"("content-digest";req)");
}

TEST_F(HttpSignatureTest, OtherParametersAreMalformed) {
  expectMalformedInput("florin=", "sig1=");
  expectMalformedInput("florin=", " florin=");
  expectMalformedInput(";created=1795000000", "");
  expectMalformedInput(";created=1795000000", ";created=1795000000;created=1795000000");
  expectMalformedInput(";keyid=\"000102030405060708090a0b0c0d0e0f\"", "");
  expectMalformedInput(";nonce=\"-_v7-_v7-_v7-_v7-_v7-w\"", "");
  expectMalformedInput(";tag=\"florin-wallet\"", "");
  expectMalformedInput(";tag=\"florin-wallet\"", ";tag=\"florin-wallet\";tag=\"florin-wallet\"");
  expectMalformedInput(";tag=\"florin-wallet\"", ";tag=\"florin-wallet\";alg=\"none\"");
  expectMalformedInput(";tag=\"florin-wallet\"", ";tag=\"florin-wallet\" ");
  expectMalformedInput("florin-wallet", "florin");
  expectMalformedInput(";created=1795000000;keyid=\"000102030405060708090a0b0c0d0e0f\"",
                       ";keyid=\"000102030405060708090a0b0c0d0e0f\";created=1795000000");
  expectMalformedInput(";created", "; created");
}

TEST_F(HttpSignatureTest, OtherValuesAreMalformed) {
  for (const char* created : {"", "01795000000", "-0", "+1795000000", "1795000000.5", "0x10", "x",
                              "1e9", "1795000000000", "\"1795000000\"", " 1795000000"}) {
    expectMalformedInput("1795000000", created);
  }
  expectMalformedInput("0a0b0c0d0e0f", "0A0B0C0D0E0F");
  expectMalformedInput("0a0b0c0d0e0f", "0a0b0c0d0e");
  expectMalformedInput("-_v7-_v7-_v7-_v7-_v7-w", "-_v7-_v7-_v7-_v7-_v7");
  expectMalformedInput("-_v7-_v7-_v7-_v7-_v7-w", "-_v7-_v7-_v7-_v7-_v7-w==");
  expectMalformedInput("-_v7-_v7-_v7-_v7-_v7-w", "-_v7-_v7-_v7-_v7-_v7-x");
}

TEST_F(HttpSignatureTest, OtherByteSequencesAreMalformed) {
  const SignatureHeaders good = signedHeaders();
  const std::string digest = good.contentDigest;
  for (const std::string& other :
       {"sha-512" + digest.substr(7), digest + ";x", digest.substr(0, 9) + " " + digest.substr(9),
        std::string("sha-256=::"), std::string("sha-256=:AAAA:"), "sha-256=" + digest.substr(9)}) {
    expectMalformed({other, good.signatureInput, good.signature});
  }
  for (const std::string& other :
       {"sig" + good.signature, good.signature + " ", std::string("florin=::"),
        "florin=:" + codec::toBase64(Bytes(63, 1)) + ":",
        "florin=:" + codec::toBase64(Bytes(65, 1)) + ":"}) {
    expectMalformed({good.contentDigest, good.signatureInput, other});
  }
}

TEST_F(HttpSignatureTest, RequestsOutsideOfTheSignatureAreRefused) {
  for (const RequestFacts& other :
       {RequestFacts{"POST", "/a?b=1", {}}, RequestFacts{"POST", "/a#b", {}},
        RequestFacts{"POST", "", {}}, RequestFacts{"POST", "a", {}},
        RequestFacts{"POST", "/a b", {}}, RequestFacts{"POST", "/a\n\"@path\": /b", {}},
        RequestFacts{"post", "/a", {}}, RequestFacts{"", "/a", {}},
        RequestFacts{"POST\n", "/a", {}}}) {
    EXPECT_EQ(signRequest(other, parameters(), signer()).error().code(), Code::kInvalidArgument);
    EXPECT_EQ(readSignature(other, signedHeaders()).error().code(), Code::kMalformed);
  }
}

TEST_F(HttpSignatureTest, ANonceOrSignatureOfAnotherSizeIsNotSent) {
  SignatureParameters other = parameters();
  other.nonce.pop_back();
  EXPECT_EQ(signRequest(request(), other, signer()).error().code(), Code::kInvalidArgument);
  const RequestSigner shortSigner = [](ByteView) -> Result<Bytes> { return Bytes(63); };
  EXPECT_EQ(signRequest(request(), parameters(), shortSigner).error().code(),
            Code::kInvalidArgument);
}

TEST_F(HttpSignatureTest, TheSignersErrorIsPassedOn) {
  const RequestSigner locked = [](ByteView) -> Result<Bytes> {
    return Error(Code::kUnavailable, "the key store is locked");
  };
  EXPECT_EQ(signRequest(request(), parameters(), locked).error().code(), Code::kUnavailable);
}

}  // namespace
}  // namespace florin::proof
