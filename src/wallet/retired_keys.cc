#include "wallet/retired_keys.h"

#include <algorithm>

#include "base/bytes.h"
#include "crypto/hmac.h"
#include "wallet/core.h"
#include "wallet/operations.h"

namespace florin::wallet {
namespace {

using vault::RetiredKeyRecord;
using vault::Transaction;
using vault::Vault;
using Keys = std::vector<KeyHandle>;

Bytes idOf(const KeyHandle& key) {
  return base::toBytes(crypto::hmacSha256(key, base::asBytes("florin retired key/1")));
}

Result<Keys> keysOfDevice(const Vault& vault) {
  FLORIN_TRY_ASSIGN(auto enrollment, vault::readRecord<vault::EnrollmentRecord>(vault));
  FLORIN_TRY_ASSIGN(auto device, vault::readRecord<vault::DeviceRecord>(vault));
  Keys keys;
  if (enrollment) {
    keys.push_back(std::move(enrollment->deviceKey));
    keys.push_back(std::move(enrollment->transportKey));
  }
  if (device) {
    keys.push_back(std::move(device->deviceKey));
    keys.push_back(std::move(device->transportKey));
  }
  return keys;
}

Result<Keys> keysInUse(const Vault& vault) {
  FLORIN_TRY_ASSIGN(Keys keys, keysOfDevice(vault));
  FLORIN_TRY_ASSIGN(auto wallet, vault::readRecord<vault::WalletRecord>(vault));
  if (wallet) keys.push_back(std::move(wallet->signingKey));
  return keys;
}

Result<Keys> retiredKeys(const Vault& vault) {
  Keys keys;
  for (const Vault::Item& item : vault.list(vault::Kind::kRetiredKey)) {
    FLORIN_TRY_ASSIGN(auto record, vault::decodeRecord<RetiredKeyRecord>(*item.value));
    keys.push_back(std::move(record.key));
  }
  return keys;
}

// Retired is what the vault says of the retired keys; `unused` are those that may be removed.
struct Retired {
  Keys unused;
  std::vector<Bytes> stillUsed;  // ids
};

// After a failed commit the file may use a key that the records do not, so it is settled first.
Result<Retired> readRetired(Vault& vault) {
  Retired retired;
  FLORIN_TRY_ASSIGN(Keys keys, retiredKeys(vault));
  if (keys.empty()) return retired;
  if (!vault.settled()) {
    Transaction nothing;
    nothing.shred();
    FLORIN_TRY(vault.commit(std::move(nothing)));
  }
  FLORIN_TRY_ASSIGN(const Keys used, keysInUse(vault));
  std::vector<Bytes> usedIds;
  for (const KeyHandle& key : used) usedIds.push_back(idOf(key));
  for (KeyHandle& key : keys) {
    if (Bytes id = idOf(key); std::ranges::find(usedIds, id) != usedIds.end()) {
      retired.stillUsed.push_back(std::move(id));
    } else {
      retired.unused.push_back(std::move(key));
    }
  }
  return retired;
}

void warn(Core& core, Literal event, const Error& error) {
  core.log.warning(event, {{"code", static_cast<int>(error.code())}});
}

// removeKeys gives the ids of those that are gone.
std::vector<Bytes> removeKeys(Core& core, const Keys& keys) {
  std::vector<Bytes> gone;
  for (const KeyHandle& key : keys) {
    const Status removed = core.deviceKeys().remove(key);
    if (removed.ok() || removed.error().code() == Code::kNotFound) {
      gone.push_back(idOf(key));
    } else {
      warn(core, "key.notRemoved", removed.error());
    }
  }
  return gone;
}

// eraseVault leaves the retired keys only, and gives all keys into `keys`.
Status eraseVault(Vault& vault, Keys& keys) {
  FLORIN_TRY_ASSIGN(keys, retiredKeys(vault));
  FLORIN_TRY_ASSIGN(Keys used, keysInUse(vault));
  Transaction transaction;
  for (KeyHandle& key : used) {
    retireKey(transaction, key);
    if (!key.empty()) keys.push_back(std::move(key));
  }
  FLORIN_TRY(eraseDevice(transaction, vault));
  vault::eraseRecord<vault::WalletRecord>(transaction);
  return vault.commit(std::move(transaction));
}

}  // namespace

Result<KeyHandle> generateKey(Vault& vault, DeviceKeys& keys) {
  FLORIN_TRY_ASSIGN(KeyHandle key, keys.generate());
  Transaction transaction;
  retireKey(transaction, key);
  if (const Status kept = vault.commit(std::move(transaction)); !kept.ok()) {
    // Should the record be in the file after all, the next opening removes the key once more.
    static_cast<void>(keys.remove(key));
    return kept.error();
  }
  return key;
}

void useKey(Transaction& transaction, const KeyHandle& key) {
  vault::eraseRecord<RetiredKeyRecord>(transaction, idOf(key));
}

void retireKey(Transaction& transaction, const KeyHandle& key) {
  if (!key.empty()) putRecord(transaction, RetiredKeyRecord{key.clone()}, idOf(key));
}

Status retireDeviceKeys(Transaction& transaction, const Vault& vault) {
  FLORIN_TRY_ASSIGN(const Keys keys, keysOfDevice(vault));
  for (const KeyHandle& key : keys) retireKey(transaction, key);
  return {};
}

void removeRetiredKeys(Core& core) {
  const auto retired = core.withVault([](Vault& vault) { return readRetired(vault); });
  if (!retired.ok()) return warn(core, "keys.notRead", retired.error());
  std::vector<Bytes> over = removeKeys(core, retired->unused);
  over.insert(over.end(), retired->stillUsed.begin(), retired->stillUsed.end());
  if (over.empty()) return;
  Transaction transaction;
  for (const Bytes& id : over) vault::eraseRecord<RetiredKeyRecord>(transaction, id);
  transaction.shred();  // a handle may be the key itself
  const Status forgotten =
      core.withVault([&](Vault& vault) { return vault.commit(std::move(transaction)); });
  if (!forgotten.ok()) warn(core, "keys.notForgotten", forgotten.error());
}

Status wipeVault(Core& core) {
  Keys keys;
  const Status erased = core.withVault([&keys](Vault& vault) {
    const Status status = eraseVault(vault, keys);
    vault.close();
    return status;
  });
  const auto destroy = [&core] {
    return core.withVault([](Vault& vault) { return vault.destroy(); });
  };
  if (erased.ok()) return removeKeys(core, keys).size() == keys.size() ? destroy() : Status();
  FLORIN_TRY(destroy());  // until then its keys may be in use
  removeKeys(core, keys);
  return {};
}

}  // namespace florin::wallet
