#include "vault_reader.h"

#include <algorithm>
#include <utility>

#include "base/bytes.h"
#include "base/check.h"
#include "device_host.h"
#include "emv/profile.h"

namespace florin::sim {
namespace {

using vault::Kind;

// Copy is a Storage that is read only.
class Copy : public Storage {
 public:
  explicit Copy(const Bytes& content) : content_(content) {}
  Result<std::optional<Bytes>> load() override { return std::optional(content_); }
  Status append(ByteView) override { return kReadOnly; }
  Status replace(ByteView) override { return kReadOnly; }
  Status remove() override { return kReadOnly; }

 private:
  static constexpr Error kReadOnly{Code::kWrongState, "a copy is not written"};
  const Bytes& content_;
};

// statusAs states D5 once more: what isEnrolled() has to say when this is on the disk.
EnrollmentStatus statusAs(const DeviceView& view,
                          const std::optional<vault::EnrollmentRecord>& begun) {
  if (view.deviceId) {
    return view.active ? EnrollmentStatus::ENROLLMENT_COMPLETE
                       : EnrollmentStatus::ENROLLMENT_IN_PROGRESS;
  }
  return begun && begun->phase != vault::EnrollmentPhase::kKeysKept
             ? EnrollmentStatus::ENROLLMENT_IN_PROGRESS
             : EnrollmentStatus::ENROLLMENT_NEEDED;
}

DeviceView::KeyNumber singleUseKey(ByteView id) {
  const auto token = base::TokenId::fromBytes(id.first(base::TokenId::kSize));
  return {*token, messages::KeyKind::kSuk,
          static_cast<std::uint32_t>(base::readBigEndian(id.last(sizeof(std::uint32_t))))};
}

}  // namespace

Result<DeviceView> VaultReader::read(const std::optional<Bytes>& disk) {
  if (!disk) {
    *this = {};
    return DeviceView();
  }
  FLORIN_TRY(follow(*disk));
  return view();
}

Status VaultReader::follow(const Bytes& disk) {
  const bool grew = chain_ && disk.size() >= seen_.size() &&
                    std::ranges::equal(ByteView(disk).first(seen_.size()), seen_);
  return grew ? readRest(ByteView(disk).subspan(seen_.size())) : openAsWhole(disk);
}

// Whatever Vault::open says counts; then its file is read once more, to go on from its end.
Status VaultReader::openAsWhole(const Bytes& disk) {
  *this = {};
  Copy copy(disk);
  VaultKey key;
  fakes::SeededRandom unused;
  FLORIN_TRY_ASSIGN(const auto vault, vault::Vault::open(copy, key, unused));
  FLORIN_TRY_ASSIGN(const vault::Header header, vault::readHeader(disk));
  FLORIN_TRY_ASSIGN(const SecretBytes unlocked, key.unlock(header.salt));
  chain_ = vault::Chain::begin(header, unlocked);
  seen_ = base::toBytes(ByteView(disk).first(vault::kHeaderSize));
  FLORIN_TRY(readRest(ByteView(disk).subspan(seen_.size())));
  FLORIN_CHECK(chain_->generation() == vault->generation());
  return {};
}

Status VaultReader::readRest(ByteView rest) {
  while (!rest.empty()) {
    FLORIN_TRY_ASSIGN(const vault::Chain::Unsealed next, chain_->unseal(rest));
    if (next.cut) break;
    FLORIN_TRY(vault::applyEntries(next.entries, records_));
    base::append(seen_, rest.first(rest.size() - next.rest.size()));
    rest = next.rest;
  }
  return {};
}

Result<DeviceView> VaultReader::view() {
  DeviceView view;
  view.generation = chain_->generation();
  std::optional<vault::EnrollmentRecord> begun;
  for (const auto& [key, value] : records_) {
    const auto kind = static_cast<Kind>(key.front());
    if (kind == Kind::kEnrollment) {
      FLORIN_TRY_ASSIGN(begun, vault::decodeRecord<vault::EnrollmentRecord>(value));
    }
    FLORIN_TRY(viewRecord(view, kind, ByteView(key).subspan(1), value));
  }
  std::erase_if(profiles_, [&](const auto& entry) { return !view.cards.contains(entry.first); });
  view.status = statusAs(view, begun);
  return view;
}

Status VaultReader::viewRecord(DeviceView& view, Kind kind, ByteView id, const SecretBytes& value) {
  if (kind == Kind::kPaymentKey) {
    view.keys.insert(view.keys.end(), singleUseKey(id));
  } else if (kind == Kind::kWallet) {
    FLORIN_TRY_ASSIGN(const auto wallet, vault::decodeRecord<vault::WalletRecord>(value));
    view.walletId = wallet.walletId;
  } else if (kind == Kind::kDevice) {
    FLORIN_TRY_ASSIGN(const auto device, vault::decodeRecord<vault::DeviceRecord>(value));
    view.deviceId = device.deviceId;
    view.active = device.active;
  } else if (id.size() == base::TokenId::kSize) {
    FLORIN_TRY_ASSIGN(const auto token, base::TokenId::fromBytes(id));
    return viewOfCard(view, kind, token, value);
  }
  return {};
}

Status VaultReader::viewOfCard(DeviceView& view, Kind kind, const base::TokenId& card,
                               const SecretBytes& value) {
  if (kind == Kind::kCard) {
    FLORIN_TRY_ASSIGN(view.cards[card], psnOf(card, value));
  } else if (kind == Kind::kLimitedKey) {
    FLORIN_TRY_ASSIGN(const auto key, vault::decodeRecord<vault::LimitedKeyRecord>(value));
    const DeviceView::KeyNumber number{card, messages::KeyKind::kLuk, key.index};
    view.keys.insert(number);
    view.limited[number] = {key.usesLeft, key.expiresMs};
  } else if (kind == Kind::kCounter) {
    FLORIN_TRY_ASSIGN(const auto record, vault::decodeRecord<vault::CounterRecord>(value));
    view.counters[card] = record.lastAtc;
  } else if (kind == Kind::kCardSequence) {
    FLORIN_TRY_ASSIGN(const auto record, vault::decodeRecord<vault::CardSequenceRecord>(value));
    view.sequences[card] = record.cardSeq;
  }
  return {};
}

// Profiles change seldom, and take the longest to read.
Result<std::uint8_t> VaultReader::psnOf(const base::TokenId& card, const SecretBytes& record) {
  Profile& known = profiles_[card];
  if (known.psn != 0 && std::ranges::equal(known.record.expose(), record.expose())) {
    return known.psn;
  }
  FLORIN_TRY_ASSIGN(const auto decoded, vault::decodeRecord<vault::CardRecord>(record));
  FLORIN_TRY_ASSIGN(const auto profile, emv::decodeProfile(decoded.profile.expose()));
  known = {record.clone(), profile.psn};
  return known.psn;
}

}  // namespace florin::sim
