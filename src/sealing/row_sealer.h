// Row encryption (D9): sealed columns of the backend's database. The key-encryption key stays in
// custody; data-encryption keys (DEKs) stand in the store wrapped under it, and in memory here.
//
//   sealed = version 01 | DEK id, 16 bytes | nonce, 12 bytes | ciphertext | tag, 16 bytes
//   AAD    = table | column | row id | DEK id, each after its length as 4 bytes
//
// ciphertext || tag is AES-256-GCM. The AAD ties a value to its place, so that nobody who writes
// to the database can move it to another row or column.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>

#include "base/ids.h"
#include "base/random.h"
#include "crypto/aead.h"
#include "florin/bytes.h"
#include "florin/result.h"
#include "ports/key_custody.h"
#include "ports/store.h"

namespace florin::sealing {

// ColumnRef names the place of a sealed value. `rowId` borrows for the call.
struct ColumnRef {
  Literal table;
  Literal column;
  ByteView rowId;
};

using DekId = base::Id<struct DekTag>;

// RowSealer seals and opens columns. Thread-safe.
class RowSealer {
 public:
  // open reads the DEKs of settings "dek/current" and "dek/<id>" and unwraps them; an empty store
  // gets its first one, durable before open returns. kUnauthenticated: another custody wrapped
  // them. kCorrupted: the settings do not fit together. All three must outlive the sealer.
  static Result<std::unique_ptr<RowSealer>> open(ports::Store& store, ports::KeyCustody& custody,
                                                 base::Random& random);

  // hasKeys is false for a store that no sealer has opened yet.
  static Result<bool> hasKeys(ports::Unit& unit);

  // seal encrypts under the current DEK with a random nonce: 45 bytes more than the plaintext.
  Bytes seal(const ColumnRef& column, ByteView plaintext);
  Bytes seal(const ColumnRef& column, const SecretBytes& plaintext);

  // open: kMalformed when `sealed` is empty or not of this form, kUnsupported for another version
  // byte, kCorrupted when its DEK is unknown, kUnauthenticated when the tag does not verify: bits
  // flipped, or the value belongs to another place.
  Result<SecretBytes> open(const ColumnRef& column, ByteView sealed);

  // blindIndex gives 32 bytes that are equal for equal `data` of one domain ("pan", "dpan"), by
  // custody's HMAC, so that a sealed value can be searched for.
  Result<Bytes> blindIndex(Literal domain, ByteView data);
  Result<Bytes> blindIndex(Literal domain, const SecretBytes& data);

 private:
  using Deks = std::map<DekId, crypto::AesGcm>;

  RowSealer(ports::KeyCustody& custody, base::Random& random, DekId current, Deks deks)
      : custody_(custody), random_(random), current_(current), deks_(std::move(deks)) {}

  ports::KeyCustody& custody_;
  base::Random& random_;
  const DekId current_;
  std::mutex mutex_;  // guards deks_: a cipher context has state
  Deks deks_;
};

}  // namespace florin::sealing
