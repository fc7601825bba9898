// ClientPolicy: what clients may have of the server, and what they have to show.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "florin/bytes.h"

namespace florin::http {

struct LockoutPolicy {
  unsigned failures = 0;  // wrong credentials of one address within the window; 0: any number
  std::chrono::seconds window{60};
  std::chrono::seconds longest{60};
};

struct ClientPolicy {
  unsigned requestsPerSecondPerToken = 0;  // 0, here and below: no bound
  unsigned requestsPerMinutePerWallet = 0;
  LockoutPolicy lockout = {};
  // SHA-256 of the certificates of which an issuer's connection has to prove one, by the issuer; an
  // issuer that is not here needs none.
  std::map<std::string, std::vector<Bytes>> certificates = {};
};

}  // namespace florin::http
