#include "tsp/authorizations.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "base/running_atc.h"
#include "codec/json_reader.h"
#include "codec/json_writer.h"
#include "crypto/equal.h"
#include "crypto/hash.h"
#include "tsp/atc_window.h"
#include "tsp/expiry.h"
#include "tsp/payment_notice.h"
#include "tsp/payment_push.h"

namespace florin::tsp {
namespace {

constexpr std::array<std::uint8_t, 2> kApprovedCode = {'0', '0'};  // ISO 8583 field 39
constexpr std::array<std::uint8_t, 2> kDeclinedCode = {'0', '5'};
constexpr std::size_t kEmvData = 512;

Result<emv::CryptogramRequest> readBody(ByteView body) {
  FLORIN_TRY_ASSIGN(const codec::JsonValue document, codec::parseJson(base::asText(body)));
  codec::JsonReader reader(document);
  FLORIN_TRY_ASSIGN(const Bytes emvData, reader.hex("emv", kEmvData));
  FLORIN_TRY(reader.finish());
  return emv::decodeCryptogramRequest(emvData);
}

// keyNameOf tells which key made a cryptogram: the IAD, which it covers, says so.
ports::PaymentKeyName keyNameOf(const emv::IssuerData& iad, std::uint32_t atc) {
  switch (iad.scheme) {
    case emv::KeyScheme::kSuk: return {ports::PaymentKeyKind::kSuk, atc};
    case emv::KeyScheme::kLuk: break;
  }
  return {ports::PaymentKeyKind::kLuk, iad.keyIndex};
}

// Why a token in this state is declined, if it is.
std::optional<Reason> reasonOf(records::TokenState state) {
  switch (state) {
    case records::TokenState::kInactive: return Reason::kTokenNotActive;
    case records::TokenState::kSuspended: return Reason::kTokenSuspended;
    case records::TokenState::kDeleted: return Reason::kTokenDeleted;
    case records::TokenState::kActive: break;
  }
  return std::nullopt;
}

}  // namespace

// What was found out before anything is written.
struct Authorizations::Facts {
  Reason reason = Reason::kApproved;  // the first check that failed outside of the unit
  bool verified = false;              // the cryptogram is the card's
  std::optional<records::Token> token;
  const Program* program = nullptr;
  std::uint32_t atc = 0;      // running
  ports::PaymentKeyName key;  // that made the cryptogram
  base::Money amount;
  emv::Cryptogram arpcApproved{};
  emv::Cryptogram arpcDeclined{};
};

std::string_view name(Reason reason) {
  switch (reason) {
    case Reason::kApproved: return "approved";
    case Reason::kUnknownToken: return "unknown_token";
    case Reason::kDeclinedByCard: return "declined_by_card";
    case Reason::kTokenNotActive: return "token_not_active";
    case Reason::kTokenSuspended: return "token_suspended";
    case Reason::kTokenDeleted: return "token_deleted";
    case Reason::kTokenExpired: return "token_expired";
    case Reason::kWrongCryptogram: return "wrong_cryptogram";
    case Reason::kAtcNotIssued: return "atc_not_issued";
    case Reason::kAtcUsed: return "atc_used";
    case Reason::kAtcVoid: return "atc_void";
    case Reason::kAtcTooLate: return "atc_too_late";
    case Reason::kKeyNotIssued: return "key_not_issued";
    case Reason::kKeyVoid: return "key_void";
    case Reason::kKeyExpired: return "key_expired";
    case Reason::kKeyUsedUp: return "key_used_up";
    case Reason::kKeyReplaced: return "key_replaced";
    case Reason::kWrongCurrency: return "wrong_currency";
    case Reason::kAmountOverLimit: return "amount_over_limit";
    case Reason::kTooManyPayments: return "too_many_payments";
    case Reason::kDailyAmountOverLimit: return "daily_amount_over_limit";
    case Reason::kCardholderUnverified: return "cardholder_unverified";
    case Reason::kOfflineAuthenticationFailed: return "offline_authentication_failed";
  }
  return "unknown";
}

Result<Authorizations::Facts> Authorizations::examine(const emv::CryptogramRequest& request) {
  Facts facts;
  FLORIN_TRY_ASSIGN(facts.amount, emv::amountOf(request.input));
  FLORIN_TRY_ASSIGN(const emv::IssuerData iad, emv::issuerDataOf(request));
  FLORIN_TRY_ASSIGN(const Bytes index, tsp_.sealer.blindIndex("dpan", request.dpan.expose()));
  FLORIN_TRY_ASSIGN(facts.token, tsp_.store.read([&](ports::Unit& unit) {
    return unit.tokens().findByDpan(index);
  }));
  // Keys of an earlier PSN are good until their device has the renewal, and payments may come late.
  const bool known = facts.token && request.psn >= 1 && request.psn <= base::kLastPsn;
  if (known) facts.program = tsp_.catalog.program(facts.token->program);
  if (facts.program == nullptr) {
    facts.token.reset();
    facts.reason = Reason::kUnknownToken;
    return facts;
  }
  facts.atc = base::runningAtc(request.psn, request.input.atc);
  facts.key = keyNameOf(iad, facts.atc);
  const auto keyRef = [&] {
    ports::CardKeyRef card = cardKeyRef(*facts.token, request.dpan.clone());
    card.psn = request.psn;
    return card;
  };
  const auto verified = tsp_.custody.verifyCryptogram(
      keyRef(), facts.key, emv::cryptogramData(request.input), request.cryptogram);
  if (!verified.ok() && verified.error().code() != Code::kInvalidArgument) return verified.error();
  facts.verified = verified.ok() && *verified;  // a key index of no form is no key of ours
  if (!facts.verified) {
    facts.reason = Reason::kWrongCryptogram;
    return facts;
  }
  FLORIN_TRY_ASSIGN(facts.arpcApproved,
                    tsp_.custody.arpc(keyRef(), facts.key, request.cryptogram, kApprovedCode));
  FLORIN_TRY_ASSIGN(facts.arpcDeclined,
                    tsp_.custody.arpc(keyRef(), facts.key, request.cryptogram, kDeclinedCode));
  if (request.type != emv::CryptogramType::kArqc) {
    facts.reason = Reason::kDeclinedByCard;
  } else if (isExpired(facts.token->expiry, tsp_.clock.now())) {
    facts.reason = Reason::kTokenExpired;
  } else if (facts.amount.currency != facts.program->card.currency) {
    facts.reason = Reason::kWrongCurrency;
  } else if (facts.program->amountLimit > 0 &&
             facts.amount.minorUnits > facts.program->amountLimit) {
    facts.reason = Reason::kAmountOverLimit;
  } else if (facts.amount.minorUnits > static_cast<std::int64_t>(facts.program->card.cvmLimit) &&
             iad.verifier == emv::Verifier::kNobody) {
    facts.reason = Reason::kCardholderUnverified;
  } else if (facts.program->wantsAuthentication &&
             (request.input.tvr[0] & emv::kTvrCdaFailed) != 0) {
    facts.reason = Reason::kOfflineAuthenticationFailed;
  }
  return facts;
}

// A store that was put back does not know what was accepted in the days it lost, so until a card's
// device was brought up to date, with new keys, every key of before is void (I2, D7).
Result<bool> Authorizations::isOfLostDays(ports::Unit& unit, const records::Token& token) {
  if (tsp_.storeEpoch == 0) return false;
  FLORIN_TRY_ASSIGN(const auto device, unit.devices().find(token.deviceId));
  return !device || device->storeEpoch != tsp_.storeEpoch;
}

// A cryptogram that verified uses up its ATC, whatever the verdict: it must never come again (I2).
Result<Reason> Authorizations::spend(ports::Unit& unit, const Facts& facts) {
  FLORIN_TRY_ASSIGN(const auto token,
                    unit.tokens().find(facts.token->tenant, facts.token->tokenId));
  if (!token) return Reason::kUnknownToken;
  FLORIN_TRY_ASSIGN(const Reason spent, spendKey(unit, facts));
  const bool isVoid = spent == Reason::kAtcVoid || spent == Reason::kKeyVoid;
  if (isVoid && token->state == records::TokenState::kDeleted) return Reason::kTokenDeleted;
  if (spent != Reason::kApproved) return spent;
  const Reason reason = reasonOf(token->state).value_or(facts.reason);
  return reason == Reason::kApproved ? withinVelocity(unit, facts) : reason;
}

// What the program lets a card pay within any 24 hours.
Result<Reason> Authorizations::withinVelocity(ports::Unit& unit, const Facts& facts) {
  const Program& program = *facts.program;
  if (program.dailyPayments == 0 && program.dailyAmount == 0) return Reason::kApproved;
  FLORIN_TRY_ASSIGN(const records::PaymentTally paid,
                    unit.authorizations().tally(facts.token->tenant, facts.token->tokenId,
                                                tsp_.clock.now() - std::chrono::hours(24)));
  if (program.dailyPayments != 0 && paid.count >= program.dailyPayments) {
    return Reason::kTooManyPayments;
  }
  const bool over =
      program.dailyAmount != 0 && paid.amount + facts.amount.minorUnits > program.dailyAmount;
  return over ? Reason::kDailyAmountOverLimit : Reason::kApproved;
}

Result<Reason> Authorizations::spendKey(ports::Unit& unit, const Facts& facts) {
  FLORIN_TRY_ASSIGN(const bool lost, isOfLostDays(unit, *facts.token));
  if (lost) return Reason::kAtcVoid;
  switch (facts.key.kind) {
    case ports::PaymentKeyKind::kSuk: return spendSingle(unit, facts);
    case ports::PaymentKeyKind::kLuk: break;
  }
  return spendLimited(unit, facts);
}

Result<Reason> Authorizations::spendSingle(ports::Unit& unit, const Facts& facts) {
  const records::Token& token = *facts.token;
  FLORIN_TRY_ASSIGN(const auto key,
                    unit.paymentKeys().find(token.tokenId, token.masterKeyVersion, facts.atc));
  if (!key) return Reason::kAtcNotIssued;
  switch (key->state) {
    case records::PaymentKeyState::kSpent: return Reason::kAtcUsed;
    case records::PaymentKeyState::kVoid: return Reason::kAtcVoid;
    case records::PaymentKeyState::kIssued: break;
  }
  FLORIN_TRY(unit.paymentKeys().setState(token.tokenId, token.masterKeyVersion, facts.atc,
                                         records::PaymentKeyState::kSpent));
  return Reason::kApproved;
}

// The ATC first: one that came already must not count as a use of its key once more.
Result<Reason> Authorizations::spendLimited(ports::Unit& unit, const Facts& facts) {
  const records::Token& token = *facts.token;
  FLORIN_TRY_ASSIGN(const auto key, unit.limitedKeys().find(token.tokenId, token.masterKeyVersion,
                                                            facts.key.number));
  if (!key) return Reason::kKeyNotIssued;
  if (key->state == records::LimitedKeyState::kVoid) return Reason::kKeyVoid;
  FLORIN_TRY_ASSIGN(auto window, unit.limitedKeys().window(token.tokenId));
  // Since the last payment that came, its device may have used this key and the one before.
  const AtcReach reach{.ahead = 2 * key->limit, .behind = facts.program->card.lateWindow};
  switch (accept(window, facts.atc, reach)) {
    case AtcVerdict::kUsed: return Reason::kAtcUsed;
    case AtcVerdict::kTooLate: return Reason::kAtcTooLate;
    case AtcVerdict::kTooFarAhead: return Reason::kAtcNotIssued;
    case AtcVerdict::kAccepted: break;
  }
  FLORIN_TRY(unit.limitedKeys().putWindow(window));
  return useLimited(unit, *key);
}

Result<Reason> Authorizations::useLimited(ports::Unit& unit, const records::LimitedKey& key) {
  const base::Time now = tsp_.clock.now();
  if (key.uses >= key.limit) return Reason::kKeyUsedUp;
  if (now >= key.expires + base::limits::kReplacedKeyGrace) return Reason::kKeyExpired;
  FLORIN_TRY_ASSIGN(const auto newest, unit.limitedKeys().newest(key.tokenId));
  const bool replaced = newest && newest->issued > key.issued && newest->arrived != base::Time();
  if (replaced && now >= newest->arrived + base::limits::kReplacedKeyGrace) {
    return Reason::kKeyReplaced;
  }
  records::LimitedKey used = key;
  ++used.uses;
  FLORIN_TRY(unit.limitedKeys().update(used));
  return Reason::kApproved;
}

Result<std::string> Authorizations::authorize(const AuthorizationCall& call) {
  if (call.idempotencyKey.empty() || call.idempotencyKey.size() > base::limits::kIdempotencyKey) {
    return Error(Code::kInvalidArgument, "Idempotency-Key has 1 to 64 characters");
  }
  const crypto::Digest hash = crypto::sha256(call.body);
  FLORIN_TRY_ASSIGN(const emv::CryptogramRequest request, readBody(call.body));
  FLORIN_TRY_ASSIGN(const Facts facts, examine(request));
  records::Authorization row;
  row.authorizationId = base::AuthorizationId::random(tsp_.random);
  row.acquirer = call.acquirer;
  row.idempotencyKey = std::string(call.idempotencyKey);
  row.requestHash = base::toBytes(hash);
  if (facts.token) {
    row.tenant = facts.token->tenant;
    row.tokenId = facts.token->tokenId;
  }
  row.atc = request.input.atc;
  row.amount = facts.amount;
  row.created = tsp_.clock.now();

  struct Booked {
    records::Authorization row;
    bool anew = true;  // it is no repetition
  };
  FLORIN_TRY_ASSIGN(
      const Booked answered, tsp_.store.write([&](ports::Unit& unit) -> Result<Booked> {
        FLORIN_TRY_ASSIGN(const auto before,
                          unit.authorizations().findByKey(call.acquirer, call.idempotencyKey));
        if (before) {
          const bool reversedFirst = before->requestHash.empty();  // it came before this
          if (reversedFirst || crypto::equal(before->requestHash, hash)) {
            return Booked{*before, false};
          }
          return Error(Code::kConflict, "Idempotency-Key was used with another request");
        }
        records::Authorization written = row;
        Reason reason = facts.reason;
        if (facts.verified) {
          FLORIN_TRY_ASSIGN(reason, spend(unit, facts));
        }
        written.approved = reason == Reason::kApproved;
        written.reason = std::string(name(reason));
        codec::JsonObject answer;
        answer.add("authorizationId", written.authorizationId)
            .add("outcome", written.approved ? "approved" : "declined")
            .add("reason", written.reason)
            .add("responseCode", written.approved ? "00" : "05")
            .add("atc", request.input.atc)
            .add("amountMinorUnits", facts.amount.minorUnits)
            .add("currency", facts.amount.currency);
        if (facts.verified) {
          answer.addHex("arpc", written.approved ? facts.arpcApproved : facts.arpcDeclined);
        }
        written.response = base::toBytes(base::asBytes(answer.text()));
        FLORIN_TRY(unit.authorizations().insert(written));
        if (written.approved) FLORIN_TRY(pushPayment(tsp_, unit, *facts.token));
        if (facts.token) FLORIN_TRY(noticePayment(tsp_, unit, *facts.token, written));
        return Booked{std::move(written)};
      }));
  const records::Authorization& booked = answered.row;
  if (tsp_.metrics != nullptr && answered.anew) {
    tsp_.metrics->count("authorizations", booked.approved ? Literal("approved") : "declined");
  }
  tsp_.log.info("authorization.answered", {{"authorizationId", booked.authorizationId},
                                           {"approved", booked.approved},
                                           {"reason", PublicText{booked.reason}},
                                           {"atc", booked.atc}});
  return std::string(base::asText(booked.response));
}

}  // namespace florin::tsp
