// DemoServer is a florind of its own for the demonstration: a new data directory in a temporary
// folder, a free port of the loopback.
#pragma once

#include <filesystem>
#include <string>

#include "process.h"
#include "vault_files.h"

namespace florin::apps {

class DemoServer {
 public:
  // The steps, in this order. A failure names the last line of florind's log.
  DemoServer(std::filesystem::path folder, Interrupts& interrupts)
      : folder_(std::move(folder)), interrupts_(interrupts) {}
  Done init();
  // askIssuer lets the issuer decide by webhook; before serve.
  Done askIssuer(const std::string& url, const std::string& secret);
  Done serve();

  // connection is what a wallet needs to reach it, once it serves.
  [[nodiscard]] Outcome<Connection> connection() const;

 private:
  [[nodiscard]] std::string data() const { return folder_ / "backend"; }
  [[nodiscard]] std::string log() const { return folder_ / "florind.log"; }
  [[nodiscard]] Failure withLog(Failure failure) const;

  std::filesystem::path folder_;
  Interrupts& interrupts_;
  std::optional<ChildProcess> process_;
  std::string address_;
};

}  // namespace florin::apps
