#include "gateway/captures.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "crypto/cms.h"
#include "crypto/hash.h"
#include "messages/mg_status.h"

namespace florin::gateway {
namespace {

namespace limits = base::limits;

constexpr std::size_t kSessionBytes = 16;

// Whatever is wrong inside of the envelope gets this one answer, so that it tells nothing about the
// content (crypto/cms.h).
Error invalidCard() {
  return messages::mgRefusal(MGErrorCode::INVALID_CARD_DATA, "card data cannot be used");
}

Error invalidSession() {
  return messages::mgRefusal(MGErrorCode::INVALID_PUSH_SESSION_ID, "no such push session");
}

Bytes hashOf(const SecretBytes& id) { return base::toBytes(crypto::sha256(id.expose())); }

sealing::ColumnRef cardColumn(ByteView sessionHash) {
  return {"push_sessions", "card", sessionHash};
}

}  // namespace

Result<proof::CardData> Captures::openEnvelope(ByteView envelope) {
  const auto parts = crypto::cmsParse(envelope);
  if (!parts.ok()) return invalidCard();
  const auto contentKey = gateway_.backend.custody.unwrapContentKey(parts->encryptedKey);
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

Result<Capture> Captures::captureOf(proof::CardData card) {
  Capture capture;
  FLORIN_TRY_ASSIGN(capture.panIndex, gateway_.backend.sealer.blindIndex("pan", card.pan.expose()));
  capture.card = std::move(card);
  return capture;
}

Result<Capture> Captures::openPushed(const SecretBytes& id) {
  cps::Backend& backend = gateway_.backend;
  const Bytes hash = hashOf(id);
  FLORIN_TRY_ASSIGN(const auto row, backend.store.read([&](ports::Unit& unit) {
    return unit.pushSessions().find(backend.tenant, hash);
  }));
  if (!row || row->expires <= backend.clock.now()) return invalidSession();
  FLORIN_TRY_ASSIGN(const SecretBytes json, backend.sealer.open(cardColumn(hash), row->sealedCard));
  auto card = proof::decodeCardData(json);
  if (!card.ok()) return Error(Code::kCorrupted, "a pushed card has not its form");
  FLORIN_TRY_ASSIGN(Capture capture, captureOf(std::move(*card)));
  capture.pushed = *row;
  return capture;
}

Result<Capture> Captures::open(const messages::CardReference& reference) {
  if (!reference.pushSessionId.empty()) return openPushed(reference.pushSessionId);
  FLORIN_TRY_ASSIGN(proof::CardData card, openEnvelope(reference.cardData));
  return captureOf(std::move(card));
}

Result<NewPushSession> Captures::push(const base::TenantId& issuer, const PushedCard& pushed) {
  cps::Backend& backend = gateway_.backend;
  FLORIN_TRY_ASSIGN(const proof::CardData card, openEnvelope(pushed.cardData));
  const auto product = gateway_.catalog.productOf(card.pan.expose());
  if (!product.ok() || product->issuer->id != issuer) {
    return Error(Code::kNotFound, "the card is not of this issuer's ranges");
  }
  FLORIN_TRY_ASSIGN(const SecretBytes json, proof::encodeCardData(card));
  NewPushSession made;
  const std::string text = base::toHex(backend.random.bytes(kSessionBytes));
  made.id = SecretBytes::copyOf(base::asBytes(text));
  made.expires = backend.clock.now() + limits::kPushSessionLifetime;
  records::PushSession row;
  row.tenant = backend.tenant;
  row.sessionHash = hashOf(made.id);
  row.issuer = issuer;
  row.sealedCard = backend.sealer.seal(cardColumn(row.sessionHash), json);
  row.approved = pushed.approved;
  row.termsAccepted = pushed.termsAccepted;
  row.expires = made.expires;
  const Status written = backend.store.write([&](ports::Unit& unit) -> Status {
    FLORIN_TRY(unit.pushSessions().eraseExpired(backend.clock.now(), limits::kPurgeBatch));
    FLORIN_TRY_ASSIGN(const std::uint32_t open, unit.pushSessions().countOf(issuer));
    if (open >= limits::kPushSessionsOpen) {
      return Error(Code::kExhausted, "the issuer has too many cards pushed");
    }
    return unit.pushSessions().insert(row);
  });
  if (!written.ok()) return written.error();
  return made;
}

Status Captures::take(ports::Unit& unit, const records::PushSession& session) {
  FLORIN_TRY_ASSIGN(const auto row, unit.pushSessions().find(session.tenant, session.sessionHash));
  if (!row) return invalidSession();
  return unit.pushSessions().erase(session.tenant, session.sessionHash);
}

}  // namespace florin::gateway
