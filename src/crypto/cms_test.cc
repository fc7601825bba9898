#include "crypto/cms.h"

#include <gtest/gtest.h>
#include <openssl/cms.h>
#include <openssl/rsa.h>

#include "base/limits.h"
#include "crypto/der.h"
#include "crypto/openssl_handles.h"
#include "crypto/rsa.h"
#include "crypto/test_support.h"

namespace florin::crypto {
namespace {

using base::asBytes;
using CmsPtr = std::unique_ptr<CMS_ContentInfo, FreeWith<CMS_ContentInfo_free>>;
using OctetsPtr = std::unique_ptr<ASN1_OCTET_STRING, FreeWith<ASN1_OCTET_STRING_free>>;

// Making an RSA key takes long, so one serves all tests.
const RsaKey& sharedKey() {
  static const RsaKey key = RsaKey::generate(2048);
  return key;
}

PkeyPtr opensslKey(const RsaKey& key) {
  const SecretBytes der = key.privateDer();
  const std::uint8_t* cursor = der.expose().data();
  return PkeyPtr(d2i_AutoPrivateKey(nullptr, &cursor, static_cast<long>(der.size())));
}

std::string opensslDecrypts(ByteView der, const RsaKey& key) {
  const std::uint8_t* cursor = der.data();
  const CmsPtr cms(d2i_CMS_ContentInfo(nullptr, &cursor, static_cast<long>(der.size())));
  const BioPtr out(BIO_new(BIO_s_mem()));
  if (cms == nullptr ||
      CMS_decrypt(cms.get(), opensslKey(key).get(), nullptr, nullptr, out.get(), CMS_BINARY) != 1) {
    return "(does not decrypt)";
  }
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

// OpenSSL names a recipient by a certificate, so one is made that says our key identifier.
X509Ptr certificateFor(const RsaKey& key) {
  const PkeyPtr pkey = opensslKey(key);
  X509Ptr certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), pkey.get());
  const Bytes id = cmsKeyId(key.publicDer());
  const OctetsPtr octetString(ASN1_OCTET_STRING_new());
  ASN1_OCTET_STRING_set(octetString.get(), id.data(), checkedInt(id.size()));
  X509_add1_ext_i2d(certificate.get(), NID_subject_key_identifier, octetString.get(), 0, 0);
  X509_sign(certificate.get(), pkey.get(), EVP_sha256());
  return certificate;
}

struct OpensslChoices {
  const EVP_CIPHER* cipher = EVP_aes_256_cbc();
  unsigned flags = CMS_USE_KEYID;
  int padding = RSA_PKCS1_OAEP_PADDING;
  const EVP_MD* hash = EVP_sha256();
  const EVP_MD* mgfHash = EVP_sha256();
  std::string_view label = {};
  int recipients = 1;
};

Bytes opensslEnvelops(std::string_view content, const OpensslChoices& choices = {}) {
  const BioPtr in(BIO_new_mem_buf(content.data(), checkedInt(content.size())));
  const unsigned flags = CMS_BINARY | CMS_PARTIAL | choices.flags;
  const CmsPtr cms(CMS_encrypt(nullptr, nullptr, choices.cipher, flags));
  const X509Ptr certificate = certificateFor(sharedKey());
  for (int i = 0; i < choices.recipients; ++i) {
    CMS_RecipientInfo* const recipient =
        CMS_add1_recipient_cert(cms.get(), certificate.get(), choices.flags | CMS_KEY_PARAM);
    EVP_PKEY_CTX* const context = CMS_RecipientInfo_get0_pkey_ctx(recipient);
    EVP_PKEY_CTX_set_rsa_padding(context, choices.padding);
    if (choices.padding != RSA_PKCS1_OAEP_PADDING) continue;
    EVP_PKEY_CTX_set_rsa_oaep_md(context, choices.hash);
    EVP_PKEY_CTX_set_rsa_mgf1_md(context, choices.mgfHash);
    if (choices.label.empty()) continue;
    EVP_PKEY_CTX_set0_rsa_oaep_label(context,
                                     OPENSSL_memdup(choices.label.data(), choices.label.size()),
                                     checkedInt(choices.label.size()));
  }
  CMS_final(cms.get(), in.get(), nullptr, flags);
  std::uint8_t* der = nullptr;
  const int length = i2d_CMS_ContentInfo(cms.get(), &der);
  Bytes out;
  if (length > 0) out.assign(der, der + length);
  OPENSSL_free(der);
  return out;
}

Result<SecretBytes> openWhole(ByteView der) {
  FLORIN_TRY_ASSIGN(const CmsParts parts, cmsParse(der));
  EXPECT_EQ(parts.recipientKeyId, cmsKeyId(sharedKey().publicDer()));
  FLORIN_TRY_ASSIGN(const SecretBytes key, sharedKey().decryptOaepSha256(parts.encryptedKey));
  return cmsOpenContent(parts, key);
}

TEST(CmsTest, EveryLengthOfContentOpensHereAndInOpenssl) {
  for (const std::size_t length : {0, 1, 15, 16, 17, 31, 32, 100, 127, 128, 255, 256, 4000}) {
    const std::string content(length, 'c');
    const Bytes envelope = cmsEnvelop(sharedKey().publicDer(), asBytes(content)).value();
    EXPECT_EQ(base::asText(openWhole(envelope).value().expose()), content);
    EXPECT_EQ(opensslDecrypts(envelope, sharedKey()), content);
  }
}

TEST(CmsTest, WhatOpensslEnvelopsOpensHere) {
  for (const std::size_t length : {0, 1, 16, 300, 4000}) {
    const std::string content(length, 'o');
    const Bytes envelope = opensslEnvelops(content);
    ASSERT_FALSE(envelope.empty());
    EXPECT_EQ(base::asText(openWhole(envelope).value().expose()), content);
  }
}

TEST(CmsTest, OtherAlgorithmsAndRecipientsOfOpensslAreUnsupported) {
  const OpensslChoices unsupported[] = {
      {.cipher = EVP_aes_128_cbc()},
      {.cipher = EVP_aes_256_gcm()},
      {.flags = 0},  // recipient by issuer and serial number
      {.padding = RSA_PKCS1_PADDING},
      {.hash = EVP_sha1(), .mgfHash = EVP_sha256()},
      {.hash = EVP_sha256(), .mgfHash = EVP_sha1()},
      {.hash = EVP_sha1(), .mgfHash = EVP_sha1()},
      {.hash = EVP_sha512(), .mgfHash = EVP_sha512()},
      {.label = "label"},
      {.recipients = 2},
  };
  for (const OpensslChoices& choices : unsupported) {
    const std::ptrdiff_t index = &choices - unsupported;
    const Bytes envelope = opensslEnvelops("content", choices);
    ASSERT_FALSE(envelope.empty()) << index;
    const auto parts = cmsParse(envelope);
    ASSERT_FALSE(parts.ok()) << index;
    EXPECT_EQ(parts.error().code(), Code::kUnsupported) << index << parts.error().text();
  }
}

TEST(CmsTest, EveryTruncationAndTrailingBytesAreMalformed) {
  const Bytes envelope = cmsEnvelop(sharedKey().publicDer(), asBytes("content")).value();
  for (std::size_t length = 0; length < envelope.size(); ++length) {
    const auto parts = cmsParse(ByteView(envelope).first(length));
    ASSERT_FALSE(parts.ok()) << length;
    EXPECT_EQ(parts.error().code(), Code::kMalformed) << length;
  }
  EXPECT_EQ(cmsParse(base::concat(envelope, Bytes(1))).error().code(), Code::kMalformed);
}

// Every bit before the ciphertext: none is ignored, so that no two envelopes mean the same.
TEST(CmsTest, EveryFlippedBitOutsideTheCiphertextIsRefusedOrChangesTheParts) {
  const Bytes envelope = cmsEnvelop(sharedKey().publicDer(), asBytes("content")).value();
  const CmsParts parts = cmsParse(envelope).value();
  for (std::size_t bit = 0; bit < (envelope.size() - parts.ciphertext.size()) * 8; ++bit) {
    const auto flipped = cmsParse(flipBit(envelope, bit));
    if (!flipped.ok()) continue;
    EXPECT_TRUE(flipped->recipientKeyId != parts.recipientKeyId ||
                flipped->encryptedKey != parts.encryptedKey || flipped->iv != parts.iv)
        << bit;
  }
}

TEST(CmsTest, WrongKeyAndWrongPaddingDoNotOpen) {
  const SecretBytes key(32);
  CmsParts parts;
  const auto expectRefused = [&](const SecretBytes& contentKey) {
    const auto content = cmsOpenContent(parts, contentKey);
    ASSERT_FALSE(content.ok());
    EXPECT_EQ(content.error().code(), Code::kUnauthenticated);
  };
  expectRefused(key);  // no ciphertext
  parts.ciphertext = Bytes(15);
  expectRefused(key);
  parts.ciphertext = Bytes(16);
  expectRefused(SecretBytes(16));
  expectRefused(SecretBytes());

  // The IV decides what the only block decrypts to: try every last byte, over zeros.
  SecretBytes block = [&] {
    parts.ciphertext = Bytes(16, 3);
    for (int last = 0; last < 256; ++last) {  // find the IV under which the padding is 01
      parts.iv[15] = static_cast<std::uint8_t>(last);
      auto opened = cmsOpenContent(parts, key);
      if (opened.ok() && opened->size() == 15) return std::move(opened).value();
    }
    return SecretBytes();
  }();
  ASSERT_EQ(block.size(), 15U);
  const std::uint8_t one = parts.iv[15];
  for (std::size_t i = 0; i < 15; ++i) parts.iv[i] ^= block.expose()[i];  // now 15 zeros, then 01
  for (int padding = 0; padding < 256; ++padding) {
    parts.iv[15] = static_cast<std::uint8_t>(one ^ 1 ^ padding);
    if (padding != 1) expectRefused(key);
  }
  // 16 bytes of 10: a whole block of padding, no content.
  for (std::size_t i = 0; i < 15; ++i) parts.iv[i] ^= 16;
  parts.iv[15] = static_cast<std::uint8_t>(one ^ 1 ^ 16);
  EXPECT_TRUE(cmsOpenContent(parts, key).value().empty());
  for (std::size_t i = 0; i < 15; ++i) {  // one of the 16 is wrong
    parts.iv[i] ^= 1;
    expectRefused(key);
    parts.iv[i] ^= 1;
  }
}

TEST(CmsTest, WhatIsOverTheLimitIsTooLarge) {
  const Bytes big(base::limits::kCmsEnvelope + 1);
  EXPECT_EQ(cmsParse(big).error().code(), Code::kTooLarge);
  EXPECT_EQ(cmsEnvelop(sharedKey().publicDer(), big).error().code(), Code::kTooLarge);
  EXPECT_EQ(
      cmsEnvelop(sharedKey().publicDer(), ByteView(big).first(16 * 1024 - 100)).error().code(),
      Code::kTooLarge);
}

TEST(CmsTest, RecipientMustBeAnRsaKey) {
  EXPECT_EQ(cmsEnvelop({}, asBytes("x")).error().code(), Code::kMalformed);
  EXPECT_EQ(cmsEnvelop(Bytes(100, 0x30), asBytes("x")).error().code(), Code::kMalformed);
}

TEST(DerTest, LengthsAreReadInTheirShortestFormOnly) {
  for (const std::size_t length : {0, 1, 127, 128, 255, 256, 65535}) {
    const Bytes element = derElement(DerTag::kOctetString, {Bytes(length)});
    DerReader reader(element);
    EXPECT_EQ(reader.take(DerTag::kOctetString).value().size(), length);
    EXPECT_TRUE(reader.end().ok());
  }
  for (const char* text : {"", "04", "0480", "048100", "04820001", "0481", "0482", "048201", "0401",
                           "048300000100", "04ff", "05", "0500"}) {
    const Bytes bytes = hex(text);
    EXPECT_FALSE(DerReader(bytes).take(DerTag::kOctetString).ok()) << text;
  }
}

TEST(RsaTest, KeysComeBackFromTheirEncoding) {
  const RsaKey again = RsaKey::fromPrivateDer(sharedKey().privateDer()).value();
  EXPECT_EQ(again.publicDer(), sharedKey().publicDer());
  const Bytes sent = rsaOaepSha256Encrypt(again.publicDer(), asBytes("secret")).value();
  EXPECT_EQ(base::asText(sharedKey().decryptOaepSha256(sent).value().expose()), "secret");
}

TEST(RsaTest, OtherEncodingsAreMalformed) {
  const SecretBytes der = sharedKey().privateDer();
  const auto expectMalformed = [](Bytes bytes) {
    const auto key = RsaKey::fromPrivateDer(SecretBytes::take(std::move(bytes)));
    ASSERT_FALSE(key.ok());
    EXPECT_EQ(key.error().code(), Code::kMalformed);
  };
  expectMalformed({});
  expectMalformed(base::concat(der.expose(), Bytes(1)));
  for (std::size_t length = 1; length < der.size(); length += 50) {
    expectMalformed(base::toBytes(der.expose().first(length)));
  }
  expectMalformed(sharedKey().publicDer());
  EXPECT_EQ(
      rsaOaepSha256Encrypt(base::concat(sharedKey().publicDer(), Bytes(1)), {}).error().code(),
      Code::kMalformed);
  EXPECT_EQ(rsaOaepSha256Encrypt(der.expose(), {}).error().code(), Code::kMalformed);
}

TEST(RsaTest, OnlyTheWholeCiphertextDecrypts) {
  const Bytes longest(256 - 66, 0x5A);
  EXPECT_EQ(rsaOaepSha256Encrypt(sharedKey().publicDer(), Bytes(longest.size() + 1)).error().code(),
            Code::kTooLarge);
  const Bytes sent = rsaOaepSha256Encrypt(sharedKey().publicDer(), longest).value();
  EXPECT_TRUE(sharedKey().decryptOaepSha256(sent).ok());
  for (std::size_t bit = 0; bit < sent.size() * 8; bit += 31) {
    const auto opened = sharedKey().decryptOaepSha256(flipBit(sent, bit));
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().code(), Code::kUnauthenticated);
  }
  for (const std::size_t length : {0, 1, 255}) {
    EXPECT_FALSE(sharedKey().decryptOaepSha256(ByteView(sent).first(length)).ok());
  }
  EXPECT_FALSE(sharedKey().decryptOaepSha256(Bytes(257)).ok());
}

}  // namespace
}  // namespace florin::crypto
