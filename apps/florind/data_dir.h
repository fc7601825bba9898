// DataDir is the layout of florind's data directory (docs/operations.md): mode 0700, everything
// that florind needs.
#pragma once

#include <filesystem>
#include <string>

#include "common/failure.h"

namespace florin::apps {

struct DataDir {
  std::filesystem::path root;

  [[nodiscard]] std::string config() const { return root / "florind.toml"; }
  [[nodiscard]] std::string programs() const { return root / "programs"; }
  [[nodiscard]] std::string program(const std::string& name) const {
    return root / "programs" / (name + ".toml");
  }
  [[nodiscard]] std::string tls() const { return root / "tls"; }
  [[nodiscard]] std::string certificate() const { return root / "tls" / "certificate.pem"; }
  [[nodiscard]] std::string certificateKey() const { return root / "tls" / "key.pem"; }
  [[nodiscard]] std::string custody() const { return root / "custody.keys"; }
  [[nodiscard]] std::string store() const { return root / "florin.db"; }
  [[nodiscard]] std::string lock() const { return root / "lock"; }
  [[nodiscard]] std::string acquirerToken() const { return root / "acquirer.token"; }
  [[nodiscard]] std::string issuerToken() const { return root / "issuer.token"; }
};

// lockDataDir takes the folder for this process, as long as it lives: one florind serves it.
Done lockDataDir(const DataDir& dir);

}  // namespace florin::apps
