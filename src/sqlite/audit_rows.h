// Repository of records/audit.h over one Connection, inside its transaction.
#pragma once

#include "records/audit.h"
#include "sqlite/connection.h"

namespace florin::sqlite {

class AuditRows : public records::AuditRepository {
 public:
  explicit AuditRows(Connection& db) : db_(db) {}
  Status append(const records::AuditEntry& entry) override;
  Result<std::vector<records::AuditEntry>> newest(const base::TenantId& tenant,
                                                  std::uint64_t before, std::size_t limit) override;

 private:
  Connection& db_;
};

}  // namespace florin::sqlite
