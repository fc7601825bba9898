#include "wallet_session.h"

#include <sys/utsname.h>

#include <filesystem>

namespace florin::apps {
namespace {

Failure local(std::string text) { return {Exit::kLocalState, std::move(text)}; }

Failure storageFailure(const VaultFiles& files, const Error& error) {
  if (error.code() == Code::kConflict) {
    return local(files.vault + " is in use by another process: wait until that one has ended");
  }
  return local(files.vault + " cannot be opened: " + describe(error) +
               "; give --vault a path in a folder that is there and writable");
}

Failure vaultFailure(const VaultFiles& files, const Error& error) {
  switch (error.code()) {
    case Code::kUnauthenticated:
      return local(files.key() + " is not the key of " + files.vault +
                   ": put the right key file in its place");
    case Code::kUnsupported:
      return local(files.vault + " has format version " + std::to_string(error.detail()) +
                   ", which this florin does not read: use the version that made it");
    case Code::kNotFound:
      return local(files.key() + " is missing: put the key file of this vault in its place");
    case Code::kRefused:
      return local(files.key() + " is open to other users: run `chmod 600 " + files.key() + "`");
    case Code::kCorrupted:
    case Code::kMalformed:
    case Code::kTooLarge:
      return local(files.vault + " or its key is damaged (" + describe(error) +
                   "): restore both from a backup, or remove them and run `florin wallet init`");
    default:
      return local(files.vault + " cannot be opened: " + describe(error) +
                   "; see that the disk is writable and has room");
  }
}

WalletConfig configOf(const Connection& connection) {
  WalletConfig config;
  config.walletProviderId = connection.walletProviderId;
  config.walletApplicationId = "florin-cli";
  if (!connection.deviceType.empty()) config.deviceType = connection.deviceType;
  config.automaticReplenishment = false;  // every command says what it did
  utsname system{};
  if (::uname(&system) == 0) {
    config.deviceInfo = std::string(system.sysname) + " " + system.release + " " + system.machine;
  }
  return config;
}

}  // namespace

Outcome<std::unique_ptr<WalletSession>> WalletSession::open(const VaultFiles& files,
                                                            Interrupts* interrupts) {
  FLORIN_TRY_ASSIGN(Connection connection, readConnection(files));
  std::error_code failed;
  if (!std::filesystem::exists(files.vault, failed)) {
    return local(files.vault +
                 " is missing though its configuration is there: restore it, or run "
                 "`florin wallet init` for a new wallet");
  }
  return create(files, connection, interrupts);
}

Outcome<std::unique_ptr<WalletSession>> WalletSession::create(const VaultFiles& files,
                                                              const Connection& connection,
                                                              Interrupts* interrupts) {
  std::unique_ptr<WalletSession> session(new WalletSession(files, connection, interrupts));
  FLORIN_TRY_ASSIGN(session->link_, BackendLink::open(connection));
  auto storage = openFileStorage(files.vault);
  if (!storage.ok()) return storageFailure(files, storage.error());
  session->storage_ = std::move(storage).value();
  auto wallet = Wallet::open(configOf(connection), {.storage = *session->storage_,
                                                    .vaultKey = *session->vaultKey_,
                                                    .transport = *session->link_,
                                                    .executor = *session->executor_,
                                                    .log = session->log_});
  if (!wallet.ok()) return vaultFailure(files, wallet.error());
  session->wallet_ = std::move(wallet).value();
  return session;
}

WalletSession::~WalletSession() {
  executor_->stop();
  wallet_.reset();
}

}  // namespace florin::apps
