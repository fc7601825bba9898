#include "conversations.h"

#include <unistd.h>

#include <chrono>
#include <functional>
#include <iostream>

#include "answer.h"
#include "sdk_failures.h"
#include "secrets.h"

namespace florin::apps {
namespace {

template <class Error>
using End = std::optional<Error>;  // nothing: it went well

class WseListener : public WalletSecureEnrollmentListener {
 public:
  Answer<End<ProvisioningServiceError>> end;

  void onComplete() override { end.give(std::nullopt); }
  void onError(const ProvisioningServiceError& error) override { end.give(error); }
};

class DigitizationListener : public MGDigitizationListener {
 public:
  Answer<End<MobileGatewayError>> end;
  Digitized digitized;  // complete before `end`

  void onCPSActivationCodeAcquired(const std::string& digitalCardId,
                                   const SecretBytes& activationCode) override {
    digitized = {digitalCardId, activationCode.clone(), {}};
  }
  void onSelectIDVMethod(const std::shared_ptr<IDVMethodSelector>& selector) override {
    digitized.methods = selector->getIdvMethods();
    end.give(std::nullopt);
  }
  void onActivationRequired(const std::shared_ptr<PendingCardActivation>& /*pending*/) override {
    end.give(std::nullopt);
  }
  void onComplete(const std::string& /*digitalCardId*/) override { end.give(std::nullopt); }
  void onError(const std::string& /*digitalCardId*/, const MobileGatewayError& error) override {
    end.give(error);
  }
};

class EligibilityListener : public MGEligibilityListener {
 public:
  Answer<End<MobileGatewayError>> end;
  std::shared_ptr<MGDigitizationSession> session;  // before `end`

  void onEligible(const std::shared_ptr<MGDigitizationSession>& found) override {
    session = found;
    end.give(std::nullopt);
  }
  void onError(const MobileGatewayError& error) override { end.give(error); }
};

class EnrollListener : public EnrollingServiceListener {
 public:
  explicit EnrollListener(CodeSource code) : code_(std::move(code)) {}

  Answer<End<ProvisioningServiceError>> end;
  std::optional<Failure> noCode;  // why none was entered; before `end`

  void onStarted() override {}
  void onCodeRequired(std::shared_ptr<CHCodeVerifier> verifier) override {
    const auto code = code_();
    if (!code.ok()) {
      noCode = code.error();
      return;  // dropping the verifier cancels
    }
    if (const auto inputer = verifier->getSecureCodeInputer()) enter(*code, *inputer);
  }
  void onComplete() override { end.give(std::nullopt); }
  void onError(const ProvisioningServiceError& error) override { end.give(error); }

 private:
  CodeSource code_;
};

class LifeCycleListener : public MGCardLifeCycleListener {
 public:
  Answer<End<MobileGatewayError>> end;

  void onComplete(const std::string& /*digitalCardId*/) override { end.give(std::nullopt); }
  void onError(const std::string& /*digitalCardId*/, const MobileGatewayError& error) override {
    end.give(error);
  }
};

class StatusListener : public MGCardStatusListener {
 public:
  Answer<End<MobileGatewayError>> end;
  MGCardStatus status;  // before `end`

  void onSuccess(const std::string& /*digitalCardId*/, const MGCardStatus& found) override {
    status = found;
    end.give(std::nullopt);
  }
  void onError(const std::string& /*digitalCardId*/, const MobileGatewayError& error) override {
    end.give(error);
  }
};

class LockListener : public MGWalletLockListener {
 public:
  Answer<End<MobileGatewayError>> end;

  void onComplete() override { end.give(std::nullopt); }
  void onError(const MobileGatewayError& error) override { end.give(error); }
};

class PushListener : public PushServiceListener {
 public:
  Answer<End<ProvisioningServiceError>> end;
  std::vector<ServerMessage> messages;  // complete before `end`

