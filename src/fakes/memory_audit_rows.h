// MemoryAudit is records/audit.h on MemoryTables.
#pragma once

#include "fakes/memory_wallet_rows.h"

namespace florin::fakes {

class MemoryAudit : public records::AuditRepository, MemoryRepository {
 public:
  MemoryAudit(MemoryTables& t, UnitChanges& c) : MemoryRepository{t, c} {}

  Status append(const records::AuditEntry& entry) override {
    const auto& rows = tables.audit.rows();
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
};

}  // namespace florin::fakes
