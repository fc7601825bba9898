// What an application does when it starts: is this still the wallet's backend, and was a session
// cut off?
#include <functional>

#include "open_wallet.h"

namespace example {

using ErrorCode = florin::ProvisioningServiceErrorCode;

// isOurBackend asks before an address or a certificate that changed is used. It changes nothing.
bool isOurBackend(florin::Wallet& wallet) {
  const auto listener = std::make_shared<WseListener>();
  wallet.getWalletSecureEnrollmentBusinessService().checkBackend(listener);
  const auto error = listener->end.wait();
  if (!error) return true;
  tell(*error);
  switch (error->sdkCode) {
    case ErrorCode::COMMON_COMM_ERROR:  // nothing was sent to it
      std::puts("the server's certificate is not what the application pins");
      break;
    case ErrorCode::INVALID_SERVER_RESPONSE:
      std::puts("another backend, which this wallet's cards are not of: keep the old address");
      break;
    default: std::puts(error->retryable ? "ask again later" : "tell support");
  }
  return false;
}

// mayGoOn judges how retrySession ended. Its two refusals are no faults.
bool mayGoOn(const std::optional<florin::ProvisioningServiceError>& error) {
  if (!error) return true;
  switch (error->sdkCode) {
    case ErrorCode::NO_SESSION: std::puts("nothing was cut off"); return true;
    case ErrorCode::EXISTING_RETRY_SESSION:
      std::puts("it is under way: its own listener is told the end");
      return true;
    default: tell(*error); return false;
  }
}

class Retrying : public florin::EnrollingServiceListener {
 public:
  End end;
  std::function<void()> pressedMeanwhile = [] {};

  void onStarted() override {
    std::puts("started");
    pressedMeanwhile();
  }
  void onCodeRequired(std::shared_ptr<florin::CHCodeVerifier> /*verifier*/) override {}  // never
  void onComplete() override { end.complete(); }
  void onError(const florin::ProvisioningServiceError& error) override { end.fail(error); }
};

// retry is a button that an impatient cardholder presses twice.
bool retry(florin::ProvisioningBusinessService& provisioning) {
  const auto first = std::make_shared<Retrying>();
  const auto second = std::make_shared<Retrying>();
  first->pressedMeanwhile = [&] { provisioning.retrySession(second); };
  provisioning.retrySession(first);
  const auto error = first->end.wait();
  if (error) return mayGoOn(error);  // a refusal: not started
  return mayGoOn(second->end.wait());
}

}  // namespace example

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: at_start FOLDER URL CA-FILE\n", stderr);
    return 2;
  }
  example::OpenWallet wallet({argv[1], argv[2], argv[3]});
  if (!example::isOurBackend(*wallet)) return 1;
  if (!example::retry(wallet->getProvisioningBusinessService())) return 1;
  example::showCards(*wallet);
  return 0;
}
