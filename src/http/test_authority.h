// For tests: an authority that signs the certificates of clients.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "florin/bytes.h"

namespace florin::http {

struct FreeTls {
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

struct ClientIdentity {
  std::unique_ptr<X509, FreeTls> certificate;
  std::unique_ptr<EVP_PKEY, FreeTls> key;

  [[nodiscard]] Bytes sha256() const {
    Bytes hash(32);
    X509_digest(certificate.get(), EVP_sha256(), hash.data(), nullptr);
    return hash;
  }
};

class TestAuthority {
 public:
  TestAuthority() : self_(sign("authority", 3600, nullptr)) {}

  // issue: one that ends `seconds` from now.
  [[nodiscard]] ClientIdentity issue(const char* name, long seconds = 3600) const {
    return sign(name, seconds, &self_);
  }

  [[nodiscard]] std::string pem() const {
    BIO* const bio = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(bio, self_.certificate.get());
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio, &text);
    std::string pem(text, static_cast<std::size_t>(size));
    BIO_free(bio);
    return pem;
  }

 private:
  static ClientIdentity sign(const char* name, long seconds, const ClientIdentity* by) {
    ClientIdentity made{std::unique_ptr<X509, FreeTls>(X509_new()),
                        std::unique_ptr<EVP_PKEY, FreeTls>(EVP_EC_gen("P-256"))};
    X509* const certificate = made.certificate.get();
    // An authority of version 3 would have to say that it is one, in an extension.
    X509_set_version(certificate, by == nullptr ? X509_VERSION_1 : X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), by == nullptr ? 1 : 2);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -7200);
    X509_gmtime_adj(X509_getm_notAfter(certificate), seconds);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
    const ClientIdentity& signer = by == nullptr ? made : *by;
    X509_set_issuer_name(certificate, X509_get_subject_name(signer.certificate.get()));
    X509_set_pubkey(certificate, made.key.get());
    X509_sign(certificate, signer.key.get(), EVP_sha256());
    return made;
  }

  ClientIdentity self_;
};

}  // namespace florin::http
