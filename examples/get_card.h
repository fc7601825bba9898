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
  explicit Enrolling(florin::Wallet& wallet) : wallet_(wallet) {}
  End end;

  void onStarted() override { std::puts("started"); }
  void onCodeRequired(std::shared_ptr<florin::CHCodeVerifier> verifier) override {
    wallet_.getCardEnrollmentService().digitizeCard(readCard(), "en",
                                                    std::make_shared<Digitizing>(verifier));
  }
  void onComplete() override { end.complete(); }
  void onError(const florin::ProvisioningServiceError& error) override { end.fail(error); }

 private:
  florin::Wallet& wallet_;
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

// getCard calls what the state asks for.
inline bool getCard(florin::Wallet& wallet, const std::string& pushToken) {
  auto& enrolling = wallet.getEnrollingBusinessService();
  const auto listener = std::make_shared<Enrolling>(wallet);
  switch (enrolling.isEnrolled()) {
    case florin::EnrollmentStatus::ENROLLMENT_NEEDED: {
      const std::string walletId = wallet.getCardEnrollmentService().getWalletId();
      enrolling.enroll(walletId, pushToken, "en", listener);
      return succeeds(listener->end);
    }
    case florin::EnrollmentStatus::ENROLLMENT_IN_PROGRESS:
      enrolling.continueEnrollment("en", listener);
      return succeeds(listener->end);
    case florin::EnrollmentStatus::ENROLLMENT_COMPLETE: break;
  }
  const auto waiting = std::make_shared<Synchronizing>();  // what was cut off, or a push announced
  wallet.getProvisioningBusinessService().synchronize(waiting);
  return succeeds(waiting->end);
}

}  // namespace example
