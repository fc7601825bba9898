#include "gateway/digitization.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "crypto/cms.h"
#include "crypto/equal.h"
#include "crypto/hash.h"
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

// A card that was deleted is not in the wallet any more: its PAN may come again.
Result<std::optional<records::DigitalCard>> findCardInUse(ports::Unit& unit,
                                                          const base::TenantId& tenant,
                                                          const base::WalletId& walletId,
                                                          ByteView panIndex) {
  FLORIN_TRY_ASSIGN(auto card, unit.digitalCards().findByPan(tenant, walletId, panIndex));
  if (card && card->state == records::DigitizationState::kEnded) card.reset();
  return card;
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
  SecretBytes reply = encodeReply(card, code);
  card.sealedReply = backend_.sealer.seal(replyColumn(card.digitalCardId), reply);
  const Status written = backend_.store.write([&](ports::Unit& unit) -> Status {
    FLORIN_TRY_ASSIGN(const auto now, unit.digitalCards().find(card.tenant, card.digitalCardId));
    FLORIN_TRY_ASSIGN(const auto old,
                      unit.codes().findByCard(wallet.tenant, wallet.walletId, card.digitalCardId));
    if (!now || now->sealedReply != before.sealedReply) {
      return Error(Code::kConflict, "the card got another code meanwhile");
    }
    if (old && old->state != records::CodeState::kOpen) {
      return messages::mgRefusal(MGErrorCode::OPERATION_ALREADY_ONGOING,
                                 "a device is claiming this card");
    }
    if (old) FLORIN_TRY(unit.codes().erase(wallet.tenant, wallet.walletId, old->codeRef));
    FLORIN_TRY(unit.digitalCards().update(card));
    return codes_.commit(unit, code);
  });
  if (!written.ok()) return written.error();
  backend_.log.info("card.code_reissued",
                    {{"digitalCardId", card.digitalCardId}, {"walletId", wallet.walletId}});
  return reply;
}

SecretBytes Digitization::encodeReply(const records::DigitalCard& card, const cps::NewCode& code) {
  return messages::encodeDigitizeReply({.digitalCardId = card.digitalCardId,
                                        .decision = messages::Decision::kGreen,
                                        .activationCode = code.code.clone(),
                                        .codeExpires = code.row.expires,
                                        .product = card.product,
                                        .panLastFour = card.panLastFour});
}

// The rules that the new row must keep, checked in the unit that writes it.
Status Digitization::checkEligible(ports::Unit& unit, const records::DigitalCard& card) {
  FLORIN_TRY_ASSIGN(const auto same,
                    findCardInUse(unit, card.tenant, card.walletId, card.panIndex));
  if (same) return Error(Code::kConflict, "the same card came meanwhile");
  FLORIN_TRY_ASSIGN(const std::uint32_t count,
                    unit.digitalCards().countOf(card.tenant, card.walletId));
  if (count >= base::limits::kCardsPerWallet) {
    return messages::mgRefusal(MGErrorCode::CARD_PROVISIONING_COUNT_EXCEEDED, "the wallet is full");
  }
  return {};
}

Result<Digitization::Draft> Digitization::prepare(const records::Wallet& wallet,
                                                  const Request& request) {
  FLORIN_TRY_ASSIGN(const tsp::CardProduct product, productOf(request.card));
  Draft draft;
  FLORIN_TRY_ASSIGN(draft.token,
                    backend_.tokens.prepareToken({.issuer = product.issuer->id,
                                                  .program = product.program->card.name,
                                                  .pan = request.card.pan.clone(),
                                                  .panExpiry = request.card.expiry}));
  records::DigitalCard& card = draft.card;
  card.tenant = wallet.tenant;
  card.digitalCardId = base::DigitalCardId::random(backend_.random);
  card.walletId = wallet.walletId;
  card.correlationId = request.correlationId;
  card.requestHash = request.hash;
  card.issuer = draft.token.tenant;
  card.tokenId = draft.token.tokenId;
  card.panIndex = request.panIndex;
  card.product = product.program->product;
  card.panLastFour = draft.token.panLastFour;
  card.created = backend_.clock.now();
  FLORIN_TRY_ASSIGN(draft.code, codes_.prepare(wallet, card));
  draft.reply = encodeReply(card, draft.code);
  card.sealedReply = backend_.sealer.seal(replyColumn(card.digitalCardId), draft.reply);
  return draft;
}

Result<tsp::CardProduct> Digitization::productOf(const proof::CardData& card) {
  if (tsp::isExpired(card.expiry, backend_.clock.now())) {
    return messages::mgRefusal(MGErrorCode::FPAN_NOT_ELIGIBLE, "the card has expired");
  }
  const auto product = catalog_.productOf(card.pan.expose());
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
  FLORIN_TRY_ASSIGN(request.panIndex, backend_.sealer.blindIndex("pan", request.card.pan.expose()));

  for (unsigned round = 0; round < base::limits::kUnitRetries; ++round) {
    FLORIN_TRY_ASSIGN(const auto same, findSameCard(wallet, request.panIndex));
    if (same) {
      auto reissued = reissue(wallet, *same);
      if (reissued.ok() || reissued.error().code() != Code::kConflict) return reissued;
      continue;
    }
    FLORIN_TRY_ASSIGN(Draft draft, prepare(wallet, request));
    const Status written = backend_.store.write([&](ports::Unit& unit) -> Status {
      FLORIN_TRY(checkEligible(unit, draft.card));
      FLORIN_TRY(backend_.tokens.commitToken(unit, draft.token));
      FLORIN_TRY(unit.digitalCards().insert(draft.card));
      return codes_.commit(unit, draft.code);
    });
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
