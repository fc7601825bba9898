#include "vault/vault.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/limits.h"

namespace florin::vault {
namespace {

namespace limits = base::limits;

bool startsWith(ByteView bytes, ByteView prefix) {
  return bytes.size() >= prefix.size() && std::ranges::equal(bytes.first(prefix.size()), prefix);
}

// A file is written anew when it is this many times its content at the last rewriting.
constexpr std::size_t kGrowth = 4;

}  // namespace

void Transaction::put(Kind kind, ByteView id, SecretBytes value) {
  changes_.insert_or_assign(recordKey(kind, id), std::move(value));
}

void Transaction::erase(Kind kind, ByteView id) {
  changes_.insert_or_assign(recordKey(kind, id), std::nullopt);
}

Vault::Vault(Storage& storage, base::Random& random, SecretBytes key, const Header& header)
    : storage_(storage),
      random_(random),
      key_(std::move(key)),
      header_(header),
      chain_(Chain::begin(header, key_)) {}

Result<std::unique_ptr<Vault>> Vault::open(Storage& storage, VaultKeyProvider& provider,
                                           base::Random& random) {
  FLORIN_TRY_ASSIGN(const std::optional<Bytes> file, storage.load());
  Header header;
  if (file) {
    if (file->size() > limits::kVaultFile) return Error(Code::kTooLarge, "the vault's file");
    FLORIN_TRY_ASSIGN(header, readHeader(*file));
  } else {
    random.fill(header.salt);
  }
  FLORIN_TRY_ASSIGN(SecretBytes key, provider.unlock(header.salt));
  if (key.size() != kVaultKeySize) {
    return Error(Code::kInvalidArgument, "a vault key has 32 bytes");
  }
  std::unique_ptr<Vault> vault(new Vault(storage, random, std::move(key), header));
  if (file) {
    FLORIN_TRY(vault->read(*file));
  } else {
    vault->mustRewrite_ = true;
  }
  return vault;
}

Status Vault::read(ByteView file) {
  if (!chain_.fits(file)) return Error(Code::kUnauthenticated, "this key is not this vault's");
  ByteView rest = file.subspan(kHeaderSize);
  while (!rest.empty()) {
    FLORIN_TRY_ASSIGN(const Chain::Unsealed next, chain_.unseal(rest));
    if (next.cut) {
      // Appending after the remains would bury them in the middle of the file.
      mustRewrite_ = true;
      break;
    }
    FLORIN_TRY(applyEntries(next.entries, records_));
    rest = next.rest;
  }
  // A file is never written without a transaction: this was cut afterwards.
  if (chain_.generation() == header_.generation) {
    return Error(Code::kCorrupted, "the vault has no whole transaction");
  }
  fileSize_ = file.size();
  std::size_t content = 0;
  for (const auto& [key, value] : records_) content += encodedSize(key, &value);
  rewriteAt_ = std::max(limits::kVaultRewrite, kGrowth * content);
  return {};
}

Status Vault::commit(Transaction&& transaction) {
  if (closed_) return Error(Code::kWrongState, "the vault is closed");
  Changes changes = std::move(transaction.changes_);
  if (changes.empty() && !transaction.shred_) return {};
  const SecretBytes entries = encodeChanges(changes);
  if (entries.size() > limits::kVaultTransaction) {
    return Error(Code::kTooLarge, "a vault transaction", static_cast<std::int64_t>(entries.size()));
  }
  const std::size_t frameSize = kFrameHeadSize + entries.size() + crypto::kGcmTag;
  if (mustRewrite_ || transaction.shred_ || fileSize_ + frameSize > rewriteAt_) {
    FLORIN_TRY(rewrite(changes));
  } else {
    FLORIN_TRY(append(chain_.seal(random_.bytes(crypto::kGcmNonce), entries)));
  }
  apply(std::move(changes));
  return {};
}

Status Vault::append(ByteView frame) {
  if (const Status written = storage_.append(frame); !written.ok()) {
    mustRewrite_ = true;
    return written;
  }
  chain_.advance(frame);
  fileSize_ += frame.size();
  return {};
}

void Vault::apply(Changes&& changes) {
  for (auto& [key, change] : changes) {
    if (change) {
      records_.insert_or_assign(key, std::move(*change));
    } else {
      records_.erase(key);
    }
  }
}

// snapshot gives a whole file: every record as `changes` leave it, in as few transactions as their
// limit allows.
Result<Bytes> Vault::snapshot(Chain& chain, const Changes& changes) {
  std::vector<std::pair<const RecordKey*, const SecretBytes*>> live;
  for (const auto& [key, value] : records_) {
    if (!changes.contains(key)) live.emplace_back(&key, &value);
  }
  for (const auto& [key, change] : changes) {
    if (change) live.emplace_back(&key, &*change);
  }
  Bytes file = chain.headerBytes();
  std::size_t next = 0;
  do {  // one transaction even for an empty vault, so that the generation grows
    std::size_t size = 0;
    std::size_t end = next;
    for (; end < live.size(); ++end) {
      const std::size_t more = encodedSize(*live[end].first, live[end].second);
      if (size + more > limits::kVaultTransaction) break;
      size += more;
    }
    SecretBytes entries(size);
    std::span<std::uint8_t> out = entries.exposeMutable();
    for (; next < end; ++next) out = encodeEntry(out, *live[next].first, live[next].second);
    const Bytes frame = chain.seal(random_.bytes(crypto::kGcmNonce), entries);
    chain.advance(frame);
    base::append(file, frame);
    if (file.size() > limits::kVaultFile) return Error(Code::kTooLarge, "the vault's file");
  } while (next < live.size());
  return file;
}

Status Vault::rewrite(const Changes& changes) {
  Header header = header_;
  random_.fill(header.fileId);
  header.generation = chain_.generation();
  Chain chain = Chain::begin(header, key_);
  FLORIN_TRY_ASSIGN(const Bytes file, snapshot(chain, changes));
  if (const Status written = storage_.replace(file); !written.ok()) {
    mustRewrite_ = true;  // the old file or the new one
    return written;
  }
  header_ = header;
  chain_ = std::move(chain);
  fileSize_ = file.size();
  rewriteAt_ = std::max(limits::kVaultRewrite, kGrowth * file.size());
  mustRewrite_ = false;
  return {};
}

const SecretBytes* Vault::find(Kind kind, ByteView id) const {
  const auto found = records_.find(recordKey(kind, id));
  return found == records_.end() ? nullptr : &found->second;
}

std::vector<Vault::Item> Vault::list(Kind kind, ByteView prefix) const {
  const RecordKey from = recordKey(kind, prefix);
  std::vector<Item> items;
  for (auto it = records_.lower_bound(from); it != records_.end(); ++it) {
    if (!startsWith(it->first, from)) break;
    items.push_back({ByteView(it->first).subspan(1), &it->second});
  }
  return items;
}

std::optional<Vault::Item> Vault::firstOf(Kind kind, ByteView prefix) const {
  const RecordKey from = recordKey(kind, prefix);
  const auto it = records_.lower_bound(from);
  if (it == records_.end() || !startsWith(it->first, from)) return std::nullopt;
  return Item{ByteView(it->first).subspan(1), &it->second};
}

void Vault::close() {
  closed_ = true;
  records_.clear();
}

Status Vault::destroy() {
  close();
  return storage_.remove();
}

}  // namespace florin::vault
