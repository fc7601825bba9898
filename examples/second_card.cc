// A further card of an enrolled phone, with a code that the cardholder types byte by byte.
#include "open_wallet.h"

namespace example {

// CodeShown stands for the bank's letter: it shows the code to its owner.
class CodeShown : public florin::MGDigitizationListener {
 public:
  std::promise<bool> end;
  void onCPSActivationCodeAcquired(const std::string& /*digitalCardId*/,
                                   const florin::SecretBytes& activationCode) override {
    std::fputs("code: ", stdout);
    for (const std::uint8_t byte : activationCode.expose()) std::putchar(byte);
    std::puts("");
    std::fflush(stdout);
  }
  void onComplete(const std::string& /*digitalCardId*/) override { end.set_value(true); }
  void onError(const std::string& /*digitalCardId*/,
               const florin::MobileGatewayError& error) override {
    std::puts(std::string(name(error.code)).c_str());
    end.set_value(false);
  }
};

// typeCode passes each byte on as it comes and keeps none. At the end of input it gives up: the
// inputer is dropped without finish().
void typeCode(florin::CHCodeVerifier& verifier) {
  const auto inputer = verifier.getSecureCodeInputer();
  for (int key = std::getchar(); key != EOF; key = std::getchar()) {
    if (key == '\n') return inputer->finish();
    if (key == '!') {
      inputer->reset();  // typed wrong: from the beginning
    } else {
      inputer->input(static_cast<std::uint8_t>(key));
    }
  }
}

class Typing : public florin::EnrollingServiceListener {
 public:
  End end;
  void onStarted() override { std::puts("started"); }
  void onCodeRequired(std::shared_ptr<florin::CHCodeVerifier> verifier) override {
    typeCode(*verifier);
  }
  void onComplete() override { end.complete(); }
  void onError(const florin::ProvisioningServiceError& error) override { end.fail(error); }
};

// activate claims the card. A session that may succeed later is tried once more; no code is asked
// for again.
bool activate(florin::ProvisioningBusinessService& provisioning) {
  auto listener = std::make_shared<Typing>();
  provisioning.sendActivationCode(listener);
  const auto error = listener->end.wait();
  if (!error) return true;
  tell(*error);
  if (!error->retryable) return false;
  listener = std::make_shared<Typing>();
  provisioning.retrySession(listener);
  return succeeds(listener->end);
}

}  // namespace example

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: second_card FOLDER URL CA-FILE, then 'PAN MMYY' and the code\n", stderr);
    return 2;
  }
  example::OpenWallet wallet({argv[1], argv[2], argv[3]});
  const auto shown = std::make_shared<example::CodeShown>();
  wallet->getCardEnrollmentService().digitizeCard(example::readCard(), "en", shown);
  if (!shown->end.get_future().get()) return 1;
  if (!example::activate(wallet->getProvisioningBusinessService())) return 1;
  example::showCards(*wallet);
  return 0;
}
