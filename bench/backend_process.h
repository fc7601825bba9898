// BackendProcess is the florind that is measured: one of its own in a temporary folder, which ends
// with this object, or one that runs already.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "client.h"
#include "process.h"

namespace florin::bench {

class BackendProcess {
 public:
  // start makes a data directory without limits per address and serves it on a free port.
  static apps::Outcome<std::unique_ptr<BackendProcess>> start(apps::Interrupts& interrupts);
  static std::unique_ptr<BackendProcess> attach(Endpoint endpoint, pid_t pid);

  ~BackendProcess();
  BackendProcess(const BackendProcess&) = delete;
  BackendProcess& operator=(const BackendProcess&) = delete;

  [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }

  // CPU time of all its threads, user and system; 0 when it is gone.
  [[nodiscard]] double cpuMicroseconds() const;
  [[nodiscard]] long residentKb() const;

  // commits counts its store's durable commits, each one fsync of the log; checkpoints are not in
  // it. SQLite keeps the number in the header of the WAL index. Nothing for an attached backend.
  [[nodiscard]] std::optional<std::uint32_t> commits() const;

 private:
  BackendProcess() = default;

  std::filesystem::path folder_;  // empty: attached
  std::optional<apps::ChildProcess> process_;
  pid_t pid_ = 0;
  Endpoint endpoint_;
};

}  // namespace florin::bench
