// X.509: a self-signed TLS server certificate, and the hash that clients pin.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::crypto {

struct SelfSigned {
  std::string certificatePem;
  SecretBytes privateKeyPem;  // PKCS#8, not encrypted
};

// makeServerCertificate makes a P-256 key and a certificate for it, signed by itself, for TLS
// servers: usable both by the server and, as it is, as the client's only CA. `hosts` are host names
// and IP addresses, at least one. Key and serial number are drawn from `random`.
// kInvalidArgument: no host, a host that is neither a name nor an address, or days of 0 or over
// limits::kCertificateDays.
Result<SelfSigned> makeServerCertificate(const std::vector<std::string>& hosts,
                                         base::Time notBefore, unsigned days, base::Random& random);

// spkiSha256OfCertificate gives SHA-256 over the SubjectPublicKeyInfo of the first certificate in
// `pem`, 32 bytes: what is pinned (RFC 7469, 2.4). kMalformed: there is none.
Result<Bytes> spkiSha256OfCertificate(std::string_view pem);

}  // namespace florin::crypto
