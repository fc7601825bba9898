#include "crypto/x509.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "base/bytes.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "crypto/p256.h"
#include "crypto/p256_group.h"

namespace florin::crypto {
namespace {

using GeneralNamePtr = std::unique_ptr<GENERAL_NAME, FreeWith<GENERAL_NAME_free>>;
using GeneralNamesPtr = std::unique_ptr<GENERAL_NAMES, FreeWith<GENERAL_NAMES_free>>;
using IntegerPtr = std::unique_ptr<ASN1_INTEGER, FreeWith<ASN1_INTEGER_free>>;
using TimePtr = std::unique_ptr<ASN1_TIME, FreeWith<ASN1_TIME_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, FreeWith<X509_EXTENSION_free>>;

bool isLetterOrDigit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Labels of letters, digits and inner hyphens (RFC 1123, 2.1). A name whose last label is a number
// would be a mistyped address.
bool isHostName(std::string_view name) {
  if (name.empty() || name.size() > 253) return false;
  std::string_view label;
  for (std::string_view rest = name;;) {
    const std::size_t dot = rest.find('.');
    label = rest.substr(0, dot);
    if (label.empty() || label.size() > 63) return false;
    if (label.front() == '-' || label.back() == '-') return false;
    if (!std::ranges::all_of(label, [](char c) { return c == '-' || isLetterOrDigit(c); })) {
      return false;
    }
    if (dot == std::string_view::npos) break;
    rest = rest.substr(dot + 1);
  }
  return !std::ranges::all_of(label, [](char c) { return c >= '0' && c <= '9'; });
}

// Null when `host` is neither an address nor a name.
GeneralNamePtr makeGeneralName(const std::string& host) {
  if (host.find('\0') != std::string::npos) return nullptr;  // a2i_IPADDRESS would stop there
  GeneralNamePtr name(GENERAL_NAME_new());
  FLORIN_CHECK(name != nullptr);
  if (ASN1_OCTET_STRING* address = a2i_IPADDRESS(host.c_str()); address != nullptr) {
    GENERAL_NAME_set0_value(name.get(), GEN_IPADD, address);
    return name;
  }
  if (!isHostName(host)) return nullptr;
  ASN1_IA5STRING* const text = ASN1_IA5STRING_new();
  FLORIN_CHECK(text != nullptr);
  FLORIN_CHECK(ASN1_STRING_set(text, host.data(), checkedInt(host.size())) == 1);
  GENERAL_NAME_set0_value(name.get(), GEN_DNS, text);
  return name;
}

Status addHosts(X509* certificate, const std::vector<std::string>& hosts) {
  const GeneralNamesPtr names(GENERAL_NAMES_new());
  FLORIN_CHECK(names != nullptr);
  for (const std::string& host : hosts) {
    GeneralNamePtr name = makeGeneralName(host);
    if (name == nullptr) {
      return Error(Code::kInvalidArgument, "neither a host name nor an IP address");
    }
    FLORIN_CHECK(sk_GENERAL_NAME_push(names.get(), name.release()) > 0);
  }
  FLORIN_CHECK(X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0,
                                 X509V3_ADD_DEFAULT) == 1);
  return {};
}

void addExtension(X509* certificate, int nid, const char* value) {
  const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, nullptr, nid, value));
  FLORIN_CHECK(extension != nullptr);
  FLORIN_CHECK(X509_add_ext(certificate, extension.get(), -1) == 1);
}

void setValidity(X509* certificate, base::Time notBefore, unsigned days) {
  const auto from = std::chrono::floor<std::chrono::seconds>(notBefore).time_since_epoch().count();
  const TimePtr begin(ASN1_TIME_adj(nullptr, from, 0, 0));
  const TimePtr end(ASN1_TIME_adj(nullptr, from, static_cast<int>(days), 0));
  FLORIN_CHECK(begin != nullptr && end != nullptr);
  FLORIN_CHECK(X509_set1_notBefore(certificate, begin.get()) == 1);
  FLORIN_CHECK(X509_set1_notAfter(certificate, end.get()) == 1);
}

