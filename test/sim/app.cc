#include "app.h"

#include <algorithm>

#include "base/bytes.h"
#include "protocol/code.h"

namespace florin::sim {

using Sdk = ProvisioningServiceErrorCode;

struct App::Call {
  const char* name = "";
  Entry entry = Entry::kRight;
  std::size_t card = 0;  // of a digitization
  bool started = false;
  bool ended = false;
};

namespace {

constexpr unsigned kDigitizations = 12;  // of one wallet: the backend's bounds are not the subject

class Enrolling : public EnrollingServiceListener {
 public:
  Enrolling(App& app, std::shared_ptr<App::Call> call) : app_(app), call_(std::move(call)) {}
  void onStarted() override { app_.started(call_); }
  void onCodeRequired(std::shared_ptr<CHCodeVerifier> verifier) override {
    app_.codeRequired(call_, *verifier);
  }
  void onComplete() override { app_.ended(call_, nullptr); }
  void onError(const ProvisioningServiceError& error) override { app_.ended(call_, &error); }

 private:
  App& app_;
  const std::shared_ptr<App::Call> call_;
};

class Registering : public WalletSecureEnrollmentListener {
 public:
  Registering(App& app, std::shared_ptr<App::Call> call) : app_(app), call_(std::move(call)) {}
  void onComplete() override { app_.ended(call_, nullptr); }
  void onError(const ProvisioningServiceError& error) override { app_.ended(call_, &error); }

 private:
  App& app_;
  const std::shared_ptr<App::Call> call_;
};

class Pushed : public PushServiceListener {
 public:
  Pushed(App& app, std::shared_ptr<App::Call> call) : app_(app), call_(std::move(call)) {}
  void onServerMessage(const std::string&, const ProvisioningServiceMessage&) override {}
  void onComplete() override { app_.ended(call_, nullptr); }
  void onError(const ProvisioningServiceError& error) override { app_.ended(call_, &error); }
  void onUnsupportedPushContent(const std::map<std::string, std::string>&) override {
    app_.unsupported(call_);
  }

 private:
  App& app_;
  const std::shared_ptr<App::Call> call_;
};

class Digitizing : public MGDigitizationListener {
 public:
  Digitizing(App& app, std::shared_ptr<App::Call> call) : app_(app), call_(std::move(call)) {}
  void onCPSActivationCodeAcquired(const std::string& digitalCardId,
                                   const SecretBytes& code) override {
    app_.codeAcquired(call_, digitalCardId, code);
  }
  void onComplete(const std::string&) override { app_.ended(call_, nullptr); }
  void onError(const std::string&, const MobileGatewayError& error) override {
    app_.ended(call_, error);
  }

 private:
  App& app_;
  const std::shared_ptr<App::Call> call_;
};

class Changing : public MGCardLifeCycleListener {
 public:
  Changing(App& app, std::shared_ptr<App::Call> call) : app_(app), call_(std::move(call)) {}
  void onComplete(const std::string&) override { app_.ended(call_, nullptr); }
  void onError(const std::string&, const MobileGatewayError& error) override {
    app_.ended(call_, error);
  }

