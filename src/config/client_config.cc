#include "config/client_config.h"

#include <algorithm>

#include "base/bytes.h"
#include "config/toml_reader.h"

namespace florin::config {
namespace {

constexpr std::string_view kCertificates = "client_certificates_sha256";
constexpr std::size_t kSha256 = 32;

}  // namespace

LimitsConfig readLimits(TomlReader reader) {
  LimitsConfig limits;
  const auto number = [&](std::string_view key, std::int64_t min, std::int64_t max, auto fallback) {
    return static_cast<unsigned>(reader.integer(key, min, max, fallback));
  };
  const auto seconds = [&](std::string_view key, std::chrono::seconds fallback) {
    return std::chrono::seconds(reader.integer(key, 1, 3600, fallback.count()));
  };
  limits.connections = number("connections", 1, 1'000'000, limits.connections);
  limits.connectionsPerAddress =
      number("connections_per_address", 1, 1'000'000, limits.connectionsPerAddress);
  limits.requestsPerSecondPerAddress =
      number("requests_per_second_per_address", 0, 1'000'000, limits.requestsPerSecondPerAddress);
  limits.requestsPerSecondPerToken =
      number("requests_per_second_per_token", 0, 1'000'000, limits.requestsPerSecondPerToken);
  limits.requestsPerMinutePerWallet =
      number("requests_per_minute_per_wallet", 0, 1'000'000, limits.requestsPerMinutePerWallet);
  limits.failuresPerAddress =
      number("failures_per_address", 0, 1'000'000, limits.failuresPerAddress);
  limits.failuresWindow = seconds("failures_seconds", limits.failuresWindow);
  limits.longestLockout = seconds("lockout_seconds", limits.longestLockout);
  limits.idle = seconds("idle_seconds", limits.idle);
  limits.header = seconds("header_seconds", limits.header);
  limits.body = seconds("body_seconds", limits.body);
  reader.finish();
  return limits;
}

NamedFile readClientAuthorities(TomlReader reader) {
  NamedFile file = reader.optionalFile("client_ca_file");
  reader.finish();
  return file;
}

void readCertificates(TomlReader& issuer, const std::string& id, ClientTlsConfig& into) {
  const auto given = issuer.strings(kCertificates, {});
  if (given.empty()) return;
  if (into.authorities.path.empty()) {
    issuer.fail(kCertificates, "needs tls.client_ca_file: who signs these certificates");
  }
  std::vector<Bytes>& certificates = into.certificates[id];
  certificates.reserve(given.size());
  for (std::string text : given) {
    std::erase(text, ':');  // as OpenSSL prints a fingerprint
    auto hash = base::fromHex(text);
    if (hash.ok() && hash->size() == kSha256) {
      certificates.push_back(std::move(*hash));
    } else {
      issuer.fail(kCertificates, "has 64 hexadecimal digits for each certificate");
    }
  }
}

}  // namespace florin::config
