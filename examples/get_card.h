// The conversations that bring the first card, each with its listener.
#pragma once

#include "open_wallet.h"

namespace example {

// Digitizing hands the code on to who asked for it. Dropping the verifier cancels the entry.
class Digitizing : public florin::MGDigitizationListener {
 public:
  explicit Digitizing(std::shared_ptr<florin::CHCodeVerifier> verifier)
      : verifier_(std::move(verifier)) {}

  void onCPSActivationCodeAcquired(const std::string& /*digitalCardId*/,
                                   const florin::SecretBytes& activationCode) override {
    const auto inputer = verifier_->getSecureCodeInputer();
    for (const std::uint8_t byte : activationCode.expose()) inputer->input(byte);
    inputer->finish();
  }
  void onComplete(const std::string& /*digitalCardId*/) override {}
  void onError(const std::string& /*digitalCardId*/,
               const florin::MobileGatewayError& error) override {
    std::printf("no code: %s\n", std::string(name(error.code)).c_str());
    verifier_.reset();
  }

 private:
  std::shared_ptr<florin::CHCodeVerifier> verifier_;
};

class Enrolling : public florin::EnrollingServiceListener {
 public:
  Enrolling(florin::Wallet& wallet, std::string language)
      : wallet_(wallet), language_(std::move(language)) {}
  End end;

  void onStarted() override { std::puts("started"); }
  void onCodeRequired(std::shared_ptr<florin::CHCodeVerifier> verifier) override {
    wallet_.getCardEnrollmentService().digitizeCard(readCard(), language_,
                                                    std::make_shared<Digitizing>(verifier));
  }
  void onComplete() override { end.complete(); }
  void onError(const florin::ProvisioningServiceError& error) override { end.fail(error); }

 private:
  florin::Wallet& wallet_;
  std::string language_;
};

class Synchronizing : public florin::PushServiceListener {
 public:
  End end;
  void onServerMessage(const std::string& /*tokenizedCardId*/,
                       const florin::ProvisioningServiceMessage& message) override {
    std::puts(message.code.c_str());
  }
  void onComplete() override { end.complete(); }
  void onError(const florin::ProvisioningServiceError& error) override { end.fail(error); }
  void onUnsupportedPushContent(const std::map<std::string, std::string>& /*bundle*/) override {}
};

// pushTokenOf gives a provider's token the form that the SDK takes: FCM's goes in as it is.
enum class PushService { kFcm, kHms };
inline std::string pushTokenOf(PushService service, const std::string& token) {
  return service == PushService::kHms ? "HMS:" + token : token;
}

struct Inputs {
  std::string language;   // ISO 639-1 of the phone's locale: "de" of "de_AT"
  std::string pushToken;  // empty: no push, the application polls
};

// getCard calls what the state asks for.
inline bool getCard(florin::Wallet& wallet, const Inputs& inputs) {
  auto& enrolling = wallet.getEnrollingBusinessService();
  const auto listener = std::make_shared<Enrolling>(wallet, inputs.language);
  switch (enrolling.isEnrolled()) {
    case florin::EnrollmentStatus::ENROLLMENT_NEEDED: {
      const std::string walletId = wallet.getCardEnrollmentService().getWalletId();
      enrolling.enroll(walletId, inputs.pushToken, inputs.language, listener);
      return succeeds(listener->end);
    }
    case florin::EnrollmentStatus::ENROLLMENT_IN_PROGRESS:
      enrolling.continueEnrollment(inputs.language, listener);
      return succeeds(listener->end);
    case florin::EnrollmentStatus::ENROLLMENT_COMPLETE: break;
  }
  const auto waiting = std::make_shared<Synchronizing>();  // what was cut off, or a push announced
  wallet.getProvisioningBusinessService().synchronize(waiting);
  return succeeds(waiting->end);
}

}  // namespace example
