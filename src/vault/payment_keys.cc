#include "vault/payment_keys.h"

#include <set>

#include "base/bytes.h"
#include "base/running_atc.h"

namespace florin::vault {
namespace {

Bytes singleUseKeysOf(const base::TokenId& card) {
  Bytes id = card.toBytes();
  id.push_back(static_cast<std::uint8_t>(messages::KeyKind::kSuk));
  return id;
}

std::uint32_t numberOf(ByteView keyId) {
  return static_cast<std::uint32_t>(base::readBigEndian(keyId.last(sizeof(std::uint32_t))));
}

base::Time timeOf(std::uint64_t ms) { return base::fromMs(static_cast<std::int64_t>(ms)); }

Result<std::optional<LimitedKeyRecord>> limitedKeyOf(const Vault& vault,
                                                     const base::TokenId& card) {
  return readRecord<LimitedKeyRecord>(vault, card.view());
}

Result<Bytes> transportPoint(const Vault& vault, const base::KeyId& id) {
  FLORIN_TRY_ASSIGN(auto transport, readRecord<TransportKeyRecord>(vault, id.view()));
  if (!transport) return Error(Code::kCorrupted, "a stored key cannot be unwrapped");
  return std::move(transport->point);
}

// commitUse makes the use durable, and gives the point that its key is unwrapped with.
Result<TakenKey> commitUse(Vault& vault, const base::TokenId& card, Transaction&& spend,
                           TakenKey&& taken) {
  FLORIN_TRY_ASSIGN(taken.transportPoint, transportPoint(vault, taken.transportKeyId));
  putRecord(spend, CounterRecord{taken.atc}, card.view());
  FLORIN_TRY(vault.commit(std::move(spend)));
  return std::move(taken);
}

Result<TakenKey> takeLimited(Vault& vault, const base::TokenId& card, LimitedKeyRecord&& key,
                             std::uint32_t last, base::Time now) {
  if (key.usesLeft == 0) return Error(Code::kExhausted, "the limited-use key is used up");
  if (now >= timeOf(key.expiresMs)) return Error(Code::kExhausted, "the key has expired");
  if (!base::isRunningAtc(last + 1)) return Error(Code::kExhausted, "the card has no ATC left");
  TakenKey taken{last + 1, messages::KeyKind::kLuk, key.index, key.transportKeyId, {}, key.wrapped};
  Transaction spend;
  --key.usesLeft;
  putRecord(spend, key, card.view());
  return commitUse(vault, card, std::move(spend), std::move(taken));
}

void putLimited(Transaction& transaction, const base::TokenId& card,
                const messages::InstallKeys& keys, const messages::WrappedKey& key) {
  putRecord(transaction,
            LimitedKeyRecord{.index = key.number,
                             .transportKeyId = keys.transportKeyId,
                             .wrapped = key.wrapped,
                             .usesLeft = key.uses,
                             .expiresMs = static_cast<std::uint64_t>(base::toMs(key.expires)),
                             .refreshMs = static_cast<std::uint64_t>(base::toMs(key.refresh))},
            card.view());
}

// namedKeys gives the transport keys that stored keys name.
Result<std::set<base::KeyId>> namedKeys(const Vault& vault) {
  std::set<base::KeyId> named;
  for (const Vault::Item& item : vault.list(Kind::kPaymentKey)) {
    FLORIN_TRY_ASSIGN(const auto key, decodeRecord<PaymentKeyRecord>(*item.value));
    named.insert(key.transportKeyId);
  }
  for (const Vault::Item& item : vault.list(Kind::kLimitedKey)) {
    FLORIN_TRY_ASSIGN(const auto key, decodeRecord<LimitedKeyRecord>(*item.value));
    named.insert(key.transportKeyId);
  }
  for (const Vault::Item& item : vault.list(Kind::kIccKey)) {
    FLORIN_TRY_ASSIGN(const auto key, decodeRecord<IccKeyRecord>(*item.value));
    named.insert(key.transportKeyId);
  }
  return named;
}

}  // namespace

Result<std::uint32_t> lastAtc(const Vault& vault, const base::TokenId& card) {
  FLORIN_TRY_ASSIGN(const auto counter, readRecord<CounterRecord>(vault, card.view()));
  return counter ? counter->lastAtc : 0;
}

Result<Stock> stockOf(const Vault& vault, const base::TokenId& card) {
  FLORIN_TRY_ASSIGN(const auto limited, limitedKeyOf(vault, card));
  if (limited) {
    return Stock{limited->usesLeft, timeOf(limited->expiresMs), timeOf(limited->refreshMs)};
  }
  const auto keys = vault.list(Kind::kPaymentKey, singleUseKeysOf(card));
  return Stock{static_cast<std::uint32_t>(keys.size()), {}, {}};
}

Result<TakenKey> takeKey(Vault& vault, const base::TokenId& card, base::Time now) {
  FLORIN_TRY_ASSIGN(const std::uint32_t last, lastAtc(vault, card));
  FLORIN_TRY_ASSIGN(auto limited, limitedKeyOf(vault, card));
  if (limited) return takeLimited(vault, card, std::move(*limited), last, now);
  const auto item = vault.firstOf(Kind::kPaymentKey, singleUseKeysOf(card));
  if (!item) return Error(Code::kExhausted, "the card has no payment key left");
  FLORIN_TRY_ASSIGN(PaymentKeyRecord key, decodeRecord<PaymentKeyRecord>(*item->value));
  const std::uint32_t atc = numberOf(item->id);
  if (atc <= last) return Error(Code::kCorrupted, "a stored key is used already", atc);
  Transaction spend;
  spend.erase(Kind::kPaymentKey, item->id);
  return commitUse(
      vault, card, std::move(spend),
      {atc, messages::KeyKind::kSuk, atc, key.transportKeyId, {}, std::move(key.wrapped)});
}

Status putKeys(Transaction& transaction, const Vault& vault, const base::TokenId& card,
               const messages::InstallKeys& keys) {
  FLORIN_TRY_ASSIGN(std::uint32_t last, lastAtc(vault, card));
  if (keys.voidBelow != 0) eraseRecord<LimitedKeyRecord>(transaction, card.view());
  if (keys.voidBelow > last + 1) {
    last = keys.voidBelow - 1;
    putRecord(transaction, CounterRecord{last}, card.view());
    for (const Vault::Item& item : vault.list(Kind::kPaymentKey, singleUseKeysOf(card))) {
      if (numberOf(item.id) <= last) transaction.erase(Kind::kPaymentKey, item.id);
    }
  }
  for (const messages::WrappedKey& key : keys.keys) {
    if (key.kind == messages::KeyKind::kLuk) {
      putLimited(transaction, card, keys, key);
    } else if (key.number > last) {
      Bytes id = singleUseKeysOf(card);
      base::appendBigEndian(id, key.number);
      putRecord(transaction, PaymentKeyRecord{keys.transportKeyId, key.wrapped}, id);
    }
  }
  FLORIN_TRY_ASSIGN(auto named, namedKeys(vault));
  named.insert(keys.transportKeyId);
  for (const Vault::Item& item : vault.list(Kind::kTransportKey)) {
    FLORIN_TRY_ASSIGN(const auto id, base::KeyId::fromBytes(item.id));
    if (!named.contains(id)) eraseRecord<TransportKeyRecord>(transaction, item.id);
  }
  putRecord(transaction, TransportKeyRecord{keys.transportPublicKey}, keys.transportKeyId.view());
  return {};
}

void putIccKey(Transaction& transaction, const base::TokenId& card, const messages::IccKey& key) {
  putRecord(transaction, IccKeyRecord{key.number, key.transportKeyId, key.wrapped}, card.view());
  putRecord(transaction, TransportKeyRecord{key.transportPublicKey}, key.transportKeyId.view());
}

Result<std::optional<messages::IccKey>> iccKeyOf(const Vault& vault, const base::TokenId& card) {
  FLORIN_TRY_ASSIGN(auto record, readRecord<IccKeyRecord>(vault, card.view()));
  if (!record) return std::optional<messages::IccKey>();
  FLORIN_TRY_ASSIGN(Bytes point, transportPoint(vault, record->transportKeyId));
  return std::optional(messages::IccKey{record->transportKeyId, std::move(point), record->number,
                                        std::move(record->wrapped)});
}

void eraseKeys(Transaction& transaction, const Vault& vault, const base::TokenId& card) {
  eraseAll(transaction, vault, Kind::kPaymentKey, card.view());
  eraseAll(transaction, vault, Kind::kLimitedKey, card.view());
}

}  // namespace florin::vault
