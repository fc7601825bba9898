// Repository of records/step_ups.h over one Connection, inside its transaction.
#pragma once

#include "records/step_ups.h"
#include "sqlite/connection.h"

namespace florin::sqlite {

class StepUpRows : public records::StepUpRepository {
 public:
  explicit StepUpRows(Connection& db) : db_(db) {}
  Result<std::optional<records::StepUp>> find(const base::TenantId& tenant,
                                              const base::DigitalCardId& id) override;
  Status put(const records::StepUp& row) override;
  Status erase(const base::TenantId& tenant, const base::DigitalCardId& id) override;

 private:
  Connection& db_;
};

}  // namespace florin::sqlite
