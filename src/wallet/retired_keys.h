// Keys that are not used any more, on their way out of the platform's key store. A handle stands in
// the vault as retired from the transaction that drops it until DeviceKeys::remove is done with it;
// a new one stands so until the transaction that uses it. A kill anywhere in between leaves it to
// the next opening.
#pragma once

#include "vault/records.h"

namespace florin::wallet {

class Core;

// generateKey makes a key and commits it as retired, until useKey. An error leaves no key behind.
Result<KeyHandle> generateKey(vault::Vault& vault, DeviceKeys& keys);

// useKey takes a new key out of the retired ones, in the transaction that stores its handle.
void useKey(vault::Transaction& transaction, const KeyHandle& key);

// retireKey retires a key, in the transaction that drops its handle. An empty handle is no key.
void retireKey(vault::Transaction& transaction, const KeyHandle& key);

// retireDeviceKeys retires the keys of the device and of an enrollment.
Status retireDeviceKeys(vault::Transaction& transaction, const vault::Vault& vault);

// removeRetiredKeys removes every retired key and forgets those that are gone. One that is in use
// is never removed. What fails is logged and stays for the next call. Outside of the vault's lock.
void removeRetiredKeys(Core& core);

// wipeVault retires all keys and erases everything else in one transaction, which is the last one,
// removes the keys, then the vault's file. While a key cannot be removed the file stays, with
// nothing in it but retired keys. An error: the file may still be there. Outside of the lock.
Status wipeVault(Core& core);

}  // namespace florin::wallet
