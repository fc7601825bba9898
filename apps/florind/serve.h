// `florind serve`: reads the configuration, opens the data directory and answers until a signal
// ends it.
#pragma once

#include <string>

#include "common/failure.h"
#include "florin/log.h"

namespace florin::apps {

struct ServeOptions {
  std::string dataDir;
  std::string listen;       // "address:port"; empty: as configured
  std::string certificate;  // another TLS chain than the data directory's; empty: that one
  std::string certificateKey;
  LogLevel logLevel = LogLevel::kInfo;
  int readyFd = -1;          // "address:port\n" is written here once it listens; -1: nowhere
  bool checkConfig = false;  // open everything, serve nothing
};

Done serve(const ServeOptions& options);

}  // namespace florin::apps
