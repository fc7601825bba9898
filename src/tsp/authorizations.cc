#include "tsp/authorizations.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/json_reader.h"
#include "codec/json_writer.h"
#include "crypto/equal.h"
#include "crypto/hash.h"
#include "tsp/expiry.h"

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
  std::uint16_t atc = 0;
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
    case Reason::kWrongCurrency: return "wrong_currency";
    case Reason::kAmountOverLimit: return "amount_over_limit";
  }
  return "unknown";
}

Result<Authorizations::Facts> Authorizations::examine(const emv::CryptogramRequest& request) {
  Facts facts;
  facts.atc = request.input.atc;
  FLORIN_TRY_ASSIGN(facts.amount, emv::amountOf(request.input));
  FLORIN_TRY_ASSIGN(const Bytes index, tsp_.sealer.blindIndex("dpan", request.dpan.expose()));
  FLORIN_TRY_ASSIGN(facts.token, tsp_.store.read([&](ports::Unit& unit) {
    return unit.tokens().findByDpan(index, request.psn);
  }));
  if (facts.token) facts.program = tsp_.catalog.program(facts.token->program);
  if (facts.program == nullptr) {
    facts.reason = Reason::kUnknownToken;
    return facts;
  }
  const auto keyRef = [&] { return cardKeyRef(*facts.token, request.dpan.clone()); };
  FLORIN_TRY_ASSIGN(facts.verified, tsp_.custody.verifyCryptogram(
                                        keyRef(), facts.atc, emv::cryptogramData(request.input),
                                        request.cryptogram));
  if (!facts.verified) {
    facts.reason = Reason::kWrongCryptogram;
    return facts;
  }
  FLORIN_TRY_ASSIGN(facts.arpcApproved,
                    tsp_.custody.arpc(keyRef(), facts.atc, request.cryptogram, kApprovedCode));
  FLORIN_TRY_ASSIGN(facts.arpcDeclined,
                    tsp_.custody.arpc(keyRef(), facts.atc, request.cryptogram, kDeclinedCode));
  if (request.type != emv::CryptogramType::kArqc) {
    facts.reason = Reason::kDeclinedByCard;
  } else if (isExpired(facts.token->expiry, tsp_.clock.now())) {
    facts.reason = Reason::kTokenExpired;
  } else if (facts.amount.currency != facts.program->card.currency) {
    facts.reason = Reason::kWrongCurrency;
  } else if (facts.program->amountLimit > 0 &&
             facts.amount.minorUnits > facts.program->amountLimit) {
    facts.reason = Reason::kAmountOverLimit;
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
  FLORIN_TRY_ASSIGN(const auto key,
                    unit.paymentKeys().find(token->tokenId, token->masterKeyVersion, facts.atc));
  if (!key) return Reason::kAtcNotIssued;
  switch (key->state) {
    case records::PaymentKeyState::kSpent: return Reason::kAtcUsed;
    case records::PaymentKeyState::kVoid:
      return token->state == records::TokenState::kDeleted ? Reason::kTokenDeleted
                                                           : Reason::kAtcVoid;
    case records::PaymentKeyState::kIssued: break;
  }
  FLORIN_TRY_ASSIGN(const bool lost, isOfLostDays(unit, *token));
  if (lost) return Reason::kAtcVoid;
  FLORIN_TRY(unit.paymentKeys().setState(token->tokenId, token->masterKeyVersion, facts.atc,
                                         records::PaymentKeyState::kSpent));
  return reasonOf(token->state).value_or(facts.reason);
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
  row.atc = facts.atc;
  row.amount = facts.amount;
  row.created = tsp_.clock.now();

  FLORIN_TRY_ASSIGN(
      const records::Authorization booked,
      tsp_.store.write([&](ports::Unit& unit) -> Result<records::Authorization> {
        FLORIN_TRY_ASSIGN(const auto before,
                          unit.authorizations().findByKey(call.acquirer, call.idempotencyKey));
        if (before) {
          if (crypto::equal(before->requestHash, hash)) return *before;
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
            .add("atc", facts.atc)
            .add("amountMinorUnits", facts.amount.minorUnits)
            .add("currency", facts.amount.currency);
        if (facts.verified) {
          answer.addHex("arpc", written.approved ? facts.arpcApproved : facts.arpcDeclined);
        }
        written.response = base::toBytes(base::asBytes(answer.text()));
        FLORIN_TRY(unit.authorizations().insert(written));
        return written;
      }));
  tsp_.log.info("authorization.answered", {{"authorizationId", booked.authorizationId},
                                           {"approved", booked.approved},
                                           {"reason", PublicText{booked.reason}},
                                           {"atc", booked.atc}});
  return std::string(base::asText(booked.response));
}

}  // namespace florin::tsp
