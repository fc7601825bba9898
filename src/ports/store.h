// Store is a unit of work: a closure over repositories, run in one transaction (D10). The closure
// may run again (a savepoint lost, a serialization failure), so it touches only the unit and what
// it returns: no I/O, no custody, no listener. An Error rolls back; an outcome that must persist,
// such as a counted try, is a value.
#pragma once

#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include "florin/result.h"
#include "records/audit.h"
#include "records/captures.h"
#include "records/digitization_steps.h"
#include "records/limited_keys.h"
#include "records/notices.h"
#include "records/pushes.h"
#include "records/settings.h"
#include "records/step_ups.h"
#include "records/tokens.h"
#include "records/wallets.h"

namespace florin::ports {

// Unit gives the repositories of one transaction. It and they are valid only inside the closure.
class Unit {
 public:
  virtual ~Unit() = default;
  virtual records::WalletRepository& wallets() = 0;
  virtual records::ActivationCodeRepository& codes() = 0;
  virtual records::EnrollmentRepository& enrollments() = 0;
  virtual records::DeviceRepository& devices() = 0;
  virtual records::OperationRepository& operations() = 0;
  virtual records::RequestResultRepository& results() = 0;
  virtual records::TokenRepository& tokens() = 0;
  virtual records::PaymentKeyRepository& paymentKeys() = 0;
  virtual records::LimitedKeyRepository& limitedKeys() = 0;
  virtual records::AuthorizationRepository& authorizations() = 0;
  virtual records::DigitalCardRepository& digitalCards() = 0;
  virtual records::StepUpRepository& stepUps() = 0;
  virtual records::SpentNonceRepository& spentNonces() = 0;
  virtual records::PushSessionRepository& pushSessions() = 0;
  virtual records::PanGuessesRepository& panGuesses() = 0;
  virtual records::ApiTokenRepository& apiTokens() = 0;
  virtual records::PushRepository& pushes() = 0;
  virtual records::NoticeRepository& notices() = 0;
  virtual records::DigitizationStepRepository& digitizationSteps() = 0;
  virtual records::AuditRepository& audit() = 0;
  virtual records::SettingsRepository& settings() = 0;
};

// Store is called from several threads at once.
class Store {
 public:
  virtual ~Store() = default;

  // write runs `work` (Unit& -> Result<T>) in one transaction; its changes are durable when write
  // returns (I5). kUnavailable: the store is full, locked or gone, and nothing was changed.
  // kConflict from the work comes back as it is.
  template <class Work>
  auto write(Work&& work) -> std::invoke_result_t<Work&, Unit&> {
    return run(std::forward<Work>(work), [this](const Body& body) { return runWrite(body); });
  }

  // read runs `work` on a consistent snapshot; changing methods fail with kWrongState.
  template <class Work>
  auto read(Work&& work) -> std::invoke_result_t<Work&, Unit&> {
    return run(std::forward<Work>(work), [this](const Body& body) { return runRead(body); });
  }

 protected:
  using Body = std::function<Status(Unit&)>;
  virtual Status runWrite(const Body& body) = 0;
  virtual Status runRead(const Body& body) = 0;

 private:
  template <class Work, class Run>
  static auto run(Work&& work, Run&& runBody) -> std::invoke_result_t<Work&, Unit&> {
    std::optional<std::invoke_result_t<Work&, Unit&>> outcome;
    const Status status = runBody([&](Unit& unit) -> Status {
      outcome.reset();
      outcome.emplace(work(unit));
      if (!outcome->ok()) return outcome->error();
      return {};
    });
    if (!status.ok()) return status.error();
    return std::move(*outcome);
  }
};

}  // namespace florin::ports
