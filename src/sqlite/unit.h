// SqliteUnit is the unit of work over one connection; who makes it holds the transaction.
#pragma once

#include "ports/store.h"
#include "sqlite/audit_rows.h"
#include "sqlite/capture_rows.h"
#include "sqlite/digitization_step_rows.h"
#include "sqlite/limited_key_rows.h"
#include "sqlite/notice_rows.h"
#include "sqlite/push_rows.h"
#include "sqlite/step_up_rows.h"
#include "sqlite/token_rows.h"
#include "sqlite/wallet_rows.h"

namespace florin::sqlite {

using UnitBody = std::function<Status(ports::Unit&)>;

class SqliteUnit : public ports::Unit {
 public:
  explicit SqliteUnit(Connection& db)
      : wallets_(db),
        codes_(db),
        enrollments_(db),
        devices_(db),
        operations_(db),
        results_(db),
        tokens_(db),
        paymentKeys_(db),
        limitedKeys_(db),
        authorizations_(db),
        digitalCards_(db),
        stepUps_(db),
        spentNonces_(db),
        pushSessions_(db),
        panGuesses_(db),
        apiTokens_(db),
        pushes_(db),
        notices_(db),
        digitizationSteps_(db),
        audit_(db),
        settings_(db) {}

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
  WalletRows wallets_;
  CodeRows codes_;
  EnrollmentRows enrollments_;
  DeviceRows devices_;
  OperationRows operations_;
  ResultRows results_;
  TokenRows tokens_;
  PaymentKeyRows paymentKeys_;
  LimitedKeyRows limitedKeys_;
  AuthorizationRows authorizations_;
  DigitalCardRows digitalCards_;
  StepUpRows stepUps_;
  SpentNonceRows spentNonces_;
  PushSessionRows pushSessions_;
  PanGuessesRows panGuesses_;
  ApiTokenRows apiTokens_;
  PushRows pushes_;
  NoticeRows notices_;
  DigitizationStepRows digitizationSteps_;
  AuditRows audit_;
  SettingRows settings_;
};

// runBody runs a unit of work; an exception out of it is a fault of ours and rolls back.
inline Status runBody(Connection& db, const UnitBody& body) {
  SqliteUnit unit(db);
  try {
    return body(unit);
  } catch (...) {
    return Error(Code::kInternal, "a unit of work threw");
  }
}

}  // namespace florin::sqlite
