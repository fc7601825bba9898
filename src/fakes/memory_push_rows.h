// Repository of records/pushes.h over MemoryTables. Inside MemoryStore only.
#pragma once

#include "base/limits.h"
#include "fakes/memory_wallet_rows.h"

namespace florin::fakes {

class MemoryPushes : public records::PushRepository, MemoryRepository {
 public:
  MemoryPushes(MemoryTables& t, UnitChanges& c) : MemoryRepository{t, c} {}

  Status put(const base::TenantId& tenant, const base::DeviceId& deviceId,
             const base::DigitalCardId& about, base::Time now) override {
    records::Push row =
        tables.pushes.find({deviceId, about})
            .value_or(records::Push{tenant, deviceId, about, 0, 0, now, now, false});
    ++row.version;
    row.created = now;
    if (!row.holds) {
      row.due = now;
      row.attempts = 0;
    }
    return put(row);
  }

  Result<std::vector<records::Push>> claim(base::Time now, base::Time leaseEnd,
                                           std::size_t limit) override {
    FLORIN_TRY(changes.check());
    auto rows = tables.pushes.matching([&](const auto& row) { return isNext(row, now); });
    std::ranges::stable_sort(rows, {}, &records::Push::due);
    if (rows.size() > limit) rows.resize(limit);
    std::ranges::sort(rows, {}, &records::Push::deviceId);
    for (records::Push& row : rows) {
      row.due = leaseEnd;
      row.holds = true;
      ++row.attempts;
      FLORIN_TRY(put(row));
    }
    return rows;
  }

  Status withdraw(const base::DeviceId& deviceId) override {
    if (!tables.pushes.find({deviceId, {}})) return {};
    return tables.pushes.erase(changes, {deviceId, {}});
  }
  Status finish(const records::Push& claimed, base::Time now) override {
    const auto row = tables.pushes.find({claimed.deviceId, claimed.about});
    if (row && row->due == claimed.due && row->version == claimed.version) {
      return tables.pushes.erase(changes, {claimed.deviceId, claimed.about});
    }
    return postpone(claimed, now, 0, false);
  }

  Status postpone(const records::Push& claimed, base::Time due, std::uint32_t attempts,
                  bool holds) override {
    FLORIN_TRY(changes.check());
    auto row = tables.pushes.find({claimed.deviceId, claimed.about});
    if (!row || row->due != claimed.due) return {};
    row->due = due;
    row->attempts = attempts;
    row->holds = holds;
    return put(*row);
  }

  Result<std::optional<records::Push>> find(const base::DeviceId& deviceId) override {
    return tables.pushes.find({deviceId, {}});
  }

  Result<std::vector<records::Push>> waiting(const base::TenantId& tenant,
                                             const base::DeviceId& after,
                                             std::size_t limit) override {
    auto rows = tables.pushes.matching([&](const auto& row) {
      return row.tenant == tenant && after < row.deviceId && row.about == base::DigitalCardId();
    });
    if (rows.size() > limit) rows.resize(limit);
    return rows;
  }

  Result<records::PushCounts> counts(const base::TenantId& tenant, base::Time now) override {
    records::PushCounts counts;
    for (const auto& [id, row] : tables.pushes.rows()) {
      if (row.tenant != tenant) continue;
      ++counts.waiting;
      if (row.due <= now) ++counts.due;
      if (row.attempts > 0) ++counts.retried;
      if (row.about != base::DigitalCardId()) ++counts.payments;
    }
    return counts;
  }

 private:
  static bool isDue(const records::Push& row, base::Time now) {
    return row.due <= now || row.due > now + base::limits::kPushFarthest;
  }
  bool isNext(const records::Push& row, base::Time now) {
    const auto others = tables.pushes.matching([&](const auto& other) {
      return other.deviceId == row.deviceId &&
             (isDue(other, now) ? other.about < row.about : other.holds);
    });
    return isDue(row, now) && others.empty();
  }
  Status put(const records::Push& row) {
    return tables.pushes.put(changes, {row.deviceId, row.about}, row);
  }
};

}  // namespace florin::fakes
