#include <algorithm>

#include "base/bytes.h"
#include "crypto/x509.h"
#include "curl/transfer.h"

namespace florin::curl {
namespace {

struct UrlFree {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using UrlPtr = std::unique_ptr<CURLU, UrlFree>;

// part gives a part of the URL, or "" when it is absent.
std::string part(CURLU* url, CURLUPart which) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, 0) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

Result<std::string> originOf(const std::string& baseUrl) {
  const UrlPtr url(curl_url());
  if (!url || curl_url_set(url.get(), CURLUPART_URL, baseUrl.c_str(), 0) != CURLUE_OK) {
    return Error(Code::kInvalidArgument, "backend's address is not a URL");
  }
  if (part(url.get(), CURLUPART_SCHEME) != "https") {
    return Error(Code::kInvalidArgument, "backend's address must begin with https://");
  }
  const bool more =
      !part(url.get(), CURLUPART_USER).empty() || !part(url.get(), CURLUPART_PASSWORD).empty() ||
      !part(url.get(), CURLUPART_QUERY).empty() || !part(url.get(), CURLUPART_FRAGMENT).empty() ||
      part(url.get(), CURLUPART_PATH) != "/";
  if (more) {
    return Error(Code::kInvalidArgument, "backend's address has more than a host and a port");
  }
  const std::string port = part(url.get(), CURLUPART_PORT);
  return "https://" + part(url.get(), CURLUPART_HOST) + (port.empty() ? "" : ":" + port);
}

// isPin: "sha256//", 43 characters of base64 and its padding. libcurl itself would ignore a pin
// that it does not understand.
bool isPin(std::string_view text) {
  static constexpr std::string_view kPrefix = "sha256//";
  if (text.size() != kPrefix.size() + 44 || !text.starts_with(kPrefix) || text.back() != '=') {
    return false;
  }
  text.remove_prefix(kPrefix.size());
  text.remove_suffix(1);
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
  });
}

}  // namespace

Result<Settings> settingsFrom(const CurlOptions& options) {
  FLORIN_TRY_ASSIGN(std::string origin, originOf(options.baseUrl));
  if (options.caPem.empty() && options.pinnedKeys.empty()) {
    return Error(Code::kInvalidArgument, "neither a CA certificate nor a pinned key is given");
  }
  if (!options.caPem.empty() && !crypto::spkiSha256OfCertificate(options.caPem).ok()) {
    return Error(Code::kInvalidArgument, "CA file holds no certificate in PEM");
  }
  if (!options.clientPem.empty() &&
      !crypto::spkiSha256OfCertificate(base::asText(options.clientPem.expose())).ok()) {
    return Error(Code::kInvalidArgument, "client's file holds no certificate in PEM");
  }
  std::string pins;
  for (const std::string& pin : options.pinnedKeys) {
    if (!isPin(pin)) {
      return Error(Code::kInvalidArgument, "pinned key is not sha256// with 32 bytes in base64");
    }
    pins += (pins.empty() ? "" : ";") + pin;
  }
  return Settings{std::move(origin),         options.caPem,          std::move(pins),
                  options.clientPem.clone(), options.connectTimeout, options.maxResponseBytes,
                  options.userAgent};
}

}  // namespace florin::curl
