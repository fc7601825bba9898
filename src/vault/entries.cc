#include "vault/entries.h"

#include <algorithm>
#include <optional>

#include "base/bytes.h"
#include "base/check.h"

namespace florin::vault {
namespace {

constexpr std::uint8_t kPut = 1;
constexpr std::uint8_t kErase = 2;
constexpr std::size_t kLengthSize = 4;
constexpr std::size_t kLongestKey = 255;

std::span<std::uint8_t> write(std::span<std::uint8_t> out, ByteView bytes) {
  std::ranges::copy(bytes, out.begin());
  return out.subspan(bytes.size());
}

Error malformed() { return Error(Code::kCorrupted, "a transaction's entries have no form"); }

// take removes `count` bytes from the front of `from`.
Result<ByteView> take(ByteView& from, std::size_t count) {
  if (from.size() < count) return malformed();
  const ByteView taken = from.first(count);
  from = from.subspan(count);
  return taken;
}

}  // namespace

RecordKey recordKey(Kind kind, ByteView id) {
  FLORIN_CHECK(id.size() < kLongestKey);
  RecordKey key;
  key.reserve(1 + id.size());
  key.push_back(static_cast<std::uint8_t>(kind));
  base::append(key, id);
  return key;
}

std::size_t encodedSize(const RecordKey& key, const SecretBytes* value) {
  return 2 + key.size() + (value == nullptr ? 0 : kLengthSize + value->size());
}

std::span<std::uint8_t> encodeEntry(std::span<std::uint8_t> out, const RecordKey& key,
                                    const SecretBytes* value) {
  FLORIN_CHECK(out.size() >= encodedSize(key, value) && key.size() <= kLongestKey);
  out[0] = value == nullptr ? kErase : kPut;
  out[1] = static_cast<std::uint8_t>(key.size());
  out = write(out.subspan(2), key);
  if (value == nullptr) return out;
  out = write(out, base::bigEndian(static_cast<std::uint32_t>(value->size())));
  return write(out, value->expose());
}

SecretBytes encodeChanges(const Changes& changes) {
  const auto valueOf = [](const auto& change) { return change ? &*change : nullptr; };
  std::size_t size = 0;
  for (const auto& [key, change] : changes) size += encodedSize(key, valueOf(change));
  SecretBytes entries(size);
  std::span<std::uint8_t> out = entries.exposeMutable();
  for (const auto& [key, change] : changes) out = encodeEntry(out, key, valueOf(change));
  return entries;
}

Status applyEntries(const SecretBytes& entries, Records& records) {
  ByteView rest = entries.expose();
  while (!rest.empty()) {
    FLORIN_TRY_ASSIGN(const ByteView head, take(rest, 2));
    FLORIN_TRY_ASSIGN(const ByteView key, take(rest, head[1]));
    if (key.empty() || (head[0] != kPut && head[0] != kErase)) return malformed();
    if (head[0] == kErase) {
      records.erase(base::toBytes(key));
      continue;
    }
    FLORIN_TRY_ASSIGN(const ByteView length, take(rest, kLengthSize));
    FLORIN_TRY_ASSIGN(const ByteView value, take(rest, base::readBigEndian(length)));
    records.insert_or_assign(base::toBytes(key), SecretBytes::copyOf(value));
  }
  return {};
}

}  // namespace florin::vault
