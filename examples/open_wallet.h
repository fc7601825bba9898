// What the examples share: a wallet over the default adapters, and the end of a conversation.
#pragma once

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <future>
#include <optional>

#include "florin/wallet.h"

namespace example {

// must ends the program where an application would tell its user.
template <class T>
T must(florin::Result<T> result, const char* what) {
  if (result.ok()) return std::move(result).value();
  const std::string text(result.error().text());
  std::fprintf(stderr, "%s: %s\n", what, text.c_str());
  std::exit(1);
}

struct Place {
  std::string folder;   // of this wallet's files
  std::string backend;  // https://host:port
  std::string caFile;   // who may be the backend
};

// OpenWallet is a wallet and what it borrows. The members end in the opposite order: the wallet
// first. Nothing may run on the executor then.
class OpenWallet {
 public:
  explicit OpenWallet(const Place& place)
      : storage_(must(florin::openFileStorage(place.folder + "/wallet.vault"), "storage")),
        vaultKey_(florin::makeKeyFileProvider(place.folder + "/wallet.key",
                                              place.folder + "/wallet.vault")),
        transport_(must(florin::makeHttpsTransport({place.backend, {}, place.caFile, {}}), "url")),
        log_(florin::makeJsonLog(STDERR_FILENO, florin::LogLevel::kInfo)),
        executor_(florin::SerialExecutor::make()),
        wallet_(must(
            florin::Wallet::open({"example", "example-app", "a phone"},
                                 {*storage_, *vaultKey_, *transport_, *executor_, *log_, nullptr}),
            "wallet")) {}
  ~OpenWallet() { executor_->stop(); }
  OpenWallet(const OpenWallet&) = delete;
  OpenWallet& operator=(const OpenWallet&) = delete;

  florin::Wallet& operator*() { return *wallet_; }
  florin::Wallet* operator->() { return wallet_.get(); }

 private:
  std::unique_ptr<florin::Storage> storage_;
  std::unique_ptr<florin::VaultKeyProvider> vaultKey_;
  std::unique_ptr<florin::Transport> transport_;
  std::unique_ptr<florin::Log> log_;
  std::unique_ptr<florin::SerialExecutor> executor_;
  std::unique_ptr<florin::Wallet> wallet_;
};

// End is what a listener ends with, for a program that has nothing else to do meanwhile. An
// application with a screen goes on and takes the callbacks as they come.
class End {
 public:
  void complete() { end_.set_value(std::nullopt); }
  void fail(const florin::ProvisioningServiceError& error) { end_.set_value(error); }
  std::optional<florin::ProvisioningServiceError> wait() { return end_.get_future().get(); }

 private:
  std::promise<std::optional<florin::ProvisioningServiceError>> end_;
};

// tell shows an error as support wants it.
inline void tell(const florin::ProvisioningServiceError& error) {
  std::printf("%s cps=%d http=%d retryable=%d correlation=%s\n",
              std::string(name(error.sdkCode)).c_str(), error.cpsCode, error.httpStatus,
              error.retryable ? 1 : 0, error.correlationId.c_str());
  if (error.remainingTries) std::printf("tries left: %u\n", *error.remainingTries);
}

// succeeds tells whether the conversation ended well, and shows what is wrong if not.
inline bool succeeds(End& end) {
  const auto error = end.wait();
  if (error) tell(*error);
  return !error;
}

class WseListener : public florin::WalletSecureEnrollmentListener {
 public:
  End end;
  void onComplete() override { end.complete(); }
  void onError(const florin::ProvisioningServiceError& error) override { end.fail(error); }
};

// secureEnroll is the first thing that a new wallet does. Done already, it succeeds without
// network.
inline bool secureEnroll(florin::Wallet& wallet) {
  const auto listener = std::make_shared<WseListener>();
  wallet.getWalletSecureEnrollmentBusinessService().startWalletSecureEnrollment(listener);
  return succeeds(listener->end);
}

// readCard takes "PAN MMYY" from standard input, as a screen would take it from the cardholder.
inline florin::CardInput readCard() {
  char pan[20] = {};
  char expiry[5] = {};
  if (std::scanf("%19[0-9] %4[0-9]%*1[\n]", pan, expiry) != 2) std::exit(2);
  florin::CardInput card;
  const std::string_view digits(pan);
  card.pan = florin::SecretBytes::copyOf(
      {reinterpret_cast<const std::uint8_t*>(digits.data()), digits.size()});
  card.expiry = expiry;
  card.holderName = "A CARDHOLDER";
  return card;
}

inline void showCards(florin::Wallet& wallet) {
  for (const auto& card : wallet.getDigitalizedCardManager().getAllCards()) {
    std::printf("card *%s %s, payments left: %u\n", card.panLastFour.c_str(),
                std::string(name(card.state)).c_str(), card.paymentsLeft);
  }
}

}  // namespace example
