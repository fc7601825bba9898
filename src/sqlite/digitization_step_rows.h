// Repository of records/digitization_steps.h over one Connection, inside its transaction.
#pragma once

#include "records/digitization_steps.h"
#include "sqlite/connection.h"

namespace florin::sqlite {

class DigitizationStepRows : public records::DigitizationStepRepository {
 public:
  explicit DigitizationStepRows(Connection& db) : db_(db) {}
  Status append(const records::DigitizationStep& step) override;
  Result<std::vector<records::DigitizationStep>> of(
      const base::TenantId& tenant, const base::CorrelationId& correlationId) override;
  Result<std::size_t> eraseOld(base::Time before, std::size_t limit) override;

 private:
  Connection& db_;
};

}  // namespace florin::sqlite
