#include "wallet/enroll.h"

#include <algorithm>

#include "base/limits.h"
#include "codec/small_forms.h"
#include "wallet/code_entry.h"
#include "wallet/enroll_steps.h"
#include "wallet/push_token.h"
#include "wallet/requests.h"

namespace florin::wallet {
namespace {

using messages::CpsStatus;
using Sdk = ProvisioningServiceErrorCode;
using Told = Notifier<EnrollingServiceListener>;

// Situation is the row of D5's table, read from the vault.
struct Situation {
  EnrollmentStatus status = EnrollmentStatus::ENROLLMENT_NEEDED;
  bool deviceStored = false;
  vault::EnrollmentPhase phase = vault::EnrollmentPhase::kCodeNeeded;
  Bytes message;     // E1 or E3
  std::string path;  // where it goes
};

Result<Situation> situationOf(const vault::Vault& vault) {
  Situation situation;
  situation.status = statusOf(vault);
  situation.deviceStored = vault.find(vault::Kind::kDevice, {}) != nullptr;
  FLORIN_TRY_ASSIGN(const auto record, vault::readRecord<vault::EnrollmentRecord>(vault));
  if (!record) return situation;
  situation.phase = record->phase;
  if (record->phase == vault::EnrollmentPhase::kAwaitingE2) {
    FLORIN_TRY_ASSIGN(auto state, protocol::AwaitingE2::fromBytes(record->state));
    situation.message = std::move(state.e1);
    situation.path = "/cps/v1/enrollments";
  } else if (record->phase == vault::EnrollmentPhase::kAwaitingE4) {
    FLORIN_TRY_ASSIGN(auto state, protocol::AwaitingE4::fromBytes(record->state));
    situation.message = std::move(state.e3);
    situation.path = "/cps/v1/enrollments/" + state.enrollmentId.toString() + "/finish";
  }
  return situation;
}

// isTheirs: the answer was wrong, not we.
bool isTheirs(const Error& error) {
  return error.code() == Code::kMalformed || error.code() == Code::kUnauthenticated ||
         error.code() == Code::kTooLarge;
}

class EnrollFlow : public std::enable_shared_from_this<EnrollFlow> {
 public:
  EnrollFlow(Core& core, Disarm disarm, Told told, Given given)
      : core_(core),
        disarm_(std::move(disarm)),
        told_(std::move(told)),
        given_(std::move(given)),
        doing_(core.progress, ProvisioningPhase::ENROLLING) {}

  void start() {
    told_.tell([](EnrollingServiceListener& listener) { listener.onStarted(); });
    step();
  }

 private:
  // step does what the vault says comes next.
  void step() {
    auto situation = core_.withVault([](vault::Vault& vault) { return situationOf(vault); });
    if (!situation.ok()) return fail(internalError(core_, situation.error()));
    core_.log.info("enrollment.step", {{"phase", static_cast<int>(situation->phase)},
                                       {"deviceStored", situation->deviceStored}});
    if (situation->deviceStored) return firstExchange();
    switch (situation->phase) {
      case vault::EnrollmentPhase::kKeysKept:
      case vault::EnrollmentPhase::kCodeNeeded: return getCode();
      case vault::EnrollmentPhase::kCodeEntered: return then(makeE1(core_));
      case vault::EnrollmentPhase::kAwaitingE2:
        return send(std::move(*situation), &EnrollFlow::onE2);
      case vault::EnrollmentPhase::kAwaitingE4:
        return send(std::move(*situation), &EnrollFlow::onE4);
    }
  }

  // then goes on after a durable step, in a task of its own.
  void then(const Status& status) {
    if (!status.ok()) {
      return fail(isTheirs(status.error()) ? serverResponseError(status.error())
                                           : internalError(core_, status.error()));
    }
    core_.post([self = shared_from_this()] { self->step(); });
  }

  void getCode() {
    askCode(core_, told_,
            [self = shared_from_this()](CodeOrError code) { self->onCode(std::move(code)); });
  }

  void onCode(CodeOrError code) {
    if (const auto* error = std::get_if<ProvisioningServiceError>(&code)) return fail(*error);
    then(enterCode(core_, std::get<SecretBytes>(code), given_));
  }

  using OnAnswer = void (EnrollFlow::*)(const Answer&);
  void send(Situation situation, OnAnswer onAnswer) {
    sendRequest(core_,
                {std::move(situation.path), kOctets, std::move(situation.message), true,
                 ProvisioningPhase::ENROLLING},
                [self = shared_from_this(), onAnswer](const Answer& answer) {
                  ((*self).*onAnswer)(answer);
                });
  }

  void onE2(const Answer& answer) {
    if (const auto* failure = std::get_if<Failure>(&answer)) return e1Refused(*failure);
    const auto verdict = takeE2(core_, std::get<Bytes>(answer));
    if (!verdict.ok()) return then(verdict.error());
    if (!verdict->codeWrong) return then({});
    fail(provisioningError(CpsStatus::kCodeWrong, verdict->triesLeft));
  }

  // A refusal of E1 that will not pass ends the attempt, which is nothing but an attempt: the same
  // E1 would be refused again, also after the wallet has registered again (requests.h). Everything
  // else is a report.
  void e1Refused(const Failure& failure) {
    const auto status = failure.cpsStatus();
    if (status == CpsStatus::kCodeTriesExceeded || status == CpsStatus::kCodeExpired ||
        status == CpsStatus::kWalletUnknown || status == CpsStatus::kEnrollmentFailed) {
      return endAttempt(failure, AfterIt::kNeeded);
    }
    if (status && !messages::factsOf(*status).retryable) {
      return endAttempt(failure, AfterIt::kCodeAgain);
    }
    fail(provisioningError(failure));
  }

