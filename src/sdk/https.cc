// The default Transport, out of what an application says about its backend.
#include "base/bytes.h"
#include "base/limits.h"
#include "curl/transport.h"
#include "florin/transport.h"
#include "posix/file.h"

namespace florin {

Result<std::unique_ptr<Transport>> makeHttpsTransport(const HttpsOptions& options) {
  if (!options.caPem.empty() && !options.caFile.empty()) {
    return Error(Code::kInvalidArgument, "certificates are given as text and as a file");
  }
  curl::CurlOptions out;
  out.baseUrl = options.baseUrl;
  out.caPem = options.caPem;
  out.pinnedKeys = options.pinnedKeys;
  out.userAgent = "florin/" + std::string(sdkVersion());
  if (!options.caFile.empty()) {
    FLORIN_TRY_ASSIGN(const Bytes pem,
                      posix::readFile(options.caFile, base::limits::kCertificateFile));
    out.caPem = base::asText(pem);
    // An empty file is no certificate; empty text would mean that the pinned keys alone decide.
    if (out.caPem.empty()) return Error(Code::kInvalidArgument, "CA file is empty");
  }
  if (!options.clientPemFile.empty()) {
    FLORIN_TRY_ASSIGN(out.clientPem,
                      posix::readSecretFile(options.clientPemFile, base::limits::kCertificateFile));
    if (out.clientPem.empty()) return Error(Code::kInvalidArgument, "client's file is empty");
  }
  FLORIN_TRY_ASSIGN(auto transport, curl::CurlTransport::make(out));
  return std::unique_ptr<Transport>(std::move(transport));
}

}  // namespace florin
