// What `wallet init` leaves beside the vault V: V itself, its key V.key, the lock V.lock and
// V.conf, which remembers the backend so that later commands need only --vault.
//
//   V.conf = JSON {"version":1, "backend":"https://...", "ca":PEM, "walletProviderId":"...",
//                  "acquirerTokenFile":absolute path, or absent, "deviceType":"WATCH", or absent}
//
// in mode 0600
#pragma once

#include <string>

#include "common/failure.h"

namespace florin::apps {

struct VaultFiles {
  std::string vault;

  [[nodiscard]] std::string key() const { return vault + ".key"; }
  [[nodiscard]] std::string lock() const { return vault + ".lock"; }
  [[nodiscard]] std::string connection() const { return vault + ".conf"; }
};

// Connection says where the backend is and how it proves itself.
struct Connection {
  std::string backend;
  std::string caPem;
  std::string walletProviderId = "florin";
  std::string acquirerTokenFile;  // empty: none was given
  std::string deviceType;         // empty: WalletConfig's
  std::string clientPemFile;      // HttpsOptions'; not remembered
};

// makeConnection reads the CA file and makes the token file's path absolute. It does not connect.
Outcome<Connection> makeConnection(const std::string& backend, const std::string& caFile,
                                   const std::string& acquirerTokenFile);

Done writeConnection(const VaultFiles& files, const Connection& connection);

// readConnection: kLocalState when there is no wallet.
Outcome<Connection> readConnection(const VaultFiles& files);

// removeFiles deletes all of them.
void removeFiles(const VaultFiles& files);

}  // namespace florin::apps
