// BackendProcess is the florind that is measured: one of its own, which ends with this object, or
// one that runs already.
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
  // start serves a new data directory, in a temporary folder that goes with this object, without
  // limits per address on a free port.
  static apps::Outcome<std::unique_ptr<BackendProcess>> start(apps::Interrupts& interrupts);
  static std::unique_ptr<BackendProcess> attach(Endpoint endpoint, pid_t pid);

  // at takes the data directory in `folder`, which stays, and makes it when it is not there.
  // It does not serve yet.
  static apps::Outcome<std::unique_ptr<BackendProcess>> at(const std::string& folder,
                                                           apps::Interrupts& interrupts);

  ~BackendProcess();
  BackendProcess(const BackendProcess&) = delete;
  BackendProcess& operator=(const BackendProcess&) = delete;

  // serve starts the program, on the same port as before if it served already. stop ends it in
  // order; kill at once, in the middle of whatever it does.
  apps::Done serve(apps::Interrupts& interrupts);
  void stop() { process_.reset(); }
  void kill();

  // terminate asks it to end in order, and awaitEnd gives its exit status then; kInternal when the
  // time is over.
  void terminate() const;
  apps::Outcome<int> awaitEnd(std::chrono::milliseconds time, apps::Interrupts& interrupts);

  [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }
  [[nodiscard]] bool attached() const { return folder_.empty(); }
  // file is one of its data directory; database is the store's.
  [[nodiscard]] std::string file(std::string_view name) const { return folder_ / "backend" / name; }
  [[nodiscard]] std::string database() const { return folder_ / "backend" / "florin.db"; }

  // CPU time of all its threads, user and system; 0 when it is gone.
  [[nodiscard]] double cpuMicroseconds() const;

  // residentKb counts the process's own memory; pages of the database that are mapped are the
  // kernel's to take back (docs/adr/0007).
  [[nodiscard]] long residentKb() const;

  // bytesRead counts what it read from files since it started: pages of its store and of the log.
  // What comes by sockets is not in it.
  [[nodiscard]] std::uint64_t bytesRead() const;

  // commits counts its store's durable commits, each one fsync of the log; checkpoints are not in
  // it. SQLite keeps the number in the header of the WAL index. Nothing for an attached backend.
  [[nodiscard]] std::optional<std::uint32_t> commits() const;

 private:
  BackendProcess() = default;
  apps::Done init(apps::Interrupts& interrupts);

  std::filesystem::path folder_;  // empty: attached
  bool keeps_ = true;             // the folder
  std::string program_;
  std::optional<apps::ChildProcess> process_;
  pid_t pid_ = 0;
  Endpoint endpoint_;
};

}  // namespace florin::bench
