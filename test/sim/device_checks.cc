#include "device_checks.h"

#include <algorithm>

#include "cps/store_epoch.h"
#include "vault/records.h"
#include "wallet/core.h"

namespace florin::sim {
namespace {

// Copy is a Storage that is read only.
class Copy : public Storage {
 public:
  explicit Copy(std::optional<Bytes> content) : content_(std::move(content)) {}
  Result<std::optional<Bytes>> load() override { return content_; }
  Status append(ByteView) override { return kReadOnly; }
  Status replace(ByteView) override { return kReadOnly; }
  Status remove() override { return kReadOnly; }

 private:
  static constexpr Error kReadOnly{Code::kWrongState, "a copy is not written"};
  std::optional<Bytes> content_;
};

DeviceView::KeyNumber keyNumber(ByteView id) {
  const auto token = base::TokenId::fromBytes(id.first(base::TokenId::kSize));
  return {*token, static_cast<std::uint32_t>(base::readBigEndian(id.last(sizeof(std::uint32_t))))};
}

Status readCards(const vault::Vault& vault, DeviceView& view) {
  for (const auto& item : vault.list(vault::Kind::kCard)) {
    FLORIN_TRY_ASSIGN(const auto token, base::TokenId::fromBytes(item.id));
    view.cards.insert(token);
  }
  for (const auto& item : vault.list(vault::Kind::kPaymentKey)) {
    view.keys.insert(keyNumber(item.id));
  }
  for (const auto& item : vault.list(vault::Kind::kCounter)) {
    FLORIN_TRY_ASSIGN(const auto token, base::TokenId::fromBytes(item.id));
    FLORIN_TRY_ASSIGN(const auto record, vault::decodeRecord<vault::CounterRecord>(*item.value));
    view.counters[token] = record.lastAtc;
  }
  for (const auto& item : vault.list(vault::Kind::kCardSequence)) {
    FLORIN_TRY_ASSIGN(const auto token, base::TokenId::fromBytes(item.id));
    FLORIN_TRY_ASSIGN(const auto record,
                      vault::decodeRecord<vault::CardSequenceRecord>(*item.value));
    view.sequences[token] = record.cardSeq;
  }
  return {};
}

// grows tells whether no number of `before` fell or went.
template <class Numbers>
bool grows(const Numbers& before, const Numbers& now) {
  return std::ranges::all_of(before, [&now](const auto& entry) {
    const auto found = now.find(entry.first);
    return found != now.end() && found->second >= entry.second;
  });
}

}  // namespace

Result<DeviceView> viewOf(const std::optional<Bytes>& disk) {
  DeviceView view;
  if (!disk) return view;
  Copy copy(disk);
  VaultKey key;
  fakes::SeededRandom unused;
  FLORIN_TRY_ASSIGN(const auto vault, vault::Vault::open(copy, key, unused));
  view.generation = vault->generation();
  view.status = wallet::statusOf(*vault);
  FLORIN_TRY_ASSIGN(const auto wallet, vault::readRecord<vault::WalletRecord>(*vault));
  if (wallet) view.walletId = wallet->walletId;
  FLORIN_TRY_ASSIGN(const auto device, vault::readRecord<vault::DeviceRecord>(*vault));
  if (device) {
    view.deviceId = device->deviceId;
    view.active = device->active;
  }
  FLORIN_TRY(readCards(*vault, view));
  return view;
}

void DeviceChecks::changed(DeviceHost& device, Result<DeviceView> now) {
  if (!now.ok()) {
    verdict_.breach("I5", "the vault does not open: " + std::string(now.error().text()));
    return;
  }
  if (device.up()) {
    if (!device.disk.dead()) {
      verdict_.require(device.wallet().getEnrollingBusinessService().isEnrolled() == now->status,
                       "I9", "isEnrolled() is not what the disk says");
    }
  }
  if (std::exchange(wiped_, false)) {
    verdict_.require(now->cards.empty() && now->keys.empty() && !now->deviceId, "I8",
                     "a wiped wallet has something left");
    gone_.clear();
    DeviceView fresh;
    fresh.generation = view_.generation;
    view_ = fresh;
  }
  compare(*now);
  compareWithBackend(*now);
  view_ = std::move(*now);
}

void DeviceChecks::compare(const DeviceView& now) {
  verdict_.require(now.generation >= view_.generation, "I5", "the vault went back");
  verdict_.require(grows(view_.counters, now.counters), "I2", "an ATC counter went back");
  verdict_.require(grows(view_.sequences, now.sequences), "I4", "a card's sequence went back");
  verdict_.require(!view_.active || now.active || ahead_, "I9",
                   "an enrolled device is not enrolled");
  std::map<base::TokenId, unsigned> stock;
  for (const auto& key : now.keys) {
    const auto counter = now.counters.find(key.first);
    verdict_.require(counter == now.counters.end() || key.second > counter->second, "I1",
                     "a used key is in the vault");
    verdict_.require(!gone_.contains(key), "I4", "a key came a second time");
    verdict_.require(++stock[key.first] <= kKeyStock, "I4", "more keys than the stock");
    if (gainsAreRefused_ && !view_.keys.contains(key)) {
      verdict_.breach("I8", "a device that is not enrolled got a key");
    }
  }
  for (const auto& key : view_.keys) {
    if (!now.keys.contains(key)) gone_.insert(key);
  }
  for (const auto& card : now.cards) {
    if (gainsAreRefused_ && !view_.cards.contains(card)) {
      verdict_.breach("I8", "a device that is not enrolled got a card");
    }
  }
}

void DeviceChecks::putBack(const DeviceView& older) {
  doubtful_.merge(gone_);  // what waited for its ack may come again
  gone_.clear();
  view_ = older;
  copied();
}

bool DeviceChecks::hasDoubtfulKeys() const {
  return std::ranges::any_of(view_.keys, [&](const auto& key) { return doubtful_.contains(key); });
}

// The backend has caught up when it knows the device and none of the keys of before is left.
void DeviceChecks::lookWhetherItIsBehind(const DeviceView& now) {
  if (std::ranges::any_of(now.keys, [&](const auto& key) { return unknown_.contains(key); })) {
    return;
  }
  if (now.deviceId) {
    const auto row = backend_.durable().read(
        [&](ports::Unit& unit) { return unit.devices().find(*now.deviceId); });
    const auto epoch =
        backend_.durable().read([](ports::Unit& unit) { return cps::readStoreEpoch(unit); });
    if (!row.ok() || !*row || !epoch.ok() || (*row)->storeEpoch != epoch->number) return;
  }
  unknown_.clear();
  ahead_ = false;
}

// What the device believes of the backend, the backend has.
void DeviceChecks::compareWithBackend(const DeviceView& now) {
  if (ahead_) return lookWhetherItIsBehind(now);
  if (!now.deviceId) return;
  const auto row = backend_.durable().read(
      [&](ports::Unit& unit) { return unit.devices().find(*now.deviceId); });
  verdict_.require(row.ok() && row->has_value(), "I5", "the backend lost a device");
  if (!row.ok() || !*row) return;
  verdict_.require(!now.active || (*row)->state != records::DeviceState::kBound, "I5",
                   "the backend lost an activation");
  for (const auto& key : now.keys) {
    const auto issued = backend_.durable().read(
        [&](ports::Unit& unit) { return unit.paymentKeys().find(key.first, 1, key.second); });
    verdict_.require(issued.ok() && issued->has_value(), "I5", "the backend lost an issued key");
  }
}

}  // namespace florin::sim