 private:
  App& app_;
  const std::shared_ptr<App::Call> call_;
};

}  // namespace

std::shared_ptr<App::Call> App::begin(const char* name, Entry entry) {
  call_ = std::make_shared<Call>();
  call_->name = name;
  call_->entry = entry;
  trace_.line("call", device_.index(), name, static_cast<int>(entry));
  return call_;
}

std::string App::describeCall() const { return call_ ? call_->name : "no call"; }

void App::startWse() {
  device_.wallet().getWalletSecureEnrollmentBusinessService().startWalletSecureEnrollment(
      std::make_shared<Registering>(*this, begin("wse")));
}

void App::digitize(std::size_t card) {
  ++digitizations_;
  const auto call = begin("digitize");
  call->card = card;
  CardInput input;
  input.pan = SecretBytes::copyOf(base::asBytes(cards.at(card).pan));
  input.expiry = "1230";
  device_.wallet().getCardEnrollmentService().digitizeCard(
      std::move(input), "en", std::make_shared<Digitizing>(*this, call));
}

void App::enroll(Entry entry) {
  device_.wallet().getEnrollingBusinessService().enroll(
      device_.wallet().getCardEnrollmentService().getWalletId(), pushToken, "en",
      std::make_shared<Enrolling>(*this, begin("enroll", entry)));
}

void App::resume(Entry entry) {
  device_.wallet().getEnrollingBusinessService().continueEnrollment(
      "en", std::make_shared<Enrolling>(*this, begin("continue", entry)));
}

void App::activate(Entry entry) {
  device_.wallet().getProvisioningBusinessService().sendActivationCode(
      std::make_shared<Enrolling>(*this, begin("activate", entry)));
}

void App::retry() {
  device_.wallet().getProvisioningBusinessService().retrySession(
      std::make_shared<Enrolling>(*this, begin("retry")));
}

void App::synchronize() {
  device_.wallet().getProvisioningBusinessService().synchronize(
      std::make_shared<Pushed>(*this, begin("synchronize")));
}

void App::replenish(const std::string& card, bool force) {
  device_.wallet().getProvisioningBusinessService().sendRequestForReplenishment(
      card, std::make_shared<Pushed>(*this, begin("replenish")), force);
}

void App::poll() {
  if (busy()) return;
  for (const DigitalizedCard& card : device_.wallet().getDigitalizedCardManager().getAllCards()) {
    if (card.needsReplenishment && card.state == CardState::ACTIVE) {
      return replenish(card.tokenizedCardId, false);
    }
  }
  synchronize();
}

void App::takePushToken(std::string token) {
  pushToken = std::move(token);
  device_.wallet().getProvisioningBusinessService().updatePushToken(
      pushToken, std::make_shared<Pushed>(*this, begin("push token")));
}

void App::pushed(const std::map<std::string, std::string>& bundle) {
  const auto call = std::make_shared<Call>();
  call->name = "push";
  trace_.line("pushed", device_.index());
  device_.wallet().getProvisioningBusinessService().processIncomingMessage(
      bundle, std::make_shared<Pushed>(*this, call));
}

void App::change(std::size_t card, Change what) {
  MGCardLifeCycleManager& manager = device_.wallet().getCardLifeCycleManager();
  const std::string& id = cards.at(card).digitalCardId;
  switch (what) {
    case Change::kSuspend:
      return manager.suspendCard(id, std::make_shared<Changing>(*this, begin("suspend")));
    case Change::kResume:
      return manager.resumeCard(id, std::make_shared<Changing>(*this, begin("resume")));
    case Change::kDelete:
      cards.at(card).wanted = false;
      return manager.deleteCard(id, std::make_shared<Changing>(*this, begin("delete")));
  }
}

void App::chooseDefault(std::size_t card) {
  DigitalizedCardManager& manager = device_.wallet().getDigitalizedCardManager();
  const auto id = manager.getTokenizedCardId(cards.at(card).digitalCardId);
  if (!id) return;
  trace_.line("default", device_.index(), card, manager.setDefaultCard(*id).ok());
}

void App::tap(bool arm) {
  if (arm) {
    const Status armed = device_.wallet().getCardEmulation().arm();
    trace_.line("arm", device_.index(), armed.ok());
  }
  if (!device_.disk.dead()) payments_.tap(device_);
}

bool App::inWallet(const WantedCard& card) {
  return !card.digitalCardId.empty() &&
         device_.wallet().getDigitalizedCardManager().getTokenizedCardId(card.digitalCardId);
}

Entry App::wildEntry() {
  if (chance_.percent(75)) return Entry::kRight;
  return static_cast<Entry>(1 + chance_.below(4));
}

// codeFor gives what the user types; nothing when the user cancels.
std::string App::codeFor(Entry entry) {
  switch (entry) {
    case Entry::kRight:
      for (std::size_t i = 0; i < cards.size(); ++i) {
        if (cards[i].code.empty() || !takesCode(cards[i])) continue;
        entered_ = i;
        return cards[i].code;
      }
      return {};
    case Entry::kWrong:
      return std::string(
          base::asText(protocol::newCode(messages::Suite::kS1, chance_.random()).expose()));
    case Entry::kOfAnotherCard: {
      const std::size_t other = chance_.below(cards.size());
      if (!cards[other].code.empty()) entered_ = other;
      return cards[other].code;
    }
    case Entry::kMalformed: return "not a code";
    case Entry::kCancelled: return {};
  }
  return {};
}

void App::started(const std::shared_ptr<Call>& call) {
  verdict_.require(!call->started && !call->ended, "I9", "onStarted came twice or late");
  call->started = true;
}

void App::codeRequired(const std::shared_ptr<Call>& call, CHCodeVerifier& verifier) {
  if (call != call_) return;
  verdict_.require(call->started && !call->ended, "I9", "onCodeRequired came out of order");
  const std::string code = codeFor(call->entry);
  const auto inputer = verifier.getSecureCodeInputer();
  if (code.empty()) return;
  for (const char c : code) inputer->input(static_cast<std::uint8_t>(c));
  inputer->finish();
}

void App::codeAcquired(const std::shared_ptr<Call>& call, const std::string& digitalCardId,
                       const SecretBytes& code) {
  if (call != call_) return;
  WantedCard& card = cards.at(call->card);
  card.digitalCardId = digitalCardId;
  card.code = std::string(base::asText(code.expose()));
}

void App::ended(const std::shared_ptr<Call>& call, const ProvisioningServiceError* error) {
  verdict_.require(!call->ended, "I9", "a listener was told the end twice");
  call->ended = true;
  if (call != call_) return;
  call_.reset();
  trace_.line("ended", device_.index(), call->name,
              error == nullptr ? "complete" : name(error->sdkCode),
              error == nullptr ? 0 : error->cpsCode);
  if (error == nullptr || call->entry != Entry::kRight) return;
  const bool codeIsOver = error->sdkCode == Sdk::ENROLLMENT_WRONG_ACTIVATION_CODE ||
                          error->sdkCode == Sdk::ENROLLMENT_CREDENTIAL_EXPIRED ||
                          error->sdkCode == Sdk::ENROLLMENT_TRY_LIMIT_EXCEEDED;
  if (codeIsOver && entered_ < cards.size()) cards[entered_].code.clear();
}

void App::ended(const std::shared_ptr<Call>& call, const MobileGatewayError& error) {
  verdict_.require(!call->ended, "I9", "a listener was told the end twice");
  call->ended = true;
  if (call != call_) return;
  call_.reset();
  trace_.line("ended", device_.index(), call->name, name(error.code));
}

void App::unsupported(const std::shared_ptr<Call>& call) {
  verdict_.require(!call->ended, "I9", "a listener was told the end twice");
  call->ended = true;
}

void App::actWildly() {
  synchronized_ = false;
  const auto wse = device_.wallet().getWalletSecureEnrollmentBusinessService().getState();
  if (wse != WalletSecureEnrollmentState::WSE_COMPLETED && chance_.percent(90)) return startWse();
  if (chance_.percent(5)) {  // whatever the situation
    switch (chance_.below(6)) {
      case 0: return enroll(wildEntry());
      case 1: return resume(wildEntry());
      case 2: return activate(wildEntry());
      case 3: return startWse();
      case 4: return retry();
      default: return synchronize();
    }
  }
  const std::size_t some = chance_.below(cards.size());
  const bool wanted = cards[some].code.empty() && !inWallet(cards[some]);
  if ((wanted || chance_.percent(3)) && digitizations_ < kDigitizations) return digitize(some);
  switch (device_.wallet().getEnrollingBusinessService().isEnrolled()) {
    case EnrollmentStatus::ENROLLMENT_NEEDED: return enroll(wildEntry());
    case EnrollmentStatus::ENROLLMENT_IN_PROGRESS: return resume(wildEntry());
    case EnrollmentStatus::ENROLLMENT_COMPLETE: break;
  }
  const auto provisioned = device_.wallet().getDigitalizedCardManager().getAllCards();
  if (provisioned.size() < cards.size() && chance_.percent(50)) return activate(wildEntry());
  if (provisioned.empty() || chance_.percent(15)) return synchronize();
  if (chance_.percent(25)) {
    return replenish(provisioned[chance_.below(provisioned.size())].tokenizedCardId,
                     chance_.percent(50));
  }
  tap(chance_.percent(50));
}

void App::lookAgain() {
  synchronized_ = false;
  nextToDigitize_ = 0;
}

bool App::actSensibly() {
  const auto wse = device_.wallet().getWalletSecureEnrollmentBusinessService().getState();
  if (wse != WalletSecureEnrollmentState::WSE_COMPLETED) return startWse(), true;
  const auto status = device_.wallet().getEnrollingBusinessService().isEnrolled();
  if (status == EnrollmentStatus::ENROLLMENT_COMPLETE && !synchronized_) {
    synchronized_ = true;
    return synchronize(), true;
  }
  lookAtCards();
  if (status == EnrollmentStatus::ENROLLMENT_NEEDED) wipeGhosts();
  for (std::size_t i = 0; i < cards.size(); ++i) {
    if (status == EnrollmentStatus::ENROLLMENT_COMPLETE && !cards[i].wanted && inWallet(cards[i])) {
      synchronized_ = false;
      return change(i, Change::kDelete), true;
    }
  }
  // A code that is bound already is not given out again: then the enrollment goes on without.
  while (nextToDigitize_ < cards.size()) {
    const std::size_t i = nextToDigitize_++;
    if (cards[i].code.empty() && takesCode(cards[i])) return digitize(i), true;
  }
  lookAgain();
  // Without a card that is wanted there is no code, and nothing to enroll for.
  const bool wants = std::ranges::any_of(cards, &WantedCard::wanted);
  if (status == EnrollmentStatus::ENROLLMENT_NEEDED && !wants) return false;
  if (status == EnrollmentStatus::ENROLLMENT_NEEDED) return enroll(Entry::kRight), true;
  if (status == EnrollmentStatus::ENROLLMENT_IN_PROGRESS) return resume(Entry::kRight), true;
  const bool missing = std::ranges::any_of(
      cards, [this](const WantedCard& card) { return card.wanted && !inWallet(card); });
  if (missing) return activate(Entry::kRight), true;
  return replenishSensibly();
}

// wipeGhosts: what the user has deleted, and a restored backend has neither card nor device of, is
// the wallet's alone to erase.
void App::wipeGhosts() {
  for (const WantedCard& card : cards) {
    if (card.wanted || !inWallet(card)) continue;
    const auto id =
        device_.wallet().getDigitalizedCardManager().getTokenizedCardId(card.digitalCardId);
    const Status wiped = device_.wallet().getDataController().wipeCard(*id);
    trace_.line("wipe card", device_.index(), wiped.ok());
  }
}

// lookAtCards: a card that was in the wallet and is gone needs a new code. One that is there under
// another id is the user's, too: a restored backend may bring back what was replaced meanwhile.
void App::lookAtCards() {
  const auto all = device_.wallet().getDigitalizedCardManager().getAllCards();
  for (WantedCard& card : cards) {
    for (const DigitalizedCard& other : all) {
      if (!inWallet(card) && card.pan.ends_with(other.panLastFour)) {
        card.digitalCardId = other.digitalCardId;
      }
    }
    const bool here = inWallet(card);
    if (card.seen && !here) card.code.clear();
    card.seen = here;
  }
}

// takesCode: a card that is missing; or any, when the device has to enroll again.
bool App::takesCode(const WantedCard& card) {
  const auto status = device_.wallet().getEnrollingBusinessService().isEnrolled();
  return card.wanted && (!inWallet(card) || status != EnrollmentStatus::ENROLLMENT_COMPLETE);
}

// A limited-use key is taken for old when half of its time is over.
bool App::replenishSensibly() {
  for (const DigitalizedCard& card : device_.wallet().getDigitalizedCardManager().getAllCards()) {
    const bool old = card.keyExpires && *card.keyExpires < device_.realTime() + kLukLifetime / 2;
    const bool full = card.paymentsLeft >= kKeyStock && !old;
    if (full || card.state != CardState::ACTIVE) continue;
    synchronized_ = true;
    return replenish(card.tokenizedCardId, true), true;
  }
  return false;
}

}  // namespace florin::sim