// The serial number has 126 random bits (RFC 5280, 4.1.2.2: positive). It stands in the name too,
// because two certificates in one CA file must not share theirs.
void setSerialAndName(X509* certificate, base::Random& random) {
  Bytes serial = random.bytes(16);
  serial[0] = static_cast<std::uint8_t>((serial[0] & 0x3F) | 0x40);
  const BignumPtr number(BN_bin2bn(serial.data(), checkedInt(serial.size()), nullptr));
  FLORIN_CHECK(number != nullptr);
  const IntegerPtr integer(BN_to_ASN1_INTEGER(number.get(), nullptr));
  FLORIN_CHECK(integer != nullptr && X509_set_serialNumber(certificate, integer.get()) == 1);

  const std::string name = "florin " + base::toHex(serial);
  X509_NAME* const subject = X509_get_subject_name(certificate);
  FLORIN_CHECK(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                                          reinterpret_cast<const unsigned char*>(name.data()),
                                          checkedInt(name.size()), -1, 0) == 1);
  FLORIN_CHECK(X509_set_issuer_name(certificate, subject) == 1);
}

ByteView memoryOf(const BioPtr& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  FLORIN_CHECK(data != nullptr && size > 0);
  return base::asBytes({data, static_cast<std::size_t>(size)});
}

SelfSigned toPem(X509* certificate, EVP_PKEY* key) {
  const BioPtr certificateText(BIO_new(BIO_s_mem()));
  const BioPtr keyText(BIO_new(BIO_s_secmem()));
  FLORIN_CHECK(certificateText != nullptr && keyText != nullptr);
  FLORIN_CHECK(PEM_write_bio_X509(certificateText.get(), certificate) == 1);
  FLORIN_CHECK(PEM_write_bio_PKCS8PrivateKey(keyText.get(), key, nullptr, nullptr, 0, nullptr,
                                             nullptr) == 1);
  return {std::string(base::asText(memoryOf(certificateText))),
          SecretBytes::copyOf(memoryOf(keyText))};
}

}  // namespace

Result<SelfSigned> makeServerCertificate(const std::vector<std::string>& hosts,
                                         base::Time notBefore, unsigned days,
                                         base::Random& random) {
  const ErrorQueueGuard guard;
  if (hosts.empty()) return Error(Code::kInvalidArgument, "a certificate without a host");
  if (days == 0 || days > base::limits::kCertificateDays) {
    return Error(Code::kInvalidArgument, "days of a certificate", days);
  }
  const P256Key key = P256Key::generate(random);
  const SecretBytes scalar = key.scalar();
  const PkeyPtr pkey = importPrivate(key.publicPoint(), scalar);

  const X509Ptr certificate(X509_new());
  FLORIN_CHECK(certificate != nullptr);
  FLORIN_CHECK(X509_set_version(certificate.get(), X509_VERSION_3) == 1);
  setSerialAndName(certificate.get(), random);
  setValidity(certificate.get(), notBefore, days);
  FLORIN_CHECK(X509_set_pubkey(certificate.get(), pkey.get()) == 1);
  addExtension(certificate.get(), NID_basic_constraints, "critical,CA:FALSE");
  addExtension(certificate.get(), NID_key_usage, "critical,digitalSignature");
  addExtension(certificate.get(), NID_ext_key_usage, "serverAuth");
  FLORIN_TRY(addHosts(certificate.get(), hosts));
  FLORIN_CHECK(X509_sign(certificate.get(), pkey.get(), EVP_sha256()) > 0);
  return toPem(certificate.get(), pkey.get());
}

Result<Bytes> spkiSha256OfCertificate(std::string_view pem) {
  const ErrorQueueGuard guard;
  const BioPtr text(BIO_new_mem_buf(dataOf(base::asBytes(pem)), checkedInt(pem.size())));
  FLORIN_CHECK(text != nullptr);
  // Without a callback OpenSSL would ask the terminal for the passphrase of an encrypted PEM.
  const auto noPassphrase = [](char*, int, int, void*) { return -1; };
  const X509Ptr certificate(PEM_read_bio_X509(text.get(), nullptr, noPassphrase, nullptr));
  if (certificate == nullptr) return Error(Code::kMalformed, "no certificate in PEM");
  std::uint8_t* der = nullptr;
  const int length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate.get()), &der);
  FLORIN_CHECK(length > 0);
  const std::unique_ptr<std::uint8_t, FreeWith<[](void* p) { OPENSSL_free(p); }>> owner(der);
  const Digest digest = sha256({der, static_cast<std::size_t>(length)});
  return Bytes(digest.begin(), digest.end());
}

}  // namespace florin::crypto
