// DemoServer is a florind of its own for the demonstration: a new data directory in a temporary
// folder, a free port of the loopback.
#pragma once

#include <filesystem>
#include <string>

#include "process.h"
#include "vault_files.h"

namespace florin::cli {

// TemporaryFolder is gone with the object, unless it is to be kept.
class TemporaryFolder {
 public:
  static Outcome<TemporaryFolder> make(bool keep);
  TemporaryFolder(TemporaryFolder&& other) noexcept
      : path_(std::exchange(other.path_, {})), keep_(other.keep_) {}
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;
  ~TemporaryFolder();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  TemporaryFolder(std::filesystem::path path, bool keep) : path_(std::move(path)), keep_(keep) {}

  std::filesystem::path path_;
  bool keep_;
};

class DemoServer {
 public:
  // The steps, in this order. A failure names the last line of florind's log.
  DemoServer(std::filesystem::path folder, Interrupts& interrupts)
      : folder_(std::move(folder)), interrupts_(interrupts) {}
  Done init();
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

}  // namespace florin::cli
