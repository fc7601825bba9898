#include "fakes/memory_store.h"

#include "fakes/memory_audit_rows.h"
#include "fakes/memory_captures.h"
#include "fakes/memory_digitization_steps.h"
#include "fakes/memory_limited_key_rows.h"
#include "fakes/memory_notice_rows.h"
#include "fakes/memory_push_rows.h"
#include "fakes/memory_step_ups.h"
#include "fakes/memory_token_rows.h"

namespace florin::fakes {
namespace {

class MemoryUnit : public ports::Unit {
 public:
  MemoryUnit(MemoryTables& tables, UnitChanges& changes)
      : wallets_(tables, changes),
        codes_(tables, changes),
        enrollments_(tables, changes),
        devices_(tables, changes),
        operations_(tables, changes),
        results_(tables, changes),
        tokens_(tables, changes),
        paymentKeys_(tables, changes),
        limitedKeys_(tables, changes),
        authorizations_(tables, changes),
        digitalCards_(tables, changes),
        stepUps_(tables, changes),
        spentNonces_(tables, changes),
        pushSessions_(tables, changes),
        panGuesses_(tables, changes),
        apiTokens_(tables, changes),
        pushes_(tables, changes),
        notices_(tables, changes),
        digitizationSteps_(tables, changes),
        audit_(tables, changes),
        settings_(tables, changes) {}

  records::WalletRepository& wallets() override { return wallets_; }
  records::ActivationCodeRepository& codes() override { return codes_; }
  records::EnrollmentRepository& enrollments() override { return enrollments_; }
  records::DeviceRepository& devices() override { return devices_; }
  records::OperationRepository& operations() override { return operations_; }
  records::RequestResultRepository& results() override { return results_; }
  records::TokenRepository& tokens() override { return tokens_; }
  records::PaymentKeyRepository& paymentKeys() override { return paymentKeys_; }
  records::LimitedKeyRepository& limitedKeys() override { return limitedKeys_; }
  records::AuthorizationRepository& authorizations() override { return authorizations_; }
  records::DigitalCardRepository& digitalCards() override { return digitalCards_; }
  records::StepUpRepository& stepUps() override { return stepUps_; }
  records::SpentNonceRepository& spentNonces() override { return spentNonces_; }
  records::PushSessionRepository& pushSessions() override { return pushSessions_; }
  records::PanGuessesRepository& panGuesses() override { return panGuesses_; }
  records::ApiTokenRepository& apiTokens() override { return apiTokens_; }
  records::PushRepository& pushes() override { return pushes_; }
  records::NoticeRepository& notices() override { return notices_; }
  records::DigitizationStepRepository& digitizationSteps() override { return digitizationSteps_; }
  records::AuditRepository& audit() override { return audit_; }
  records::SettingsRepository& settings() override { return settings_; }

 private:
  MemoryWallets wallets_;
  MemoryCodes codes_;
  MemoryEnrollments enrollments_;
  MemoryDevices devices_;
  MemoryOperations operations_;
  MemoryResults results_;
  MemoryTokens tokens_;
  MemoryPaymentKeys paymentKeys_;
  MemoryLimitedKeys limitedKeys_;
  MemoryAuthorizations authorizations_;
  MemoryDigitalCards digitalCards_;
  MemoryStepUps stepUps_;
  MemorySpentNonces spentNonces_;
  MemoryPushSessions pushSessions_;
  MemoryPanGuesses panGuesses_;
  MemoryApiTokens apiTokens_;
  MemoryPushes pushes_;
  MemoryNotices notices_;
  MemoryDigitizationSteps digitizationSteps_;
  MemoryAudit audit_;
  MemorySettings settings_;
};

bool takeOne(unsigned& count) {
  if (count == 0) return false;
  --count;
  return true;
}

}  // namespace

MemoryStore::MemoryStore() : tables_(std::make_unique<MemoryTables>()) {}
MemoryStore::~MemoryStore() = default;

void MemoryStore::failCommits(unsigned count) {
  const std::lock_guard lock(mutex_);
  failing_ = count;
}

void MemoryStore::rerunUnits(unsigned count) {
  const std::lock_guard lock(mutex_);
  rerunning_ = count;
}

std::shared_ptr<const MemoryTables> MemoryStore::content() {
  const std::lock_guard lock(mutex_);
  return std::make_shared<const MemoryTables>(*tables_);
}

void MemoryStore::setContent(const std::shared_ptr<const MemoryTables>& content) {
  const std::lock_guard lock(mutex_);
  *tables_ = *content;
}

std::uint64_t MemoryStore::commits() {
  const std::lock_guard lock(mutex_);
  return commits_;
}

Status MemoryStore::runWrite(const Body& body) {
  const std::lock_guard lock(mutex_);
  UnitChanges changes(true);
  MemoryUnit unit(*tables_, changes);
  Status status = body(unit);
  if (takeOne(rerunning_)) {
    changes.rollBack();
    status = body(unit);
  }
  if (status.ok() && takeOne(failing_)) {
    status = Error(Code::kUnavailable, "the store was told to fail");
  }
  if (!status.ok()) {
    changes.rollBack();
    return status;
  }
  ++commits_;
  return {};
}

Status MemoryStore::runRead(const Body& body) {
  const std::lock_guard lock(mutex_);
  UnitChanges changes(false);
  MemoryUnit unit(*tables_, changes);
  return body(unit);
}

}  // namespace florin::fakes
