#include "wallet/poll_schedule.h"

#include <algorithm>

#include "base/limits.h"
#include "wallet/back_off.h"

namespace florin::wallet {
namespace {

namespace limits = base::limits;
using vault::PollRecord;
using vault::Vault;

std::uint64_t inMs(base::Time time) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(base::toMs(time), 0));
}

bool hasPushToken(const Vault& vault) {
  const auto token = vault::readRecord<vault::PushTokenRecord>(vault);
  return token.ok() && *token && !(*token)->token.empty();
}

}  // namespace

// A record that cannot be read is as good as none: the next poll is due and writes another.
PollRecord PollSchedule::record(const Vault& vault) const {
  if (unsaved_) return *unsaved_;
  const auto stored = vault::readRecord<PollRecord>(vault);
  return stored.ok() ? stored->value_or(PollRecord()) : PollRecord();
}

base::Duration PollSchedule::interval(const Vault& vault, const PollRecord& record) const {
  const bool pushesReachUs = hasPushToken(vault) && !record.pushesMissed;
  return pushesReachUs ? usual_ : std::min(usual_, often_);
}

std::optional<base::Duration> PollSchedule::wait(const Vault& vault, base::Time now) const {
  if (vault.find(vault::Kind::kDevice, {}) == nullptr) return std::nullopt;
  const PollRecord next = record(vault);
  const std::uint64_t current = inMs(now);
  if (next.dueAtMs <= current) return base::Duration(0);
  const std::uint64_t left = next.dueAtMs - current;
  const base::Duration longest = interval(vault, next);
  if (left > static_cast<std::uint64_t>(longest.count())) return base::Duration(0);
  return base::Duration(left);
}

void PollSchedule::answered(vault::Transaction& transaction, const Vault& vault, base::Time now,
                            base::Random& random) {
  PollRecord next = record(vault);
  const base::Duration full = interval(vault, next);
  if (!unsaved_ && next.failures == 0 && wait(vault, now) >= full / 2) return;
  next.failures = 0;
  next.dueAtMs = inMs(now + partOf(full, random));
  putRecord(transaction, next);
  unsaved_.reset();
}

void PollSchedule::failed(Vault& vault, base::Time now, base::Random& random) {
  PollRecord next = record(vault);
  const base::Duration last =
      std::min<base::Duration>(limits::kPollDelayMax, interval(vault, next));
  next.dueAtMs = inMs(now + backOff(limits::kPollDelayMin, last, next.failures, random));
  ++next.failures;
  store(vault, next);
}

void PollSchedule::found(Vault& vault, base::Time now, base::Random& random) {
  PollRecord next = record(vault);
  if (next.pushesMissed || !hasPushToken(vault)) return;
  next.pushesMissed = true;
  next.dueAtMs = inMs(now + partOf(interval(vault, next), random));
  store(vault, next);
}

void PollSchedule::pushed(Vault& vault) {
  PollRecord next = record(vault);
  if (!next.pushesMissed) return;
  next.pushesMissed = false;
  store(vault, next);
}

void PollSchedule::networkReturned(const Vault& vault, base::Time now) {
  PollRecord next = record(vault);
  if (next.failures == 0) return;
  next.dueAtMs = inMs(now);
  unsaved_ = next;
}

void PollSchedule::store(Vault& vault, const PollRecord& record) {
  vault::Transaction transaction;
  putRecord(transaction, record);
  unsaved_.reset();
  if (!vault.commit(std::move(transaction)).ok()) unsaved_ = record;
}

}  // namespace florin::wallet
