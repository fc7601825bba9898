// MemoryAudit is records/audit.h on MemoryTables.
#pragma once

#include "fakes/memory_wallet_rows.h"

namespace florin::fakes {

class MemoryAudit : public records::AuditRepository, MemoryRepository {
 public:
  MemoryAudit(MemoryTables& t, UnitChanges& c) : MemoryRepository{t, c} {}

  Status append(const records::AuditEntry& entry) override {
    const auto& rows = tables.audit.rows();
    FLORIN_TRY_ASSIGN(const auto before, head(entry.instance));
    if (entry.position != 0 && before && entry.position <= before->position) {
      return Error(Code::kConflict, "the chain has an entry of this position");
    }
    records::AuditEntry row = entry;
    row.number = rows.empty() ? 1 : rows.rbegin()->first + 1;
    return tables.audit.put(changes, row.number, row);
  }
  Result<std::vector<records::AuditEntry>> newest(const base::TenantId& tenant,
                                                  std::uint64_t before,
                                                  std::size_t limit) override {
    std::vector<records::AuditEntry> found;
    const auto& rows = tables.audit.rows();
    for (auto row = rows.rbegin(); row != rows.rend() && found.size() < limit; ++row) {
      if (row->first < before && row->second.tenant == tenant) found.push_back(row->second);
    }
    return found;
  }
  Result<std::vector<records::AuditEntry>> ofSubject(const base::TenantId& tenant,
                                                     std::string_view subject,
                                                     std::size_t limit) override {
    auto found = tables.audit.matching(
        [&](const auto& row) { return row.tenant == tenant && row.subject == subject; });
    found.resize(std::min(found.size(), limit));
    return found;
  }
  Result<std::optional<records::AuditEntry>> head(std::string_view instance) override {
    const auto& rows = tables.audit.rows();
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
      if (row->second.instance == instance && row->second.position > 0) {
        return std::optional(row->second);
      }
    }
    return std::optional<records::AuditEntry>();
  }
  Status addSeal(const records::AuditSeal& seal) override {
    const auto key = std::tuple(seal.instance, seal.position);
    if (tables.auditSeals.contains(key)) return Error(Code::kConflict, "the position is sealed");
    return tables.auditSeals.put(changes, key, seal);
  }
  Result<std::vector<records::AuditSeal>> seals(std::string_view instance, std::uint64_t before,
                                                std::size_t limit) override {
    std::vector<records::AuditSeal> found;
    const auto& rows = tables.auditSeals.rows();
    for (auto row = rows.rbegin(); row != rows.rend() && found.size() < limit; ++row) {
      const records::AuditSeal& seal = row->second;
      if (seal.instance == instance && seal.position < before) found.push_back(seal);
    }
    return found;
  }
  Result<std::vector<std::string>> sealedChains() override {
    std::vector<std::string> names;
    for (const auto& [key, seal] : tables.auditSeals.rows()) {
      if (names.empty() || names.back() != seal.instance) names.push_back(seal.instance);
    }
    return names;
  }
};

}  // namespace florin::fakes
