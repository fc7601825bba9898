// MemoryStepUps is records/step_ups.h on MemoryTables.
#pragma once

#include "fakes/memory_wallet_rows.h"

namespace florin::fakes {

class MemoryStepUps : public records::StepUpRepository, MemoryRepository {
 public:
  MemoryStepUps(MemoryTables& t, UnitChanges& c) : MemoryRepository{t, c} {}

  Result<std::optional<records::StepUp>> find(const base::TenantId& tenant,
                                              const base::DigitalCardId& id) override {
    return tables.stepUps.find({tenant, id});
  }
  Status put(const records::StepUp& row) override {
    return tables.stepUps.put(changes, {row.tenant, row.digitalCardId}, row);
  }
  Status erase(const base::TenantId& tenant, const base::DigitalCardId& id) override {
    return tables.stepUps.erase(changes, {tenant, id});
  }
};

}  // namespace florin::fakes
