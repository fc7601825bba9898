// `florind init`: makes a data directory with keys, a TLS certificate, a demo issuer and program,
// and two API tokens.
#pragma once

#include <string>
#include <vector>

#include "common/failure.h"

namespace florin::apps {

struct InitOptions {
  std::string dataDir;
  std::vector<std::string> hosts = {"localhost", "127.0.0.1", "::1"};  // of the certificate
  bool quiet = false;
};

// init makes everything under a name of its own and renames it at the end: a data directory is
// whole or not there.
Done init(const InitOptions& options);

}  // namespace florin::apps
