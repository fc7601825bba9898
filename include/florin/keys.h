// Keys of the device: the key that unlocks the vault, and the device's own private keys. A platform
// with a keystore implements both over it; the defaults are a key file or passphrase, and P-256
// keys kept in the vault.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "florin/bytes.h"
#include "florin/result.h"
#include "florin/version.h"

namespace florin {

class FLORIN_EXPORT VaultKeyProvider {
 public:
  virtual ~VaultKeyProvider() = default;

  // unlock gives the vault's 32-byte key. `salt` is 16 random bytes that stand in the vault's
  // header, for providers that derive (a passphrase by scrypt). The same salt must give the same
  // key. kCancelled: the user refused.
  virtual Result<SecretBytes> unlock(ByteView salt) = 0;
};

// makeKeyFileProvider gives the vault's key from `keyFile`, 32 bytes, mode 0600. Where neither it
// nor `vaultFile` exists, unlock makes a random key, durable before it returns. unlock gives
// kNotFound when the key of an existing vault is missing, kRefused when group or others have a
// permission on it, kCorrupted when it has not 32 bytes.
FLORIN_EXPORT std::unique_ptr<VaultKeyProvider> makeKeyFileProvider(std::string keyFile,
                                                                    std::string vaultFile);

// makePassphraseProvider derives the vault's key from a passphrase by scrypt (RFC 7914; N = 2^15,
// r = 8, p = 3: 32 MiB and some tenths of a second), under the salt of the vault's header. Nothing
// else is stored. The passphrase is taken byte for byte: agree on one encoding. unlock gives
// kInvalidArgument when it is empty; a wrong one is found by Wallet::open.
FLORIN_EXPORT std::unique_ptr<VaultKeyProvider> makePassphraseProvider(SecretBytes passphrase);

// A handle names a private key. It is secret: a software implementation may put the key itself into
// it. The vault keeps it encrypted, so a key is durable when the vault's transaction that holds its
// handle is.
using KeyHandle = SecretBytes;

// DeviceKeys is called on the executor, on the thread of CardEmulation and on those of Wallet::open
// and wipeAll, also at the same time. The wallet may hold its lock meanwhile: an implementation
// does not call the wallet.
class FLORIN_EXPORT DeviceKeys {
 public:
  virtual ~DeviceKeys() = default;

  // generate makes a P-256 key pair. A kill before the vault has the handle leaves it in the
  // platform's key store: that is the one way a key can stay behind.
  virtual Result<KeyHandle> generate() = 0;

  // publicKey gives the point, 65 bytes, uncompressed (SEC 1).
  virtual Result<Bytes> publicKey(const KeyHandle& key) = 0;

  // sign makes an ECDSA signature over SHA-256 of `message`: 64 bytes, r then s.
  virtual Result<Bytes> sign(const KeyHandle& key, ByteView message) = 0;

  // agree gives the x-coordinate, 32 bytes, of ECDH with `peer` (65 bytes, uncompressed).
  // kMalformed: not a point of P-256.
  virtual Result<SecretBytes> agree(const KeyHandle& key, ByteView peer) = 0;

  // attest proves where `key` lives, over a 32-byte challenge. Nothing: this implementation cannot.
  virtual Result<std::optional<Bytes>> attest(const KeyHandle& key, ByteView challenge) = 0;

  // remove destroys the key of a handle that will not be used again: of the device and the wallet's
  // identity after a wipe or a revocation, and of a key that was made but never used. The vault has
  // dropped the handle durably before and keeps it aside until remove succeeded, so a kill in
  // between brings the same call again: a key that is not there is a success (kNotFound counts as
  // one). After any other error it is tried again at the next Wallet::open; the operation that
  // dropped the key does not fail. Called on the executor, and on the thread of Wallet::open and
  // wipeAll.
  virtual Status remove(const KeyHandle& key) = 0;
};

}  // namespace florin
