// MemoryDigitizationSteps is records/digitization_steps.h on MemoryTables.
#pragma once

#include "fakes/memory_wallet_rows.h"

namespace florin::fakes {

class MemoryDigitizationSteps : public records::DigitizationStepRepository, MemoryRepository {
 public:
  MemoryDigitizationSteps(MemoryTables& t, UnitChanges& c) : MemoryRepository{t, c} {}

  Status append(const records::DigitizationStep& step) override {
    FLORIN_TRY_ASSIGN(const auto before, of(step.tenant, step.correlationId));
    const std::uint64_t last = before.empty() ? 0 : before.back().number;
    if (last >= base::limits::kDigitizationSteps) return {};
    records::DigitizationStep row = step;
    row.number = last + 1;
    return put(row);
  }
  Result<std::vector<records::DigitizationStep>> of(
      const base::TenantId& tenant, const base::CorrelationId& correlationId) override {
    return tables.digitizationSteps.among(
        {tenant, correlationId, 0},
        [&](const auto& key) {
          return std::get<0>(key) == tenant && std::get<1>(key) == correlationId;
        },
        [](const auto&) { return true; });
  }
  Result<std::size_t> eraseOld(base::Time before, std::size_t limit) override {
    auto old = tables.digitizationSteps.matching([&](const auto& row) { return row.at < before; });
    old.resize(std::min(old.size(), limit));
    for (const records::DigitizationStep& row : old) {
      FLORIN_TRY(
          tables.digitizationSteps.erase(changes, {row.tenant, row.correlationId, row.number}));
    }
    return old.size();
  }

 private:
  Status put(const records::DigitizationStep& row) {
    return tables.digitizationSteps.put(changes, {row.tenant, row.correlationId, row.number}, row);
  }
};

}  // namespace florin::fakes
