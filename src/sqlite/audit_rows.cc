#include "sqlite/audit_rows.h"

#include "sqlite/changed.h"

namespace florin::sqlite {

static Status readRow(Columns& columns, records::AuditEntry& row) {
  return columns.read(row.number, row.tenant, row.at, row.actor, row.action, row.subject,
                      row.facts);
}

Status AuditRows::append(const records::AuditEntry& entry) {
  return done(db_.execute(
      "INSERT INTO audit (tenant, at_ms, actor, action, subject, facts) VALUES (?, ?, ?, ?, ?, ?)",
      entry.tenant, entry.at, entry.actor, entry.action, entry.subject, entry.facts));
}

Result<std::vector<records::AuditEntry>> AuditRows::newest(const base::TenantId& tenant,
                                                           std::uint64_t before,
                                                           std::size_t limit) {
  return db_.list<records::AuditEntry>(
      "SELECT * FROM audit WHERE number < ? AND tenant = ? ORDER BY number DESC LIMIT ?", before,
      tenant, limit);
}

}  // namespace florin::sqlite
