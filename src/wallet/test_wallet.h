// TestWallet is a wallet on its twin backend, with a network that can lose messages and a power
// that can fail; its listeners record what they are told. For tests only.
#pragma once

#include <functional>

#include "fakes/manual_executor.h"
#include "fakes/memory_storage.h"
#include "fakes/recording_log.h"
#include "fakes/seeded_random.h"
#include "fakes/skewed_clock.h"
#include "vault/test_storage.h"
#include "wallet/open.h"
#include "wallet/twin_backend.h"

namespace florin::wallet {

enum class Lost : std::uint8_t { kNothing, kRequest, kAnswer };

// TwinTransport carries requests to the twin; `lose` decides what gets lost, by number of request.
class TwinTransport : public Transport {
 public:
  TwinTransport(TwinBackend& backend, Executor& executor)
      : backend_(backend), executor_(executor) {}

  void send(TransportRequest request, std::chrono::milliseconds, Done done) override {
    executor_.post([this, request = std::move(request), done = std::move(done)] {
      const Lost lost = lose ? lose(sent) : Lost::kNothing;
      ++sent;
      paths.push_back(request.path);
      if (lost == Lost::kRequest) return done(Error(Code::kUnavailable, "lost"));
      last = request;
      TransportResponse response = backend_.handle(request);
      if (tamper) tamper(response);
      if (lost == Lost::kAnswer) return done(Error(Code::kDeadline, "lost"));
      done(std::move(response));
    });
  }

  std::function<Lost(std::size_t)> lose;
  std::function<void(TransportResponse&)> tamper;
  std::size_t sent = 0;
  std::vector<std::string> paths;
  TransportRequest last;  // that arrived

 private:
  TwinBackend& backend_;
  Executor& executor_;
};

// Record of what one enrolling listener was told. `code` is typed in when it is asked for; without
// one the entry is cancelled.
struct EnrollRecord : EnrollingServiceListener {
  std::string events;  // S, C, D for done, E for error
  std::optional<std::string> code;
  ProvisioningServiceError error;

  void onStarted() override { events += 'S'; }
  void onCodeRequired(std::shared_ptr<CHCodeVerifier> verifier) override {
    events += 'C';
    const auto inputer = verifier->getSecureCodeInputer();
    if (!code) return;
    for (const char c : *code) inputer->input(static_cast<std::uint8_t>(c));
    inputer->finish();
  }
  void onComplete() override { events += 'D'; }
  void onError(const ProvisioningServiceError& what) override {
    events += 'E';
    error = what;
  }
};

struct WseRecord : WalletSecureEnrollmentListener {
  std::string events;
  ProvisioningServiceError error;
  void onComplete() override { events += 'D'; }
  void onError(const ProvisioningServiceError& what) override {
    events += 'E';
    error = what;
  }
};

struct PushRecord : PushServiceListener {
  std::string events;
  std::vector<std::string> messages;
  std::vector<std::string> cards;  // one of each message
  std::vector<std::string> severities;
  ProvisioningServiceError error;
  void onServerMessage(const std::string& card,
                       const ProvisioningServiceMessage& message) override {
    messages.push_back(message.code);
    cards.push_back(card);
    severities.push_back(message.severity);
  }
  void onComplete() override { events += 'D'; }
  void onError(const ProvisioningServiceError& what) override {
    events += 'E';
    error = what;
  }
  void onUnsupportedPushContent(const std::map<std::string, std::string>&) override {
    events += 'U';
  }
};

struct DigitizeRecord : MGDigitizationListener {
  std::string events;
  std::string code;
  MobileGatewayError error;
  void onCPSActivationCodeAcquired(const std::string&, const SecretBytes& activationCode) override {
    events += 'A';
    code = base::asText(activationCode.expose());
  }
  void onComplete(const std::string&) override { events += 'D'; }
  void onError(const std::string&, const MobileGatewayError& what) override {
    events += 'E';
    error = what;
  }
};

class TestWallet {
 public:
  TestWallet() { open(); }

  void open() {
    auto opened =
        openWallet({.walletProviderId = "provider",
                    .walletApplicationId = "app",
                    .deviceInfo = "test device",
                    .automaticReplenishment = automaticReplenishment,
                    .automaticPolling = automaticPolling,
                    .backgroundListener = backgroundListener},
                   {storage, vaultKey, transport, executor, log, deviceKeys}, deviceClock, random);
    if (opened.ok()) wallet = std::move(*opened);
  }
  // kill is the end of the process: nothing of it runs on.
  void kill() {
    wallet.reset();
    executor.dropAll();
  }
  void settle() { executor.advance(std::chrono::minutes(5)); }

  EnrollmentStatus status() { return wallet->getEnrollingBusinessService().isEnrolled(); }
  std::string startWse() {
    auto listener = std::make_shared<WseRecord>();
    wallet->getWalletSecureEnrollmentBusinessService().startWalletSecureEnrollment(listener);
    settle();
    return listener->events;
  }
  std::shared_ptr<EnrollRecord> enroll(std::optional<std::string> code) {
    auto listener = std::make_shared<EnrollRecord>();
    listener->code = std::move(code);
    wallet->getEnrollingBusinessService().enroll(wallet->getCardEnrollmentService().getWalletId(),
                                                 "token", "en", listener);
    settle();
    return listener;
  }
  std::shared_ptr<EnrollRecord> resume(std::optional<std::string> code = {}) {
    auto listener = std::make_shared<EnrollRecord>();
    listener->code = std::move(code);
    wallet->getEnrollingBusinessService().continueEnrollment("en", listener);
    settle();
    return listener;
  }
  std::shared_ptr<EnrollRecord> sendCode(std::optional<std::string> code = {}) {
    auto listener = std::make_shared<EnrollRecord>();
    listener->code = std::move(code);
    wallet->getProvisioningBusinessService().sendActivationCode(listener);
    settle();
    return listener;
  }
  std::shared_ptr<PushRecord> synchronize() {
    auto listener = std::make_shared<PushRecord>();
    wallet->getProvisioningBusinessService().synchronize(listener);
    settle();
    return listener;
  }
  std::vector<DigitalizedCard> cards() { return wallet->getDigitalizedCardManager().getAllCards(); }
  std::string issueCode() {
    const SecretBytes code = backend.issueCode();
    return std::string(base::asText(code.expose()));
  }

  fakes::FakeClock clock;
  fakes::SkewedClock deviceClock{clock};
  fakes::SeededRandom random;
  fakes::ManualExecutor executor{clock};
  fakes::MemoryStorage storage;
  vault::TestVaultKey vaultKey;
  DeviceKeys* deviceKeys = nullptr;  // none: in the vault
  bool automaticReplenishment = false;
  bool automaticPolling = false;
  std::shared_ptr<PushServiceListener> backgroundListener;
  fakes::RecordingLog log;
  TwinBackend backend{clock, random};
  TwinTransport transport{backend, executor};
  std::unique_ptr<Wallet> wallet;
};

}  // namespace florin::wallet
