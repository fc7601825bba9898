// What clients may have of florind and have to show: [limits] and [tls] of florind.toml, and the
// certificates of [[issuer]] (docs/operations.md).
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "base/limits.h"
#include "config/push_config.h"
#include "florin/bytes.h"

namespace florin::config {

struct LimitsConfig {
  unsigned connections = base::limits::kHttpConnections;
  unsigned connectionsPerAddress = base::limits::kHttpConnectionsPerAddress;
  unsigned requestsPerSecondPerAddress = 1000;  // 0, here and below: no bound
  unsigned requestsPerSecondPerToken = 1000;
  unsigned requestsPerMinutePerWallet = 600;
  unsigned failuresPerAddress = 100;  // wrong tokens and signatures within failuresWindow
  std::chrono::seconds failuresWindow{60};
  std::chrono::seconds longestLockout{60};
  std::chrono::seconds idle = base::limits::kHttpIdle;
  std::chrono::seconds header = base::limits::kHttpHeaderDeadline;
  std::chrono::seconds body = base::limits::kHttpBodyDeadline;
};

struct ClientTlsConfig {
  NamedFile authorities;  // who signs the certificates of issuers; no path: nobody is asked for one
  // SHA-256 of the certificates that an issuer may come with, by its id; an issuer that is not here
  // needs none.
  std::map<std::string, std::vector<Bytes>> certificates;
};

// Internal to this room: the tables `limits` and `tls`, and the field of an issuer.
LimitsConfig readLimits(TomlReader reader);
NamedFile readClientAuthorities(TomlReader reader);
void readCertificates(TomlReader& issuer, const std::string& id, ClientTlsConfig& into);

}  // namespace florin::config
