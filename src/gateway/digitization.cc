#include "gateway/digitization.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "crypto/cms.h"
#include "crypto/equal.h"
#include "crypto/hash.h"
#include "messages/mg_status.h"

namespace florin::gateway {
namespace {

// Whatever is wrong inside of the envelope gets this one answer, so that it tells nothing about the
// content (crypto/cms.h).
Error invalidCard() {
  return messages::mgRefusal(MGErrorCode::INVALID_CARD_DATA, "card data cannot be used");
}

// MMYY of a card is valid through the last day of its month.
bool expired(std::string_view mmyy, base::Time now) {
  const int month = (mmyy[0] - '0') * 10 + (mmyy[1] - '0');
  const int year = 2000 + (mmyy[2] - '0') * 10 + (mmyy[3] - '0');
  const std::chrono::year_month end{std::chrono::year(year),
                                    std::chrono::month(static_cast<unsigned>(month))};
  const auto firstInvalid = std::chrono::sys_days((end + std::chrono::months(1)) / 1);
  return now >= firstInvalid;
}

sealing::ColumnRef replyColumn(const base::DigitalCardId& id) {
  return {"digital_cards", "reply", id.view()};
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

Status Digitization::checkEligible(const records::Wallet& wallet, ByteView panIndex) {
  return backend_.store.read([&](ports::Unit& unit) -> Status {
    FLORIN_TRY_ASSIGN(const auto same,
                      unit.digitalCards().findByPan(wallet.tenant, wallet.walletId, panIndex));
    if (same) {
      return messages::mgRefusal(MGErrorCode::CARD_ALREADY_PROVISIONED_IN_WALLET,
                                 "this card is in this wallet already");
    }
    FLORIN_TRY_ASSIGN(const std::uint32_t count,
                      unit.digitalCards().countOf(wallet.tenant, wallet.walletId));
    if (count >= base::limits::kCardsPerWallet) {
      return messages::mgRefusal(MGErrorCode::CARD_PROVISIONING_COUNT_EXCEEDED,
                                 "the wallet is full");
    }
    return {};
  });
}

Result<SecretBytes> Digitization::digitize(const records::Wallet& wallet,
                                           const messages::DigitizeRequest& request,
                                           ByteView body) {
  const crypto::Digest hash = crypto::sha256(body);
  FLORIN_TRY_ASSIGN(const auto before, backend_.store.read([&](ports::Unit& unit) {
    return unit.digitalCards().findByCorrelation(wallet.tenant, wallet.walletId,
                                                 request.correlationId);
  }));
  if (before) return repeat(*before, hash);

  FLORIN_TRY_ASSIGN(proof::CardData data, openCard(request.cardData));
  const base::Time now = backend_.clock.now();
  if (expired(data.expiry, now)) {
    return messages::mgRefusal(MGErrorCode::FPAN_NOT_ELIGIBLE, "the card has expired");
  }
  const auto product = catalog_.productOf(data.pan.expose());
  if (!product.ok()) return messages::mgRefusal(MGErrorCode::UNKNOWN_BIN, "no issuer has this BIN");
  FLORIN_TRY_ASSIGN(Bytes panIndex, backend_.sealer.blindIndex("pan", data.pan.expose()));
  FLORIN_TRY(checkEligible(wallet, panIndex));

  for (unsigned round = 0; round < base::limits::kUnitRetries; ++round) {
    FLORIN_TRY_ASSIGN(const records::Token token,
                      backend_.tokens.prepareToken({.issuer = product->issuer->id,
                                                    .program = product->program->card.name,
                                                    .pan = data.pan.clone(),
                                                    .panExpiry = data.expiry}));
    records::DigitalCard card;
    card.tenant = wallet.tenant;
    card.digitalCardId = base::DigitalCardId::random(backend_.random);
    card.walletId = wallet.walletId;
    card.correlationId = request.correlationId;
    card.requestHash = base::toBytes(hash);
    card.issuer = token.tenant;
    card.tokenId = token.tokenId;
    card.panIndex = panIndex;
    card.product = product->program->product;
    card.panLastFour = token.panLastFour;
    card.created = now;
    FLORIN_TRY_ASSIGN(const cps::NewCode code, codes_.prepare(wallet, card));

    messages::DigitizeReply reply;
    reply.digitalCardId = card.digitalCardId;
    reply.decision = messages::Decision::kGreen;
    reply.activationCode = code.code.clone();
    reply.codeExpires = code.row.expires;
    reply.product = card.product;
    reply.panLastFour = card.panLastFour;
    SecretBytes json = messages::encodeDigitizeReply(reply);
    card.sealedReply = backend_.sealer.seal(replyColumn(card.digitalCardId), json);

    const Status written = backend_.store.write([&](ports::Unit& unit) -> Status {
      FLORIN_TRY(backend_.tokens.commitToken(unit, token));
      FLORIN_TRY(unit.digitalCards().insert(card));
      return codes_.commit(unit, code);
    });
    if (written.ok()) {
      backend_.log.info("card.digitized", {{"digitalCardId", card.digitalCardId},
                                           {"walletId", wallet.walletId},
                                           {"correlationId", request.correlationId}});
      return json;
    }
    if (written.error().code() != Code::kConflict) return written.error();
    // A conflict is a DPAN drawn twice (draw again) or the same request at the same moment
    // (repeat).
    FLORIN_TRY_ASSIGN(const auto twin, backend_.store.read([&](ports::Unit& unit) {
      return unit.digitalCards().findByCorrelation(wallet.tenant, wallet.walletId,
                                                   request.correlationId);
    }));
    if (twin) return repeat(*twin, hash);
  }
  return Error(Code::kUnavailable, "digitization kept conflicting with others");
}

}  // namespace florin::gateway
