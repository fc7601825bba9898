#include "sealing/row_sealer.h"

#include <string>

#include "base/bytes.h"
#include "base/check.h"

namespace florin::sealing {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::string_view kCurrentName = "dek/current";
constexpr std::size_t kHeader = 1 + DekId::kSize;
constexpr std::size_t kShortest = kHeader + crypto::kGcmNonce + crypto::kGcmTag;

std::string dekName(const DekId& id) { return "dek/" + id.toString(); }

void appendField(Bytes& to, ByteView field) {
  base::appendBigEndian(to, static_cast<std::uint32_t>(field.size()));
  base::append(to, field);
}

Bytes additionalData(const ColumnRef& column, const DekId& dek) {
  Bytes aad;
  appendField(aad, base::asBytes(column.table.view()));
  appendField(aad, base::asBytes(column.column.view()));
  appendField(aad, column.rowId);
  appendField(aad, dek.view());
  return aad;
}

// What the store holds: the ids of all DEKs, the current one first, and each key as it is wrapped.
struct StoredDeks {
  std::vector<DekId> ids;
  std::vector<Bytes> wrapped;
};

Result<StoredDeks> readDeks(records::SettingsRepository& settings, ByteView ids) {
  if (ids.empty() || ids.size() % DekId::kSize != 0) {
    return Error(Code::kCorrupted, "dek/current is no list of ids");
  }
  StoredDeks stored;
  for (std::size_t at = 0; at < ids.size(); at += DekId::kSize) {
    FLORIN_TRY_ASSIGN(const DekId id, DekId::fromBytes(ids.subspan(at, DekId::kSize)));
    FLORIN_TRY_ASSIGN(std::optional<Bytes> wrapped, settings.find(dekName(id)));
    if (!wrapped) return Error(Code::kCorrupted, "dek/current names a missing key");
    stored.ids.push_back(id);
    stored.wrapped.push_back(std::move(*wrapped));
  }
  return stored;
}

Result<std::optional<StoredDeks>> findDeks(ports::Unit& unit) {
  FLORIN_TRY_ASSIGN(const std::optional<Bytes> ids, unit.settings().find(kCurrentName));
  if (!ids) return std::optional<StoredDeks>();
  FLORIN_TRY_ASSIGN(StoredDeks stored, readDeks(unit.settings(), *ids));
  return std::optional<StoredDeks>(std::move(stored));
}

// createDeks writes the first DEK, unless another instance was faster: then it gives that one's.
Result<StoredDeks> createDeks(ports::Store& store, ports::KeyCustody& custody,
                              base::Random& random) {
  const DekId id = DekId::random(random);
  FLORIN_TRY_ASSIGN(const Bytes wrapped, custody.wrapDek(random.secret(crypto::kGcmKey)));
  return store.write([&](ports::Unit& unit) -> Result<StoredDeks> {
    FLORIN_TRY_ASSIGN(std::optional<StoredDeks> existing, findDeks(unit));
    if (existing) return std::move(*existing);
    FLORIN_TRY(unit.settings().put(dekName(id), wrapped));
    FLORIN_TRY(unit.settings().put(kCurrentName, id.view()));
    return StoredDeks{{id}, {wrapped}};
  });
}

}  // namespace

Result<std::unique_ptr<RowSealer>> RowSealer::open(ports::Store& store, ports::KeyCustody& custody,
                                                   base::Random& random) {
  FLORIN_TRY_ASSIGN(std::optional<StoredDeks> stored, store.read(findDeks));
  if (!stored) {
    FLORIN_TRY_ASSIGN(stored, createDeks(store, custody, random));
  }
  Deks deks;
  for (std::size_t i = 0; i < stored->ids.size(); ++i) {
    FLORIN_TRY_ASSIGN(const SecretBytes key, custody.unwrapDek(stored->wrapped[i]));
    if (key.size() != crypto::kGcmKey) return Error(Code::kCorrupted, "a DEK is 32 bytes");
    deks.emplace(stored->ids[i], crypto::AesGcm(key));
  }
  return std::unique_ptr<RowSealer>(
      new RowSealer(custody, random, stored->ids.front(), std::move(deks)));
}

Result<bool> RowSealer::hasKeys(ports::Unit& unit) {
  FLORIN_TRY_ASSIGN(const auto ids, unit.settings().find(kCurrentName));
  return ids.has_value();
}

Bytes RowSealer::seal(const ColumnRef& column, ByteView plaintext) {
  const Bytes aad = additionalData(column, current_);
  const Bytes nonce = random_.bytes(crypto::kGcmNonce);
  Bytes sealed{kVersion};
  base::append(sealed, current_.view());
  base::append(sealed, nonce);
  const std::lock_guard lock(mutex_);
  base::append(sealed, deks_.at(current_).seal(nonce, aad, plaintext));
  return sealed;
}

Bytes RowSealer::seal(const ColumnRef& column, const SecretBytes& plaintext) {
  return seal(column, plaintext.expose());
}

Result<SecretBytes> RowSealer::open(const ColumnRef& column, ByteView sealed) {
  if (sealed.empty()) return Error(Code::kMalformed, "a sealed column is empty");
  if (sealed[0] != kVersion) return Error(Code::kUnsupported, "version of a sealed column");
  if (sealed.size() < kShortest) return Error(Code::kMalformed, "a sealed column is cut");
  FLORIN_TRY_ASSIGN(const DekId dek, DekId::fromBytes(sealed.subspan(1, DekId::kSize)));
  const Bytes aad = additionalData(column, dek);
  const ByteView nonce = sealed.subspan(kHeader, crypto::kGcmNonce);
  const ByteView ciphertext = sealed.subspan(kHeader + crypto::kGcmNonce);

  const std::lock_guard lock(mutex_);
  const auto found = deks_.find(dek);
  if (found == deks_.end()) return Error(Code::kCorrupted, "a sealed column names an unknown DEK");
  return found->second.open(nonce, aad, ciphertext);
}

Result<Bytes> RowSealer::blindIndex(Literal domain, ByteView data) {
  Bytes message;
  appendField(message, base::asBytes(domain.view()));
  appendField(message, data);
  const auto wiped = SecretBytes::take(std::move(message));
  FLORIN_TRY_ASSIGN(const auto tag, custody_.hmac(wiped.expose()));
  return base::toBytes(tag);
}

Result<Bytes> RowSealer::blindIndex(Literal domain, const SecretBytes& data) {
  return blindIndex(domain, data.expose());
}

}  // namespace florin::sealing
