#include "vault/payment_keys.h"

#include <set>

#include "base/bytes.h"

namespace florin::vault {
namespace {

Bytes keysOf(const base::TokenId& card, messages::KeyKind kind) {
  Bytes id = card.toBytes();
  id.push_back(static_cast<std::uint8_t>(kind));
  return id;
}

std::uint32_t numberOf(ByteView keyId) {
  return static_cast<std::uint32_t>(base::readBigEndian(keyId.last(sizeof(std::uint32_t))));
}

}  // namespace

Result<std::uint32_t> lastAtc(const Vault& vault, const base::TokenId& card) {
  FLORIN_TRY_ASSIGN(const auto counter, readRecord<CounterRecord>(vault, card.view()));
  return counter ? counter->lastAtc : 0;
}

std::uint32_t keysLeft(const Vault& vault, const base::TokenId& card) {
  const Bytes prefix = keysOf(card, messages::KeyKind::kSuk);
  return static_cast<std::uint32_t>(vault.list(Kind::kPaymentKey, prefix).size());
}

Result<TakenKey> takeKey(Vault& vault, const base::TokenId& card) {
  const auto item = vault.firstOf(Kind::kPaymentKey, keysOf(card, messages::KeyKind::kSuk));
  if (!item) return Error(Code::kExhausted, "the card has no payment key left");
  FLORIN_TRY_ASSIGN(PaymentKeyRecord key, decodeRecord<PaymentKeyRecord>(*item->value));
  FLORIN_TRY_ASSIGN(const std::uint32_t last, lastAtc(vault, card));
  FLORIN_TRY_ASSIGN(const auto transport,
                    readRecord<TransportKeyRecord>(vault, key.transportKeyId.view()));
  TakenKey taken{numberOf(item->id), key.transportKeyId, {}, std::move(key.wrapped)};
  if (taken.atc <= last || !transport) {
    return Error(Code::kCorrupted, "a stored key is used or cannot be unwrapped", taken.atc);
  }
  taken.transportPoint = transport->point;

  Transaction spend;
  spend.erase(Kind::kPaymentKey, item->id);
  putRecord(spend, CounterRecord{taken.atc}, card.view());
  FLORIN_TRY(vault.commit(std::move(spend)));
  return taken;
}

Status putKeys(Transaction& transaction, const Vault& vault, const base::TokenId& card,
               const messages::InstallKeys& keys) {
  FLORIN_TRY_ASSIGN(std::uint32_t last, lastAtc(vault, card));
  if (keys.voidBelow > last + 1) {
    last = keys.voidBelow - 1;
    putRecord(transaction, CounterRecord{last}, card.view());
    for (const Vault::Item& item :
         vault.list(Kind::kPaymentKey, keysOf(card, messages::KeyKind::kSuk))) {
      if (numberOf(item.id) <= last) transaction.erase(Kind::kPaymentKey, item.id);
    }
  }
  for (const messages::WrappedKey& key : keys.keys) {
    if (key.kind == messages::KeyKind::kSuk && key.number <= last) continue;
    Bytes id = keysOf(card, key.kind);
    base::appendBigEndian(id, key.number);
    putRecord(transaction, PaymentKeyRecord{keys.transportKeyId, key.wrapped}, id);
  }
  std::set<base::KeyId> named{keys.transportKeyId};
  for (const Vault::Item& item : vault.list(Kind::kPaymentKey)) {
    FLORIN_TRY_ASSIGN(const auto key, decodeRecord<PaymentKeyRecord>(*item.value));
    named.insert(key.transportKeyId);
  }
  for (const Vault::Item& item : vault.list(Kind::kTransportKey)) {
    FLORIN_TRY_ASSIGN(const auto id, base::KeyId::fromBytes(item.id));
    if (!named.contains(id)) eraseRecord<TransportKeyRecord>(transaction, item.id);
  }
  putRecord(transaction, TransportKeyRecord{keys.transportPublicKey}, keys.transportKeyId.view());
  return {};
}

}  // namespace florin::vault
