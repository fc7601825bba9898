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
  Result<std::optional<records::AuditEntry>> head(std::string_view instance) override;
  Result<std::vector<records::AuditEntry>> ofSubject(const base::TenantId& tenant,
                                                     std::string_view subject,
                                                     std::size_t limit) override;
  Status addSeal(const records::AuditSeal& seal) override;
  Result<std::vector<records::AuditSeal>> seals(std::string_view instance, std::uint64_t before,
                                                std::size_t limit) override;
  Result<std::vector<std::string>> sealedChains() override;

 private:
  Connection& db_;
};

}  // namespace florin::sqlite
