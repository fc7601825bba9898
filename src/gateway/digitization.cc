#include "gateway/digitization.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "cps/card_notices.h"
#include "cps/digitization_steps.h"
#include "crypto/equal.h"
#include "crypto/hash.h"
#include "gateway/eligibility.h"
#include "gateway/step_ups.h"
#include "messages/mg_status.h"

namespace florin::gateway {
namespace {

sealing::ColumnRef replyColumn(const base::DigitalCardId& id) {
  return {"digital_cards", "reply", id.view()};
}

std::vector<messages::IdvMethod> methodsOf(const ports::DecisionAnswer& answer) {
  std::vector<messages::IdvMethod> methods;
  methods.reserve(answer.methods.size());
  for (const ports::IdvMethod& method : answer.methods) {
    methods.push_back({method.id, method.type, method.value, method.otp});
  }
  return methods;
}

// Those that are still to be chosen from; none of a card that is approved.
Result<std::vector<messages::IdvMethod>> methodsOf(ports::Unit& unit,
                                                   const records::DigitalCard& card) {
  std::vector<messages::IdvMethod> none;
  if (card.state != records::DigitizationState::kStepUp) return none;
  FLORIN_TRY_ASSIGN(const auto row, unit.stepUps().find(card.tenant, card.digitalCardId));
  if (!row) return Error(Code::kCorrupted, "a card's ID&V is missing");
  return gateway::methodsOf(*row);
}

}  // namespace

Result<SecretBytes> Digitization::repeat(const records::DigitalCard& card, ByteView requestHash) {
  if (!crypto::equal(card.requestHash, requestHash)) {
    return messages::mgRefusal(MGErrorCode::OPERATION_ALREADY_ONGOING,
                               "correlation id was used for another request");
  }
  if (card.sealedReply.empty()) {
    return messages::mgRefusal(MGErrorCode::CARD_ALREADY_PROVISIONED_IN_WALLET,
                               "this digitization is finished");
  }
  return backend_.sealer.open(replyColumn(card.digitalCardId), card.sealedReply);
}

// A card whose code was lost, locked or expired before a device claimed it gets a new code; the old
// one is void from then on.
// What its issuer says of it now counts: a green word ends the wait of a yellow card.
Result<SecretBytes> Digitization::reissue(const records::Wallet& wallet,
                                          const records::DigitalCard& before, const Word& word) {
  if (before.sealedReply.empty()) {
    return messages::mgRefusal(MGErrorCode::CARD_ALREADY_PROVISIONED_IN_WALLET,
                               "this card is in this wallet already");
  }
  FLORIN_TRY_ASSIGN(const cps::NewCode code, codes_.prepare(wallet, before));
  records::DigitalCard card = before;
  records::DigitalCard answered = before;
  if (word.isGreen()) answered.state = records::DigitizationState::kApproved;
  FLORIN_TRY_ASSIGN(const auto methods, backend_.store.read([&](ports::Unit& unit) {
    return methodsOf(unit, answered);
  }));
  SecretBytes reply = encodeReply(answered, code, methods);
  card.sealedReply = backend_.sealer.seal(replyColumn(card.digitalCardId), reply);
  const Status written = backend_.store.write([&](ports::Unit& unit) -> Status {
    FLORIN_TRY_ASSIGN(const auto now, unit.digitalCards().find(card.tenant, card.digitalCardId));
    FLORIN_TRY_ASSIGN(const auto old,
                      unit.codes().findByCard(wallet.tenant, wallet.walletId, card.digitalCardId));
    if (!now || now->sealedReply != before.sealedReply || now->state != before.state) {
      return Error(Code::kConflict, "the card got another code meanwhile");
    }
    if (old && old->state != records::CodeState::kOpen) {
      return messages::mgRefusal(MGErrorCode::OPERATION_ALREADY_ONGOING,
                                 "a device is claiming this card");
    }
    if (old) FLORIN_TRY(unit.codes().erase(wallet.tenant, wallet.walletId, old->codeRef));
    FLORIN_TRY(Decisions::use(unit, word));
    FLORIN_TRY(unit.digitalCards().update(card));
    FLORIN_TRY(cps::noteStep(unit, backend_, card, {"code_issued", "another"}));
    if (word.isGreen())
      FLORIN_TRY(gateway_.cards.approve(unit, card, {records::Suspender::kIssuer}));
    return codes_.commit(unit, code);
  });
  if (!written.ok()) return written.error();
  backend_.log.info("card.code_reissued",
                    {{"digitalCardId", card.digitalCardId}, {"walletId", wallet.walletId}});
  return reply;
}

SecretBytes Digitization::encodeReply(const records::DigitalCard& card, const cps::NewCode& code,
                                      const std::vector<messages::IdvMethod>& methods) {
  const bool yellow = card.state == records::DigitizationState::kStepUp;
  return messages::encodeDigitizeReply(
      {.digitalCardId = card.digitalCardId,
       .decision = yellow ? messages::Decision::kYellow : messages::Decision::kGreen,
       .activationCode = code.code.clone(),
       .codeExpires = code.row.expires,
       .methods = methods,
       .product = card.product,
       .panLastFour = card.panLastFour});
}

Candidate Digitization::candidateOf(const records::Wallet& wallet, const Request& request) {
  const messages::DigitizeRequest& message = request.message;
  return {.wallet = wallet,
          .capture = request.capture,
          .correlationId = message.correlationId,
          .digitalCardId = cardIdOf(wallet, message.correlationId),
          .requestHash = request.hash,
          .language = message.language,
          .deviceType = message.deviceType,
          .termsId = message.termsId};
}

Result<Digitization::Draft> Digitization::prepare(const records::Wallet& wallet,
                                                  const Request& request, const Decided& decided) {
  const tsp::CardProduct& product = decided.product;
  const proof::CardData& data = request.capture.card;
  Draft draft;
  FLORIN_TRY_ASSIGN(draft.token,
                    backend_.tokens.prepareToken({.issuer = product.issuer->id,
                                                  .program = product.program->card.name,
                                                  .pan = data.pan.clone(),
                                                  .panExpiry = data.expiry}));
  records::DigitalCard& card = draft.card;
  card.tenant = wallet.tenant;
  card.digitalCardId = cardIdOf(wallet, request.message.correlationId);
  card.walletId = wallet.walletId;
  card.correlationId = request.message.correlationId;
  card.requestHash = request.hash;
  card.issuer = draft.token.tenant;
  card.tokenId = draft.token.tokenId;
  card.panIndex = request.capture.panIndex;
  card.product = product.program->product;
  card.panLastFour = draft.token.panLastFour;
  card.created = backend_.clock.now();
  if (product.program->offer.takes(request.message.termsId)) {
    card.termsId = request.message.termsId;
    card.termsAccepted = card.created;
  }
  const auto methods = methodsOf(decided.answer);
  if (decided.answer.decision == ports::IssuerDecision::kYellow) {
    card.state = records::DigitizationState::kStepUp;
    draft.stepUp = records::StepUp{.tenant = card.tenant,
                                   .digitalCardId = card.digitalCardId,
                                   .methods = messages::writeMethods(methods).text(),
                                   .method = {},
                                   .otpTag = {},
                                   .triesLeft = 0,
                                   .sendsLeft = base::limits::kOtpSends,
                                   .otpExpires = {}};
  }
  FLORIN_TRY_ASSIGN(draft.code, codes_.prepare(wallet, card));
  draft.reply = encodeReply(card, draft.code, methods);
  card.sealedReply = backend_.sealer.seal(replyColumn(card.digitalCardId), draft.reply);
  return draft;
}

// The rules that the new row must keep are checked again in the unit that writes it.
Status Digitization::commit(ports::Unit& unit, const records::Wallet& wallet, const Draft& draft,
                            const Decided& decided) {
  FLORIN_TRY_ASSIGN(const auto same, findCardInUse(unit, wallet, draft.card.panIndex));
  if (same) return Error(Code::kConflict, "the same card came meanwhile");
  FLORIN_TRY(decisions_.checkRoom(unit, wallet, *decided.product.program));
  FLORIN_TRY(Decisions::use(unit, decided.word));
  FLORIN_TRY(backend_.tokens.commitToken(unit, draft.token));
  FLORIN_TRY(unit.digitalCards().insert(draft.card));
  if (draft.stepUp) FLORIN_TRY(unit.stepUps().put(*draft.stepUp));
  FLORIN_TRY(codes_.commit(unit, draft.code));
  FLORIN_TRY(decisions_.note(unit, draft.card, decided));
  FLORIN_TRY(noteTerms(unit, draft.card, decided));
  FLORIN_TRY(cps::noteStep(unit, backend_, draft.card, {"code_issued"}));
  return cps::tellIssuer(unit, backend_, draft.card, {"digitized", records::Suspender::kWallet});
}

// Which text was accepted, for whoever asks one day; the row has the whole id and the time.
Status Digitization::noteTerms(ports::Unit& unit, const records::DigitalCard& card,
                               const Decided& decided) {
  constexpr std::size_t kShown = 8;
  if (!card.termsId.empty()) {
    const std::string id = base::toHex(ByteView(card.termsId).first(kShown));
    return cps::noteStep(unit, backend_, card, {"terms_accepted", id});
  }
  const auto& pushed = decided.word.pushed;
  if (!pushed || !pushed->termsAccepted) return {};
  return cps::noteStep(unit, backend_, card, {"terms_accepted", "with the issuer"});
}

// A digitization that was refused has a story, too. What an issuer said, or did not, stands there.
void Digitization::noteRefusal(const records::Wallet& wallet,
                               const base::CorrelationId& correlationId, const Error& error) {
  const auto code = messages::mgErrorOf(error);
  if (!code || code == MGErrorCode::PROVISIONING_NOT_ALLOWED ||
      code == MGErrorCode::EXTERNAL_SYSTEM_UNAVAILABLE ||
      code == MGErrorCode::OPERATION_ALREADY_ONGOING) {
    return;
  }
  const auto card = cps::withoutCard(wallet, correlationId, cardIdOf(wallet, correlationId));
  const Status noted = backend_.store.write([&](ports::Unit& unit) {
    return cps::noteStep(unit, backend_, card, {"refused", std::string(name(*code))});
  });
  if (!noted.ok()) backend_.log.warning("card.refusal_not_noted", {{"error", noted.error()}});
}

Result<std::optional<records::DigitalCard>> Digitization::findEarlier(
    const records::Wallet& wallet, const base::CorrelationId& correlationId) {
  return backend_.store.read([&](ports::Unit& unit) {
    return unit.digitalCards().findByCorrelation(wallet.tenant, wallet.walletId, correlationId);
  });
}

Result<SecretBytes> Digitization::digitize(const records::Wallet& wallet,
                                           const messages::DigitizeRequest& message,
                                           ByteView body) {
  Request request{message, base::toBytes(crypto::sha256(body)), {}};
  FLORIN_TRY_ASSIGN(const auto before, findEarlier(wallet, message.correlationId));
  if (before) return repeat(*before, request.hash);
  auto made = make(wallet, request);
  if (made.ok()) return made;
  // The same request may have come twice at a time, and what it used up is gone.
  FLORIN_TRY_ASSIGN(const auto twin, findEarlier(wallet, message.correlationId));
  if (twin) return repeat(*twin, request.hash);
  noteRefusal(wallet, message.correlationId, made.error());
  return made;
}

Result<SecretBytes> Digitization::make(const records::Wallet& wallet, Request& request) {
  const base::CorrelationId& correlationId = request.message.correlationId;
  FLORIN_TRY_ASSIGN(request.capture, captures_.open(request.message.card));
  std::optional<Decided> decided;
  for (unsigned round = 0; round < base::limits::kUnitRetries; ++round) {
    FLORIN_TRY_ASSIGN(const auto same, backend_.store.read([&](ports::Unit& unit) {
      return findCardInUse(unit, wallet, request.capture.panIndex);
    }));
    if (same) {
      FLORIN_TRY_ASSIGN(const Word word, decisions_.wordOf(candidateOf(wallet, request),
                                                           request.message.authenticationToken));
      auto reissued = reissue(wallet, *same, word);
      if (reissued.ok() || reissued.error().code() != Code::kConflict) return reissued;
      continue;
    }
    if (!decided) {
      FLORIN_TRY_ASSIGN(decided, decisions_.decide(candidateOf(wallet, request),
                                                   request.message.authenticationToken));
    }
    FLORIN_TRY_ASSIGN(Draft draft, prepare(wallet, request, *decided));
    const Status written = backend_.store.write(
        [&](ports::Unit& unit) { return commit(unit, wallet, draft, *decided); });
    if (written.ok()) {
      backend_.log.info("card.digitized", {{"digitalCardId", draft.card.digitalCardId},
                                           {"walletId", wallet.walletId},
                                           {"correlationId", correlationId}});
      return std::move(draft.reply);
    }
    if (written.error().code() != Code::kConflict) return written.error();
    // A conflict is a DPAN drawn twice (draw again) or the same request at the same time (repeat).
    FLORIN_TRY_ASSIGN(const auto twin, findEarlier(wallet, correlationId));
    if (twin) return repeat(*twin, request.hash);
  }
  return Error(Code::kUnavailable, "digitization kept conflicting with others");
}

}  // namespace florin::gateway