  void onE4(const Answer& answer) {
    if (const auto* failure = std::get_if<Failure>(&answer)) return e3Refused(*failure);
    then(takeE4(core_, std::get<Bytes>(answer)));
  }

  // After E3 the backend may have bound the code to our key. Its word that this E3 will never do
  // ends the attempt, but not the keys: they serve the next one. That it knows no such wallet is an
  // outage until it says so inside the channel (D6).
  void e3Refused(const Failure& failure) {
    const auto status = failure.cpsStatus();
    if (status == CpsStatus::kInvalidConversation || status == CpsStatus::kEnrollmentFailed ||
        status == CpsStatus::kCodeExpired) {
      return endAttempt(failure, AfterIt::kCodeAgain);
    }
    fail(provisioningError(failure));
  }

  enum class AfterIt : std::uint8_t { kNeeded, kCodeAgain };
  void endAttempt(const Failure& failure, AfterIt after) {
    const Status forgotten = forgetAttempt(core_, after == AfterIt::kCodeAgain);
    fail(forgotten.ok() ? provisioningError(failure) : internalError(core_, forgotten.error()));
  }

  void firstExchange() {
    runSession(core_, disarm_, [self = shared_from_this()](SessionOutcome outcome) {
      if (outcome.error) return self->fail(*outcome.error);
      self->core_.conversationEnded();
      self->told_.complete();
    });
  }

  void fail(const ProvisioningServiceError& error) {
    core_.progress->ended(error.sdkCode);
    core_.conversationEnded();
    told_.fail(error);
  }

  Core& core_;
  const Disarm disarm_;
  Told told_;
  const Given given_;
  Doing doing_;
};

void enrollNow(Core& core, const Disarm& disarm, Told told, const Given& given) {
  if (!isRegistered(core)) {
    core.conversationEnded();
    return told.fail(localError(Sdk::ENROLLMENT_BLOCKED_SECURE_WALLET_ENROLLMENT_REQUIRED,
                                "wallet secure enrollment is missing"));
  }
  const auto status = core.withVault([](vault::Vault& vault) { return statusOf(vault); });
  if (status == EnrollmentStatus::ENROLLMENT_COMPLETE) {
    core.conversationEnded();
    return told.fail(localError(Sdk::INVALID_ARGUMENT, "the device is enrolled already"));
  }
  std::make_shared<EnrollFlow>(core, disarm, told, given)->start();
}

// changeLanguage takes the language of a resumed enrollment, as long as E3 is not made; afterwards
// a changed language goes by exchange.
Status changeLanguage(Core& core, const std::string& language) {
  return core.withVault([&](vault::Vault& vault) -> Status {
    FLORIN_TRY_ASSIGN(auto record, vault::readRecord<vault::EnrollmentRecord>(vault));
    if (!record || record->language == language ||
        record->phase == vault::EnrollmentPhase::kAwaitingE4) {
      return {};
    }
    record->language = language;
    vault::Transaction transaction;
    putRecord(transaction, *record);
    return vault.commit(std::move(transaction));
  });
}

void resumeNow(Core& core, const Disarm& disarm, Told told, const std::string& language) {
  const auto status = core.withVault([](vault::Vault& vault) { return statusOf(vault); });
  if (status != EnrollmentStatus::ENROLLMENT_IN_PROGRESS) {
    core.conversationEnded();
    return told.fail(
        localError(Sdk::ENROLLMENT_REQUIRED, "no enrollment is in progress: call enroll"));
  }
  if (const Status changed = changeLanguage(core, language); !changed.ok()) {
    core.conversationEnded();
    return told.fail(internalError(core, changed.error()));
  }
  enrollNow(core, disarm, told, {std::nullopt, language});
}

}  // namespace

EnrollmentStatus EnrollService::isEnrolled() const {
  return core_.withVault([](vault::Vault& vault) { return statusOf(vault); });
}

void EnrollService::enroll(const std::string& walletId, const std::string& pushToken,
                           const std::string& language,
                           std::shared_ptr<EnrollingServiceListener> listener) {
  Told told(core_, std::move(listener));
  const auto own = core_.withVault([](vault::Vault& vault) { return walletOf(vault); });
  if (!own.ok() || walletId != own->walletId.toString() || !codec::isLanguage(language) ||
      !isPushToken(pushToken)) {
    return told.fail(
        localError(Sdk::INVALID_ARGUMENT, "walletId, push token or language has not its form"));
  }
  core_.post([&core = core_, disarm = disarm_, told, given = Given{pushToken, language}] {
    core.converse([&core, disarm, told, given] { enrollNow(core, disarm, told, given); });
  });
}

void EnrollService::continueEnrollment(const std::string& language,
                                       std::shared_ptr<EnrollingServiceListener> listener) {
  Told told(core_, std::move(listener));
  if (!codec::isLanguage(language)) {
    return told.fail(localError(Sdk::INVALID_ARGUMENT, "the language has not its form"));
  }
  core_.post([&core = core_, disarm = disarm_, told, language] {
    core.converse([&core, disarm, told, language] { resumeNow(core, disarm, told, language); });
  });
}

}  // namespace florin::wallet
