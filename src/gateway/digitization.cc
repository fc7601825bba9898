#include "gateway/digitization.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "cps/card_notices.h"
#include "cps/digitization_steps.h"
#include "crypto/cms.h"
#include "crypto/equal.h"
#include "crypto/hash.h"
#include "gateway/step_ups.h"
#include "messages/mg_status.h"
#include "tsp/expiry.h"

namespace florin::gateway {
namespace {

// Whatever is wrong inside of the envelope gets this one answer, so that it tells nothing about the
// content (crypto/cms.h).
Error invalidCard() {
  return messages::mgRefusal(MGErrorCode::INVALID_CARD_DATA, "card data cannot be used");
}

sealing::ColumnRef replyColumn(const base::DigitalCardId& id) {
  return {"digital_cards", "reply", id.view()};
}

Literal nameOf(ports::IssuerDecision decision) {
  switch (decision) {
    case ports::IssuerDecision::kGreen: return "green";
    case ports::IssuerDecision::kYellow: return "yellow";
    case ports::IssuerDecision::kRed: return "red";
  }
  return "unknown";
}

// A card that was deleted is not in the wallet any more: its PAN may come again.
Result<std::optional<records::DigitalCard>> findCardInUse(ports::Unit& unit,
                                                          const base::TenantId& tenant,
                                                          const base::WalletId& walletId,
                                                          ByteView panIndex) {
  FLORIN_TRY_ASSIGN(auto card, unit.digitalCards().findByPan(tenant, walletId, panIndex));
  if (card && card->state == records::DigitizationState::kEnded) card.reset();
  return card;
}

std::vector<messages::IdvMethod> methodsOf(const ports::DecisionAnswer& answer) {
  std::vector<messages::IdvMethod> methods;
  methods.reserve(answer.methods.size());
  for (const ports::IdvMethod& method : answer.methods) {
    methods.push_back({method.id, method.type, method.value, method.otp});
  }
  return methods;
}

// The same digitization of the same wallet is the same card: whoever asks again, after a lost
// answer or a crash, asks about the card that the issuer has heard of. An id is no secret.
base::DigitalCardId nameOf(const records::Wallet& wallet, const base::CorrelationId& correlation) {
  constexpr std::string_view kDomain = "florin digital card/1";
  const crypto::Digest digest = crypto::sha256(
      base::concat(base::asBytes(kDomain), wallet.walletId.view(), correlation.view()));
  return base::DigitalCardId::fromBytes(ByteView(digest).first(base::DigitalCardId::kSize)).value();
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

Result<proof::CardData> Digitization::openCard(ByteView envelope) {
  const auto parts = crypto::cmsParse(envelope);
  if (!parts.ok()) return invalidCard();
  const auto contentKey = backend_.custody.unwrapContentKey(parts->encryptedKey);
  if (!contentKey.ok()) {
    if (contentKey.error().code() == Code::kUnavailable) return contentKey.error();
    return invalidCard();
  }
  const auto json = crypto::cmsOpenContent(*parts, *contentKey);
  if (!json.ok()) return invalidCard();
  auto card = proof::decodeCardData(*json);
  if (!card.ok()) return invalidCard();
  return card;
}

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

Result<std::optional<records::DigitalCard>> Digitization::findSameCard(
    const records::Wallet& wallet, ByteView panIndex) {
  return backend_.store.read([&](ports::Unit& unit) {
    return findCardInUse(unit, wallet.tenant, wallet.walletId, panIndex);
  });
}

// A card whose code was lost, locked or expired before a device claimed it gets a new code; the old
// one is void from then on.
Result<SecretBytes> Digitization::reissue(const records::Wallet& wallet,
                                          const records::DigitalCard& before) {
  if (before.sealedReply.empty()) {
    return messages::mgRefusal(MGErrorCode::CARD_ALREADY_PROVISIONED_IN_WALLET,
                               "this card is in this wallet already");
  }
  FLORIN_TRY_ASSIGN(const cps::NewCode code, codes_.prepare(wallet, before));
  records::DigitalCard card = before;
  FLORIN_TRY_ASSIGN(const auto methods,
                    backend_.store.read([&](ports::Unit& unit) { return methodsOf(unit, card); }));
  SecretBytes reply = encodeReply(card, code, methods);
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
    FLORIN_TRY(unit.digitalCards().update(card));
    FLORIN_TRY(cps::noteStep(unit, backend_, card, {"code_issued", "another"}));
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

// The rules that the new row must keep, checked in the unit that writes it.
Status Digitization::checkEligible(ports::Unit& unit, const records::DigitalCard& card) {
  FLORIN_TRY_ASSIGN(const auto same,
                    findCardInUse(unit, card.tenant, card.walletId, card.panIndex));
  if (same) return Error(Code::kConflict, "the same card came meanwhile");
  return checkRoom(unit, card.tenant, card.walletId);
}

Status Digitization::checkRoom(ports::Unit& unit, const base::TenantId& tenant,
                               const base::WalletId& wallet) {
  FLORIN_TRY_ASSIGN(const std::uint32_t count, unit.digitalCards().countOf(tenant, wallet));
  if (count < base::limits::kCardsPerWallet) return {};
  return messages::mgRefusal(MGErrorCode::CARD_PROVISIONING_COUNT_EXCEEDED, "the wallet is full");
}

// The issuer is asked once for a digitization, outside of every unit, and not for a wallet that has
// no room.
Result<Digitization::Decided> Digitization::decide(const records::Wallet& wallet,
                                                   const Request& request) {
  Decided decided;
  FLORIN_TRY_ASSIGN(decided.product, productOf(request.card));
  decided.digitalCardId = nameOf(wallet, request.correlationId);
  FLORIN_TRY(backend_.store.read(
      [&](ports::Unit& unit) { return checkRoom(unit, wallet.tenant, wallet.walletId); }));
  decided.asked = backend_.clock.now();
  if (gateway_.issuers == nullptr) return decided;
  auto answer = gateway_.issuers->decide({.issuer = decided.product.issuer->id,
                                          .correlationId = request.correlationId,
                                          .requestHash = request.hash,
                                          .digitalCardId = decided.digitalCardId,
                                          .walletId = wallet.walletId,
                                          .product = decided.product.program->product,
                                          .language = request.language,
                                          .pan = request.card.pan.clone(),
                                          .panExpiry = request.card.expiry,
                                          .cvv = request.card.cvv.clone(),
                                          .holderName = request.card.name});
  const Literal colour = answer.ok() ? nameOf(answer->decision) : Literal("none");
  if (backend_.metrics != nullptr) backend_.metrics->count("decisions", colour);
  if (!answer.ok()) {
    FLORIN_TRY(noteNoCard(wallet, request, decided, colour));
    return messages::mgRefusal(MGErrorCode::EXTERNAL_SYSTEM_UNAVAILABLE,
                               "the issuer did not decide");
  }
  decided.answer = std::move(*answer);
  if (decided.answer.decision != ports::IssuerDecision::kRed) return decided;
  FLORIN_TRY(noteNoCard(wallet, request, decided, colour));
  backend_.log.info("card.declined",
                    {{"walletId", wallet.walletId}, {"correlationId", request.correlationId}});
  return messages::mgRefusal(MGErrorCode::PROVISIONING_NOT_ALLOWED, "the issuer declined");
}

// What there is to tell of a digitization that made no card.
Status Digitization::noteNoCard(const records::Wallet& wallet, const Request& request,
                                const Decided& decided, Literal colour) {
  records::DigitalCard card;
  card.tenant = wallet.tenant;
  card.correlationId = request.correlationId;
  card.walletId = wallet.walletId;
  card.digitalCardId = decided.digitalCardId;
  return backend_.store.write(
      [&](ports::Unit& unit) { return noteDecision(unit, card, decided, colour); });
}

Status Digitization::noteDecision(ports::Unit& unit, const records::DigitalCard& card,
                                  const Decided& decided, Literal colour) {
  cps::Step asked{"asked", decided.product.program->product};
  asked.at = decided.asked;
  FLORIN_TRY(cps::noteStep(unit, backend_, card, asked));
  return cps::noteStep(unit, backend_, card, {"decided", std::string(colour.view())});
}

Result<Digitization::Draft> Digitization::prepare(const records::Wallet& wallet,
                                                  const Request& request, const Decided& decided) {
  const tsp::CardProduct& product = decided.product;
  Draft draft;
  FLORIN_TRY_ASSIGN(draft.token,
                    backend_.tokens.prepareToken({.issuer = product.issuer->id,
                                                  .program = product.program->card.name,
                                                  .pan = request.card.pan.clone(),
                                                  .panExpiry = request.card.expiry}));
  records::DigitalCard& card = draft.card;
  card.tenant = wallet.tenant;
  card.digitalCardId = decided.digitalCardId;
  card.walletId = wallet.walletId;
  card.correlationId = request.correlationId;
  card.requestHash = request.hash;
  card.issuer = draft.token.tenant;
  card.tokenId = draft.token.tokenId;
  card.panIndex = request.panIndex;
  card.product = product.program->product;
  card.panLastFour = draft.token.panLastFour;
  card.created = backend_.clock.now();
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

Status Digitization::commit(ports::Unit& unit, const Draft& draft, const Decided& decided) {
  FLORIN_TRY(checkEligible(unit, draft.card));
  FLORIN_TRY(backend_.tokens.commitToken(unit, draft.token));
  FLORIN_TRY(unit.digitalCards().insert(draft.card));
  if (draft.stepUp) FLORIN_TRY(unit.stepUps().put(*draft.stepUp));
  FLORIN_TRY(codes_.commit(unit, draft.code));
  FLORIN_TRY(noteDecision(unit, draft.card, decided, nameOf(decided.answer.decision)));
  FLORIN_TRY(cps::noteStep(unit, backend_, draft.card, {"code_issued"}));
  return cps::tellIssuer(unit, backend_, draft.card, {"digitized", records::Suspender::kWallet});
}

Result<tsp::CardProduct> Digitization::productOf(const proof::CardData& card) {
  if (tsp::isExpired(card.expiry, backend_.clock.now())) {
    return messages::mgRefusal(MGErrorCode::FPAN_NOT_ELIGIBLE, "the card has expired");
  }
  const auto product = gateway_.catalog.productOf(card.pan.expose());
  if (product.ok()) return *product;
  return messages::mgRefusal(MGErrorCode::UNKNOWN_BIN, "no issuer has this BIN");
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
  Request request;
  request.correlationId = message.correlationId;
  request.hash = base::toBytes(crypto::sha256(body));
  FLORIN_TRY_ASSIGN(const auto before, findEarlier(wallet, request.correlationId));
  if (before) return repeat(*before, request.hash);
  FLORIN_TRY_ASSIGN(request.card, openCard(message.cardData));
  request.language = message.language;
  FLORIN_TRY_ASSIGN(request.panIndex, backend_.sealer.blindIndex("pan", request.card.pan.expose()));

  std::optional<Decided> decided;
  for (unsigned round = 0; round < base::limits::kUnitRetries; ++round) {
    FLORIN_TRY_ASSIGN(const auto same, findSameCard(wallet, request.panIndex));
    if (same) {
      auto reissued = reissue(wallet, *same);
      if (reissued.ok() || reissued.error().code() != Code::kConflict) return reissued;
      continue;
    }
    if (!decided) {
      FLORIN_TRY_ASSIGN(decided, decide(wallet, request));
    }
    FLORIN_TRY_ASSIGN(Draft draft, prepare(wallet, request, *decided));
    const Status written =
        backend_.store.write([&](ports::Unit& unit) { return commit(unit, draft, *decided); });
    if (written.ok()) {
      backend_.log.info("card.digitized", {{"digitalCardId", draft.card.digitalCardId},
                                           {"walletId", wallet.walletId},
                                           {"correlationId", request.correlationId}});
      return std::move(draft.reply);
    }
    if (written.error().code() != Code::kConflict) return written.error();
    // A conflict is a DPAN drawn twice (draw again) or the same request at the same time (repeat).
    FLORIN_TRY_ASSIGN(const auto twin, findEarlier(wallet, request.correlationId));
    if (twin) return repeat(*twin, request.hash);
  }
  return Error(Code::kUnavailable, "digitization kept conflicting with others");
}

}  // namespace florin::gateway
