#include "crypto/x509.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/limits.h"
#include "crypto/hash.h"
#include "crypto/openssl_handles.h"
#include "crypto/test_support.h"

namespace florin::crypto {
namespace {

using StorePtr = std::unique_ptr<X509_STORE, FreeWith<X509_STORE_free>>;
using StoreCtxPtr = std::unique_ptr<X509_STORE_CTX, FreeWith<X509_STORE_CTX_free>>;

const base::Time kBegin = base::fromMs(1'700'000'000'000);
constexpr std::int64_t kDay = 86'400;

X509Ptr readCertificate(const std::string& pem) {
  const BioPtr text(BIO_new_mem_buf(pem.data(), checkedInt(pem.size())));
  return X509Ptr(PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr));
}

PkeyPtr readKey(const SecretBytes& pem) {
  const BioPtr text(BIO_new_mem_buf(pem.expose().data(), checkedInt(pem.size())));
  return PkeyPtr(PEM_read_bio_PrivateKey(text.get(), nullptr, nullptr, nullptr));
}

// As a TLS client that has `trusted` as its only CAs, at `seconds` after kBegin.
bool clientAccepts(X509* certificate, const std::vector<X509*>& trusted, std::int64_t seconds) {
  const StorePtr store(X509_STORE_new());
  for (X509* const one : trusted) X509_STORE_add_cert(store.get(), one);
  const StoreCtxPtr context(X509_STORE_CTX_new());
  X509_STORE_CTX_init(context.get(), store.get(), certificate, nullptr);
  X509_STORE_CTX_set_default(context.get(), "ssl_server");
  X509_STORE_CTX_set_time(context.get(), 0, base::toMs(kBegin) / 1000 + seconds);
  return X509_verify_cert(context.get()) == 1;
}

class ServerCertificateTest : public testing::Test {
 protected:
  CountingRandom random_;
  const SelfSigned made_ =
      makeServerCertificate({"localhost", "wallet.example.org", "127.0.0.1", "::1"}, kBegin, 30,
                            random_)
          .value();
  const X509Ptr certificate_ = readCertificate(made_.certificatePem);
};

TEST_F(ServerCertificateTest, NamesItsHostsAndNoOther) {
  const auto isHost = [&](const char* name) {
    return X509_check_host(certificate_.get(), name, 0, 0, nullptr) == 1;
  };
  const auto isAddress = [&](const char* address) {
    return X509_check_ip_asc(certificate_.get(), address, 0) == 1;
  };
  EXPECT_TRUE(isHost("localhost"));
  EXPECT_TRUE(isHost("wallet.example.org"));
  EXPECT_FALSE(isHost("example.org"));
  EXPECT_TRUE(isAddress("127.0.0.1"));
  EXPECT_TRUE(isAddress("::1"));
  EXPECT_FALSE(isAddress("127.0.0.2"));
}

TEST_F(ServerCertificateTest, ClientThatPinsItAcceptsItWhileItIsValid) {
  EXPECT_TRUE(clientAccepts(certificate_.get(), {certificate_.get()}, 0));
  EXPECT_TRUE(clientAccepts(certificate_.get(), {certificate_.get()}, 30 * kDay - 1));
  EXPECT_FALSE(clientAccepts(certificate_.get(), {certificate_.get()}, -1));
  EXPECT_FALSE(clientAccepts(certificate_.get(), {certificate_.get()}, 30 * kDay + 1));
}

TEST_F(ServerCertificateTest, AnotherOneIsNotAcceptedForItAndTwoCanBePinned) {
  const SelfSigned second = makeServerCertificate({"localhost"}, kBegin, 30, random_).value();
  const X509Ptr other = readCertificate(second.certificatePem);
  EXPECT_FALSE(clientAccepts(certificate_.get(), {other.get()}, 1));
  EXPECT_TRUE(clientAccepts(certificate_.get(), {other.get(), certificate_.get()}, 1));
  EXPECT_TRUE(clientAccepts(other.get(), {other.get(), certificate_.get()}, 1));
}

TEST_F(ServerCertificateTest, IsNoCaAndHasItsKey) {
  EXPECT_EQ(X509_check_ca(certificate_.get()), 0);
  const PkeyPtr key = readKey(made_.privateKeyPem);
  ASSERT_NE(key, nullptr);
  EXPECT_EQ(X509_check_private_key(certificate_.get(), key.get()), 1);
  EXPECT_EQ(X509_verify(certificate_.get(), key.get()), 1);
}

TEST_F(ServerCertificateTest, PinIsTheHashOfItsPublicKey) {
  const PkeyPtr key = readKey(made_.privateKeyPem);
  std::uint8_t* der = nullptr;
  const int length = i2d_PUBKEY(key.get(), &der);
  ASSERT_GT(length, 0);
  const Digest expected = sha256({der, static_cast<std::size_t>(length)});
  OPENSSL_free(der);
  EXPECT_EQ(spkiSha256OfCertificate(made_.certificatePem).value(), base::toBytes(expected));
}

TEST(ServerCertificateArgumentsTest, WhatIsNoHostOrNoTimeIsRefused) {
  CountingRandom random;
  const auto codeOf = [&](const std::vector<std::string>& hosts, unsigned days) {
    const auto made = makeServerCertificate(hosts, kBegin, days, random);
    return made.ok() ? std::string("made") : std::string(codeName(made.error().code()));
  };
  EXPECT_EQ(codeOf({"a-b.example"}, base::limits::kCertificateDays), "made");
  EXPECT_EQ(codeOf({}, 1), "invalid argument");
  EXPECT_EQ(codeOf({"localhost"}, 0), "invalid argument");
  EXPECT_EQ(codeOf({"localhost"}, base::limits::kCertificateDays + 1), "invalid argument");
  for (const char* host : {"", ".", "a..b", "a.", "-a", "a-", "a b", "a,DNS:b", "https://a", "a:1",
                           "256.1.1.1", "1.2.3", "*.a", "\xC3\xA4.de"}) {
    EXPECT_EQ(codeOf({"localhost", host}, 1), "invalid argument") << host;
  }
  EXPECT_EQ(codeOf({std::string("a\0b", 3)}, 1), "invalid argument");
  EXPECT_EQ(codeOf({std::string("127.0.0.1\0x", 11)}, 1), "invalid argument");
  EXPECT_EQ(codeOf({std::string(64, 'a')}, 1), "invalid argument");
}

TEST(SpkiHashTest, TextWithoutACertificateIsMalformed) {
  for (const char* pem :
       {"", "x", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}) {
    const auto hash = spkiSha256OfCertificate(pem);
    ASSERT_FALSE(hash.ok());
    EXPECT_EQ(hash.error().code(), Code::kMalformed);
  }
}

}  // namespace
}  // namespace florin::crypto
