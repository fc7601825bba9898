// WalletSession is one opened wallet with everything that it needs: vault, key, transport, thread.
#pragma once

#include <memory>

#include "backend_link.h"
#include "crypto/random.h"
#include "florin/wallet.h"
#include "vault_files.h"

namespace florin::apps {

class WalletSession {
 public:
  // open opens the wallet that `wallet init` made. kLocalState: there is none, its vault is locked,
  // damaged, of another version, or the key is another one. `interrupts` may be null and must
  // outlive the session.
  static Outcome<std::unique_ptr<WalletSession>> open(const VaultFiles& files,
                                                      Interrupts* interrupts = nullptr);

  // create makes vault and key where there are none, else opens them.
  static Outcome<std::unique_ptr<WalletSession>> create(const VaultFiles& files,
                                                        const Connection& connection,
                                                        Interrupts* interrupts = nullptr);

  // The executor stops first: no listener runs after the session began to end.
  ~WalletSession();
  WalletSession(const WalletSession&) = delete;
  WalletSession& operator=(const WalletSession&) = delete;

  [[nodiscard]] Wallet& wallet() { return *wallet_; }
  [[nodiscard]] BackendLink& link() { return *link_; }
  [[nodiscard]] base::Random& random() { return random_; }
  [[nodiscard]] const Connection& connection() const { return connection_; }
  [[nodiscard]] Interrupts* interrupts() { return interrupts_; }

 private:
  WalletSession(const VaultFiles& files, Connection connection, Interrupts* interrupts)
      : connection_(std::move(connection)),
        interrupts_(interrupts),
        vaultKey_(makeKeyFileProvider(files.key(), files.vault)) {}

  Connection connection_;
  Interrupts* interrupts_;
  crypto::OsRandom random_;
  NullLog log_;
  std::unique_ptr<VaultKeyProvider> vaultKey_;
  std::unique_ptr<Storage> storage_;
  std::unique_ptr<BackendLink> link_;
  std::unique_ptr<SerialExecutor> executor_ = SerialExecutor::make();
  std::unique_ptr<Wallet> wallet_;
};

}  // namespace florin::apps
