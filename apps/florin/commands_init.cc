// florin wallet init | status | wipe
#include <unistd.h>

#include <filesystem>
#include <iostream>

#include "bounds.h"
#include "commands.h"
#include "conversations.h"
#include "wallet_view.h"

namespace florin::apps {
namespace {

bool exists(const std::string& path) {
  std::error_code failed;
  return std::filesystem::exists(path, failed);
}

// probe finds out before anything is made whether this is a backend that we can talk to.
Done probe(const Connection& connection) {
  FLORIN_TRY_ASSIGN(const auto link, BackendLink::open(connection));
  FLORIN_TRY(link->call({"GET", "/healthz", {}, {}}, bounds::kProbe, nullptr));
  return {};
}

void showInit(Console& console, WalletSession& session, const Options& options) {
  const std::string walletId = session.wallet().getCardEnrollmentService().getWalletId();
  console.line("Wallet " + walletId + " is registered at " + options.backend + ".");
  console.line("Next: florin wallet digitize --vault " + options.vault + " --pan - --exp MMYY");
  console.result(codec::JsonObject()
                     .add("walletId", walletId)
                     .add("backend", options.backend)
                     .add("wse", "WSE_COMPLETED"));
}

Failure alreadyThere(const VaultFiles& files) {
  return {Exit::kLocalState,
          files.vault +
              " is a registered wallet already: give --update to write its address or certificate "
              "anew, or `florin wallet wipe` it first"};
}

// checkSameBackend: a wallet's cards and keys are of the backend that it was registered with; no
// other could use them.
Done checkSameBackend(WalletSession& session, const Options& options) {
  Done done = checkBackend(session);
  const auto another = name(ProvisioningServiceErrorCode::INVALID_SERVER_RESPONSE);
  if (done.ok() || done.error().name != another) return done;
  return Failure{
      Exit::kRefused,
      options.backend +
          " is not the backend that this wallet was made with; nothing was changed: give "
          "the address of that one, or wipe the wallet with `florin wallet wipe` and make "
          "a new one",
      std::string(another)};
}

// registerWallet makes the wallet or opens it, and registers it. What it made is gone again when it
// fails; what was there stays.
Done registerWallet(Console& console, const Options& options, const Connection& connection) {
  const VaultFiles files{options.vault};
  const bool existed = exists(files.vault);
  FLORIN_TRY_ASSIGN(const auto session, WalletSession::create(files, connection));
  const auto state = session->wallet().getWalletSecureEnrollmentBusinessService().getState();
  if (state == WalletSecureEnrollmentState::WSE_COMPLETED && !options.update) {
    return alreadyThere(files);
  }
  if (state == WalletSecureEnrollmentState::WSE_COMPLETED) {
    FLORIN_TRY(checkSameBackend(*session, options));
  }
  Done done = writeConnection(files, connection);
  if (done.ok()) done = secureEnroll(*session);
  if (done.ok()) {
    showInit(console, *session, options);
  } else if (!existed && state == WalletSecureEnrollmentState::WSE_REQUIRED) {
    removeFiles(files);  // still under the vault's lock
  }
  return done;
}

// newConnection is what init was given; with --update a token file and a device type that are known
// stay.
Outcome<Connection> newConnection(const Options& options) {
  const VaultFiles files{options.vault};
  if (options.update && !exists(files.vault)) {
    return Failure{Exit::kLocalState, "there is no wallet at " + files.vault +
                                          " to update: leave --update out to make one"};
  }
  FLORIN_TRY_ASSIGN(Connection connection,
                    makeConnection(options.backend, options.caFile, options.acquirerTokenFile));
  connection.deviceType = options.deviceType;
  const auto before = readConnection(files);
  if (options.update && before.ok()) {
    if (connection.acquirerTokenFile.empty()) {
      connection.acquirerTokenFile = before->acquirerTokenFile;
    }
    if (connection.deviceType.empty()) connection.deviceType = before->deviceType;
  }
  return connection;
}

Outcome<bool> sureToWipe(const Options& options) {
  if (options.yes) return true;
  if (::isatty(STDIN_FILENO) == 0) {
    return Failure{Exit::kInput, "a wipe erases every card and key: add --yes to mean it"};
  }
  std::cerr << "This erases every card and key in " << options.vault << ". Type yes to go on: ";
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "yes";
}

}  // namespace

Done walletInit(Console& console, const Options& options) {
  FLORIN_TRY_ASSIGN(const Connection connection, newConnection(options));
  FLORIN_TRY(probe(connection));
  return registerWallet(console, options, connection);
}

Done walletStatus(Console& console, const Options& options) {
  FLORIN_TRY_ASSIGN(const auto session, WalletSession::open({options.vault}));
  Wallet& wallet = session->wallet();
  const auto wse = name(wallet.getWalletSecureEnrollmentBusinessService().getState());
  const auto enrollment = name(wallet.getEnrollingBusinessService().isEnrolled());
  const std::string walletId = wallet.getCardEnrollmentService().getWalletId();
  console.table({{"WALLET", walletId},
                 {"backend", session->connection().backend},
                 {"registration", std::string(wse)},
                 {"enrollment", std::string(enrollment)}});
  console.line();
  showCards(console, wallet);
  console.result(codec::JsonObject()
                     .add("walletId", walletId)
                     .add("backend", session->connection().backend)
                     .add("wse", wse)
                     .add("enrollment", enrollment)
                     .add("cards", cardsJson(wallet)));
  return {};
}

Done walletWipe(Console& console, const Options& options) {
  const VaultFiles files{options.vault};
  {
    FLORIN_TRY_ASSIGN(const auto session, WalletSession::open(files));
    FLORIN_TRY_ASSIGN(const bool sure, sureToWipe(options));
    if (!sure) return Failure{Exit::kInput, "nothing was erased"};
    const auto wiped = session->wallet().getDataController().wipeAll();
    if (!wiped.ok()) {
      return Failure{Exit::kLocalState,
                     files.vault + " cannot be erased: " + describe(wiped.error())};
    }
  }
  removeFiles(files);
  console.line("Erased " + files.vault + ", its key and its configuration.");
  console.result(codec::JsonObject().add("wiped", true));
  return {};
}

}  // namespace florin::apps