  void onServerMessage(const std::string& tokenizedCardId,
                       const ProvisioningServiceMessage& message) override {
    const auto reason = message.params.find("lockReason");
    messages.push_back(
        {tokenizedCardId, message.code, reason == message.params.end() ? "" : reason->second});
  }
  void onComplete() override { end.give(std::nullopt); }
  void onError(const ProvisioningServiceError& error) override { end.give(error); }
  void onUnsupportedPushContent(const std::map<std::string, std::string>& /*bundle*/) override {
    end.give(std::nullopt);
  }
};

class TokenListener : public AccessTokenListener {
 public:
  Answer<End<ProvisioningServiceError>> end;
  SecretBytes token;  // complete before `end`

  void onSuccess(const std::string& /*digitalCardId*/, const SecretBytes& accessToken) override {
    token = accessToken.clone();
    end.give(std::nullopt);
  }
  void onError(const std::string& /*digitalCardId*/,
               const ProvisioningServiceError& error) override {
    end.give(error);
  }
};

class HistoryListener : public MGTransactionHistoryListener {
 public:
  Answer<End<MobileGatewayError>> end;
  std::vector<MGTransactionRecord> records;  // complete before `end`

  void onSuccess(const std::vector<MGTransactionRecord>& given,
                 const std::string& /*digitalCardId*/) override {
    records = given;
    end.give(std::nullopt);
  }
  void onError(const std::string& /*digitalCardId*/, const MobileGatewayError& error) override {
    end.give(error);
  }
};

// WaitingLine tells a person, on a terminal only, for how long the backend is asked already.
class WaitingLine {
 public:
  ~WaitingLine() {
    if (shown_ > 0) std::cerr << "\r\x1b[K" << std::flush;
  }
  void tick() {
    const auto passed = std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - began_);
    if (passed.count() == shown_ || ::isatty(STDERR_FILENO) == 0) return;
    shown_ = passed.count();
    std::cerr << "\r\x1b[Kasking the backend, " << shown_ << " s" << std::flush;
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point began_ = Clock::now();
  std::int64_t shown_ = 0;
};

template <class Listener>
Done waitWith(WalletSession& session, Listener& listener, const std::function<void()>& waiting) {
  FLORIN_TRY_ASSIGN(const auto error, listener.end.take(session.interrupts(), waiting));
  if (error) return failureOf(*error, session.link());
  return {};
}

template <class Listener>
Done wait(WalletSession& session, Listener& listener) {
  WaitingLine line;
  return waitWith(session, listener, [&] { line.tick(); });
}

Outcome<std::vector<ServerMessage>> waitForMessages(WalletSession& session,
                                                    PushListener& listener) {
  FLORIN_TRY(wait(session, listener));
  return std::move(listener.messages);
}

}  // namespace

Done secureEnroll(WalletSession& session) {
  const auto listener = std::make_shared<WseListener>();
  session.wallet().getWalletSecureEnrollmentBusinessService().startWalletSecureEnrollment(listener);
  return wait(session, *listener);
}

Done checkBackend(WalletSession& session) {
  const auto listener = std::make_shared<WseListener>();
  session.wallet().getWalletSecureEnrollmentBusinessService().checkBackend(listener);
  return wait(session, *listener);
}

Outcome<Digitized> digitize(WalletSession& session, CardInput card, const std::string& language) {
  const auto listener = std::make_shared<DigitizationListener>();
  session.wallet().getCardEnrollmentService().digitizeCard(std::move(card), language, listener);
  FLORIN_TRY(wait(session, *listener));
  return std::move(listener->digitized);
}

Outcome<std::shared_ptr<MGDigitizationSession>> checkEligibility(WalletSession& session,
                                                                 EligibilityRequest request) {
  const auto listener = std::make_shared<EligibilityListener>();
  session.wallet().getCardEnrollmentService().checkEligibility(std::move(request), listener);
  FLORIN_TRY(wait(session, *listener));
  return std::move(listener->session);
}

Outcome<Digitized> digitize(WalletSession& session,
                            const std::shared_ptr<MGDigitizationSession>& eligible,
                            SecretBytes authenticationToken) {
  const auto listener = std::make_shared<DigitizationListener>();
  session.wallet().getCardEnrollmentService().digitizeCard(eligible, std::move(authenticationToken),
                                                           listener);
  FLORIN_TRY(wait(session, *listener));
  return std::move(listener->digitized);
}

Done chooseMethod(WalletSession& session, PendingCardActivation& pending,
                  const std::string& methodId) {
  const auto listener = std::make_shared<DigitizationListener>();
  pending.select(methodId, listener);
  return wait(session, *listener);
}

Done activateCard(WalletSession& session, PendingCardActivation& pending, SecretBytes otp) {
  const auto listener = std::make_shared<DigitizationListener>();
  pending.activate(std::move(otp), listener);
  return wait(session, *listener);
}

Done enroll(WalletSession& session, EnrollRequest request) {
  const auto listener = std::make_shared<EnrollListener>(std::move(request.code));
  Wallet& wallet = session.wallet();
  switch (request.call) {
    case EnrollCall::kEnroll:
      wallet.getEnrollingBusinessService().enroll(wallet.getCardEnrollmentService().getWalletId(),
                                                  request.pushToken, request.language, listener);
      break;
    case EnrollCall::kContinue:
      wallet.getEnrollingBusinessService().continueEnrollment(request.language, listener);
      break;
    case EnrollCall::kActivate:
      wallet.getProvisioningBusinessService().sendActivationCode(listener);
      break;
  }
  // A person may be typing the code: nothing is written over it.
  Done done = waitWith(session, *listener, {});
  if (!done.ok() && listener->noCode) return *listener->noCode;
  return done;
}

Outcome<std::vector<ServerMessage>> synchronize(WalletSession& session) {
  const auto listener = std::make_shared<PushListener>();
  session.wallet().getProvisioningBusinessService().synchronize(listener);
  return waitForMessages(session, *listener);
}

Outcome<std::vector<ServerMessage>> processPush(WalletSession& session,
                                                const std::map<std::string, std::string>& bundle) {
  const auto listener = std::make_shared<PushListener>();
  session.wallet().getProvisioningBusinessService().processIncomingMessage(bundle, listener);
  return waitForMessages(session, *listener);
}

Done updatePushToken(WalletSession& session, const std::string& token) {
  const auto listener = std::make_shared<PushListener>();
  session.wallet().getProvisioningBusinessService().updatePushToken(token, listener);
  return wait(session, *listener);
}

Outcome<std::vector<ServerMessage>> replenish(WalletSession& session,
                                              const std::string& tokenizedCardId, bool force) {
  const auto listener = std::make_shared<PushListener>();
  session.wallet().getProvisioningBusinessService().sendRequestForReplenishment(tokenizedCardId,
                                                                                listener, force);
  return waitForMessages(session, *listener);
}

Done ask(WalletSession& session, Wish wish, const std::string& digitalCardId) {
  const auto listener = std::make_shared<LifeCycleListener>();
  (session.wallet().getCardLifeCycleManager().*wish)(digitalCardId, listener);
  return wait(session, *listener);
}

Outcome<MGCardStatus> cardStatus(WalletSession& session, const std::string& digitalCardId) {
  const auto listener = std::make_shared<StatusListener>();
  session.wallet().getCardLifeCycleManager().getCardStatus(digitalCardId, listener);
  FLORIN_TRY(wait(session, *listener));
  return std::move(listener->status);
}

Outcome<std::vector<MGTransactionRecord>> history(WalletSession& session,
                                                  const std::string& digitalCardId) {
  const auto token = std::make_shared<TokenListener>();
  session.wallet().getProvisioningBusinessService().getAccessToken(
      digitalCardId, AccessTokenMode::NO_REFRESH, token);
  FLORIN_TRY(wait(session, *token));
  const auto listener = std::make_shared<HistoryListener>();
  session.wallet().getTransactionHistoryService().refreshHistory(
      std::move(token->token), digitalCardId, std::nullopt, listener);
  FLORIN_TRY(wait(session, *listener));
  return std::move(listener->records);
}

Done lock(WalletSession& session, LockReason reason) {
  const auto listener = std::make_shared<LockListener>();
  session.wallet().getWalletLockManager().lockWallet(reason, listener);
  return wait(session, *listener);
}

Done unlock(WalletSession& session) {
  const auto listener = std::make_shared<LockListener>();
  session.wallet().getWalletLockManager().unlockWallet(listener);
  return wait(session, *listener);
}

}  // namespace florin::apps
