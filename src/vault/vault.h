// Vault keeps what the SDK must not lose, encrypted, in one Storage (D9, docs/vault-format.md):
// typed records by kind and id. It is not thread-safe; Wallet serialises it.
#pragma once

#include <memory>

#include "base/random.h"
#include "florin/keys.h"
#include "florin/storage.h"
#include "vault/entries.h"
#include "vault/format.h"

namespace florin::vault {

// Transaction gathers changes for Vault::commit. The last change of a record counts.
class Transaction {
 public:
  void put(Kind kind, ByteView id, SecretBytes value);
  void erase(Kind kind, ByteView id);

  // shred makes the commit write the file anew, so that what was erased, now or before, is not in
  // it any more, not even sealed. Without it erased records stay sealed in the file until it is
  // compacted.
  void shred() { shred_ = true; }

 private:
  friend class Vault;
  Changes changes_;
  bool shred_ = false;
};

class Vault {
 public:
  // open reads and checks the whole vault, or begins an empty one when `storage` holds nothing; its
  // file is made by the first commit, with it. An incomplete last transaction, which is what a
  // power cut leaves, is dropped. kUnauthenticated: the provider's key is not this vault's.
  // kCorrupted: any bit is not what it was. kUnsupported: another format version. kInvalidArgument:
  // the provider's key has not 32 bytes. Nothing is ever reset. `storage` and `random` must outlive
  // the Vault.
  static Result<std::unique_ptr<Vault>> open(Storage& storage, VaultKeyProvider& provider,
                                             base::Random& random);

  // commit makes a transaction durable, then changes the records: all of it or nothing. After an
  // error the records are as before; whether the transaction reached the disk is not known, and the
  // next commit writes the whole file anew over it. kTooLarge: over limits::kVaultTransaction, or
  // the vault would grow over limits::kVaultFile. kWrongState: after close or destroy.
  Status commit(Transaction&& transaction);

  // find gives a record's value, or nullptr. The pointer lives until the next commit.
  [[nodiscard]] const SecretBytes* find(Kind kind, ByteView id) const;

  // Item is one record; its id and value borrow from the vault until the next commit.
  struct Item {
    ByteView id;
    const SecretBytes* value;
  };

  // list gives the records of a kind whose ids start with `prefix`, ascending by id.
  [[nodiscard]] std::vector<Item> list(Kind kind, ByteView prefix = {}) const;

  // firstOf gives the first of `list`.
  [[nodiscard]] std::optional<Item> firstOf(Kind kind, ByteView prefix) const;

  // generation counts this vault's transactions since it was made. It never goes back, unless
  // somebody put an older file in its place (D7).
  [[nodiscard]] std::uint64_t generation() const { return chain_.generation(); }

  // close forgets the records in memory and makes the last commit the last one. The file stays.
  void close();

  // settled: what the file holds is what the records say. After a failed commit it is not known
  // until the next one succeeds.
  [[nodiscard]] bool settled() const { return !mustRewrite_; }

  // destroy closes and removes the file.
  Status destroy();

 private:
  Vault(Storage& storage, base::Random& random, SecretBytes key, const Header& header);
  Status read(ByteView file);
  Status append(ByteView frame);
  Result<Bytes> snapshot(Chain& chain, const Changes& changes);
  Status rewrite(const Changes& changes);
  void apply(Changes&& changes);

  Storage& storage_;
  base::Random& random_;
  SecretBytes key_;
  Header header_;
  Chain chain_;
  Records records_;
  std::size_t fileSize_ = 0;
  std::size_t rewriteAt_ = 0;
  bool mustRewrite_ = false;  // what stands at the end of the file is not known
  bool closed_ = false;
};

}  // namespace florin::vault
