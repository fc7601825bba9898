#include "device_checks.h"

#include <algorithm>

#include "base/running_atc.h"
#include "cps/store_epoch.h"

namespace florin::sim {
namespace {

using messages::KeyKind;

std::uint32_t counterOf(const DeviceView& view, const base::TokenId& card) {
  const auto found = view.counters.find(card);
  return found == view.counters.end() ? 0 : found->second;
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
  for (const auto& [card, psn] : now.cards) {
    if (gainsAreRefused_ && !view_.cards.contains(card)) {
      verdict_.breach("I8", "a device that is not enrolled got a card");
    }
  }
  compareKeys(now);
  compareUses(now);
  checkPsns(now);
}

void DeviceChecks::compareKeys(const DeviceView& now) {
  std::map<std::pair<base::TokenId, KeyKind>, unsigned> stock;
  for (const auto& key : now.keys) {
    const auto& [card, kind, number] = key;
    const auto counter = now.counters.find(card);
    verdict_.require(
        kind == KeyKind::kLuk || counter == now.counters.end() || number > counter->second, "I1",
        "a used key is in the vault");
    verdict_.require(!gone_.contains(key), "I4", "a key came a second time");
    verdict_.require(++stock[{card, kind}] <= (kind == KeyKind::kLuk ? 1 : kKeyStock), "I4",
                     "more keys than the stock");
    if (gainsAreRefused_ && !view_.keys.contains(key)) {
      verdict_.breach("I8", "a device that is not enrolled got a key");
    }
  }
  for (const auto& key : view_.keys) {
    if (!now.keys.contains(key)) gone_.insert(key);
  }
}

// A use of a limited-use key is over for ever, and takes an ATC of its own.
void DeviceChecks::compareUses(const DeviceView& now) {
  for (const auto& [key, uses] : now.limited) {
    verdict_.require(uses.left <= kLukUses, "I1", "a limited-use key has more uses than its limit");
    const auto before = view_.limited.find(key);
    if (before == view_.limited.end()) continue;
    verdict_.require(uses.left <= before->second.left, "I1", "a use of a key came back");
    verdict_.require(uses.expiresMs == before->second.expiresMs, "I1", "a key expires later");
    const base::TokenId& card = std::get<0>(key);
    verdict_.require(
        counterOf(now, card) - counterOf(view_, card) >= before->second.left - uses.left, "I2",
        "two uses of a key have one ATC");
  }
}

// A card's PSN only grows (D8), its keys are of it, and it counts on from it.
void DeviceChecks::checkPsns(const DeviceView& now) {
  for (const auto& [card, psn] : now.cards) {
    const auto before = view_.cards.find(card);
    verdict_.require(before == view_.cards.end() || psn >= before->second, "I2", "a PSN went back");
    if (before != view_.cards.end() && psn > before->second) ++newPsns_;
    verdict_.require(base::psnOf(counterOf(now, card)) == psn, "I2",
                     "a card counts in another PSN than its own");
  }
  for (const auto& [card, kind, number] : now.keys) {
    const auto known = now.cards.find(card);
    verdict_.require(known != now.cards.end(), "I4", "a key without its card");
    if (known == now.cards.end() || kind != KeyKind::kSuk) continue;
    verdict_.require(base::isRunningAtc(number) && base::psnOf(number) == known->second, "I2",
                     "a key is of another PSN than its card");
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
  const auto lost = backend_.durable().read([&](ports::Unit& unit) -> Result<bool> {
    for (const auto& [card, kind, number] : now.keys) {
      if (kind == KeyKind::kLuk) {
        FLORIN_TRY_ASSIGN(const auto limited, unit.limitedKeys().find(card, 1, number));
        if (!limited || limited->limit != kLukUses || limited->uses > limited->limit) return true;
      } else {
        FLORIN_TRY_ASSIGN(const auto single, unit.paymentKeys().find(card, 1, number));
        if (!single) return true;
      }
    }
    return false;
  });
  verdict_.require(lost.ok() && !*lost, "I5", "the backend lost an issued key");
}

}  // namespace florin::sim
