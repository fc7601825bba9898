#include "sqlite/audit_rows.h"

#include "sqlite/changed.h"

namespace florin::sqlite {

static Status readRow(Columns& columns, records::AuditEntry& row) {
  return columns.read(row.number, row.tenant, row.at, row.actor, row.action, row.subject, row.facts,
                      row.instance, row.position, row.hash);
}

static Status readRow(Columns& columns, records::AuditSeal& row) {
  return columns.read(row.instance, row.position, row.hash, row.at, row.signature);
}

static Status readRow(Columns& columns, std::string& name) { return columns.read(name); }

Status AuditRows::append(const records::AuditEntry& entry) {
  return done(db_.execute(
      "INSERT INTO audit (tenant, at_ms, actor, action, subject, facts, instance, position, hash) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      entry.tenant, entry.at, entry.actor, entry.action, entry.subject, entry.facts, entry.instance,
      entry.position, entry.hash));
}

Result<std::optional<records::AuditEntry>> AuditRows::head(std::string_view instance) {
  return db_.find<records::AuditEntry>(
      "SELECT * FROM audit WHERE instance = ? AND position > 0 ORDER BY position DESC LIMIT 1",
      instance);
}

Status AuditRows::addSeal(const records::AuditSeal& seal) {
  return done(db_.execute("INSERT INTO audit_seals VALUES (?, ?, ?, ?, ?)", seal.instance,
                          seal.position, seal.hash, seal.at, seal.signature));
}

Result<std::vector<records::AuditSeal>> AuditRows::seals(std::string_view instance,
                                                         std::uint64_t before, std::size_t limit) {
  return db_.list<records::AuditSeal>(
      "SELECT * FROM audit_seals WHERE instance = ? AND position < ? "
      "ORDER BY position DESC LIMIT ?",
      instance, before, limit);
}

Result<std::vector<std::string>> AuditRows::sealedChains() {
  return db_.list<std::string>("SELECT DISTINCT instance FROM audit_seals ORDER BY instance");
}

Result<std::vector<records::AuditEntry>> AuditRows::newest(const base::TenantId& tenant,
                                                           std::uint64_t before,
                                                           std::size_t limit) {
  return db_.list<records::AuditEntry>(
      "SELECT * FROM audit WHERE number < ? AND tenant = ? ORDER BY number DESC LIMIT ?", before,
      tenant, limit);
}

Result<std::vector<records::AuditEntry>> AuditRows::ofSubject(const base::TenantId& tenant,
                                                              std::string_view subject,
                                                              std::size_t limit) {
  return db_.list<records::AuditEntry>(
      "SELECT * FROM audit WHERE tenant = ? AND subject = ? ORDER BY number LIMIT ?", tenant,
      subject, limit);
}

}  // namespace florin::sqlite
