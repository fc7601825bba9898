#include "sqlite/push_rows.h"

#include <algorithm>

#include "base/limits.h"
#include "sqlite/changed.h"

namespace florin::sqlite {
namespace {

const base::DigitalCardId kAsk;  // of no card: "ask the backend"

}  // namespace

// Found by argument-dependent lookup, so it cannot stand in an unnamed namespace.
static Status readRow(Columns& columns, records::Push& row) {
  return columns.read(row.deviceId, row.about, row.tenant, row.version, row.attempts, row.created,
                      row.due, row.holds);
}

static Status readRow(Columns& columns, records::PushCounts& counts) {
  return columns.read(counts.waiting, counts.due, counts.retried, counts.payments);
}

Status PushRows::put(const base::TenantId& tenant, const base::DeviceId& deviceId,
                     const base::DigitalCardId& about, base::Time now) {
  return done(
      db_.execute("INSERT INTO pushes VALUES (?, ?, ?, 1, 0, ?, ?, 0)"
                  " ON CONFLICT (device_id, about) DO UPDATE SET version = version + 1,"
                  " created_ms = excluded.created_ms, attempts = iif(holds, attempts, 0),"
                  " due_ms = iif(holds, due_ms, excluded.due_ms)",
                  deviceId, about, tenant, now, now));
}

Status PushRows::withdraw(const base::DeviceId& deviceId) {
  return done(db_.execute("DELETE FROM pushes WHERE device_id = ? AND about = ?", deviceId, kAsk));
}

Result<std::vector<records::Push>> PushRows::claim(base::Time now, base::Time leaseEnd,
                                                   std::size_t limit) {
  // A statement of its own: with both conditions in one the index would not give the order.
  FLORIN_TRY(done(db_.execute("UPDATE pushes SET due_ms = ? WHERE due_ms > ?", now,
                              now + base::limits::kPushFarthest)));
  auto claimed = db_.list<records::Push>(
      "UPDATE pushes SET due_ms = ?1, attempts = attempts + 1, holds = 1"
      " WHERE (device_id, about) IN"
      " (SELECT device_id, about FROM pushes AS mine WHERE due_ms <= ?2 AND NOT EXISTS"
      "  (SELECT 1 FROM pushes AS other WHERE other.device_id = mine.device_id"
      "   AND (iif(other.due_ms > ?2, other.holds, other.about < mine.about)))"
      "  ORDER BY due_ms LIMIT ?3) RETURNING *",
      leaseEnd, now, limit);
  if (claimed.ok()) std::ranges::sort(*claimed, {}, &records::Push::deviceId);
  return claimed;
}

Status PushRows::finish(const records::Push& claimed, base::Time now) {
  FLORIN_TRY_ASSIGN(
      const int erased,
      db_.execute(
          "DELETE FROM pushes WHERE device_id = ? AND about = ? AND due_ms = ? AND version = ?",
          claimed.deviceId, claimed.about, claimed.due, claimed.version));
  if (erased > 0) return {};
  return postpone(claimed, now, 0, false);
}

Status PushRows::postpone(const records::Push& claimed, base::Time due, std::uint32_t attempts,
                          bool holds) {
  return done(
      db_.execute("UPDATE pushes SET due_ms = ?, attempts = ?, holds = ?"
                  " WHERE device_id = ? AND about = ? AND due_ms = ?",
                  due, attempts, holds, claimed.deviceId, claimed.about, claimed.due));
}

Result<std::optional<records::Push>> PushRows::find(const base::DeviceId& deviceId) {
  return db_.find<records::Push>("SELECT * FROM pushes WHERE device_id = ? AND about = ?", deviceId,
                                 kAsk);
}

Result<std::vector<records::Push>> PushRows::waiting(const base::TenantId& tenant,
                                                     const base::DeviceId& after,
                                                     std::size_t limit) {
  return db_.list<records::Push>(
      "SELECT * FROM pushes WHERE device_id > ? AND tenant = ? AND about = ?"
      " ORDER BY device_id LIMIT ?",
      after, tenant, kAsk, limit);
}

Result<records::PushCounts> PushRows::counts(const base::TenantId& tenant, base::Time now) {
  FLORIN_TRY_ASSIGN(const auto counts,
                    db_.find<records::PushCounts>(
                        "SELECT count(*), count(*) FILTER (WHERE due_ms <= ?),"
                        " count(*) FILTER (WHERE attempts > 0),"
                        " count(*) FILTER (WHERE about <> ?) FROM pushes WHERE tenant = ?",
                        now, kAsk, tenant));
  return counts.value_or(records::PushCounts());
}

}  // namespace florin::sqlite
