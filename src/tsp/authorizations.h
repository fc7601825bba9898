// Authorizations: a cryptogram that came from an acquirer is approved or declined (D8). An ATC is
// accepted once and only if it was issued; a repeat under the same Idempotency-Key gets the stored
// answer and books nothing.
#pragma once

#include <string>
#include <string_view>

#include "emv/authorization_data.h"
#include "tsp/tokens.h"

namespace florin::tsp {

// Why an authorization was answered as it was. The text stands in answers and history.
enum class Reason : std::uint8_t {
  kApproved,
  kUnknownToken,
  kDeclinedByCard,  // an AAC
  kTokenNotActive,  // ID&V is missing
  kTokenSuspended,
  kTokenDeleted,
  kTokenExpired,
  kWrongCryptogram,
  kAtcNotIssued,  // or so far ahead of the others that its device cannot have come there
  kAtcUsed,
  kAtcVoid,
  kAtcTooLate,    // of a limited-use key: behind the program's late window
  kKeyNotIssued,  // a limited-use key's index that was never issued
  kKeyVoid,
  kKeyExpired,
  kKeyUsedUp,
  kKeyReplaced,  // its successor has arrived for longer than the grace
  kWrongCurrency,
  kAmountOverLimit,
  kTooManyPayments,              // of the program's within a day
  kDailyAmountOverLimit,         // with this one
  kCardholderUnverified,         // above the program's limit nobody had verified the cardholder
  kOfflineAuthenticationFailed,  // the terminal could not prove the card, and the program wants it
};
std::string_view name(Reason reason);

struct AuthorizationCall {
  base::TenantId acquirer;
  std::string_view idempotencyKey;  // 1 to limits::kIdempotencyKey characters
  ByteView body;                    // JSON: {"emv": "<hex of emv/authorization_data.h>"}
};

class Authorizations {
 public:
  explicit Authorizations(Tsp& tsp) : tsp_(tsp) {}

  // authorize gives the JSON answer: authorizationId, outcome "approved" or "declined", reason,
  // responseCode ("00", "05"), atc, amount and, when the cryptogram verified, arpc. A decline is an
  // answer, not an error. Of an approval the card's device is told by push, written with it.
  // kMalformed: the body has not its form; kConflict: the key was used with another body.
  Result<std::string> authorize(const AuthorizationCall& call);

 private:
  struct Facts;
  Result<Facts> examine(const emv::CryptogramRequest& request);
  Result<Reason> spend(ports::Unit& unit, const Facts& facts);
  Result<Reason> spendKey(ports::Unit& unit, const Facts& facts);
  static Result<Reason> spendSingle(ports::Unit& unit, const Facts& facts);
  Result<Reason> spendLimited(ports::Unit& unit, const Facts& facts);
  Result<Reason> useLimited(ports::Unit& unit, const records::LimitedKey& key);
  Result<Reason> withinVelocity(ports::Unit& unit, const Facts& facts);
  Result<bool> isOfLostDays(ports::Unit& unit, const records::Token& token);

  Tsp& tsp_;
};

}  // namespace florin::tsp
