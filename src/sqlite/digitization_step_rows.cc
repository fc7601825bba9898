#include "sqlite/digitization_step_rows.h"

#include "base/limits.h"
#include "sqlite/changed.h"

namespace florin::sqlite {

static Status readRow(Columns& columns, records::DigitizationStep& row) {
  return columns.read(row.tenant, row.correlationId, row.number, row.at, row.walletId,
                      row.digitalCardId, row.what, row.facts);
}

Status DigitizationStepRows::append(const records::DigitizationStep& step) {
  return done(
      db_.execute("INSERT INTO digitization_steps SELECT ?1, ?2, last + 1, ?3, ?4, ?5, ?6, ?7"
                  " FROM (SELECT coalesce(max(number), 0) AS last FROM digitization_steps"
                  "  WHERE tenant = ?1 AND correlation_id = ?2) WHERE last < ?8",
                  step.tenant, step.correlationId, step.at, step.walletId, step.digitalCardId,
                  step.what, step.facts, base::limits::kDigitizationSteps));
}

Result<std::vector<records::DigitizationStep>> DigitizationStepRows::of(
    const base::TenantId& tenant, const base::CorrelationId& correlationId) {
  return db_.list<records::DigitizationStep>(
      "SELECT * FROM digitization_steps WHERE tenant = ? AND correlation_id = ? ORDER BY number",
      tenant, correlationId);
}

Result<std::size_t> DigitizationStepRows::eraseOld(base::Time before, std::size_t limit) {
  FLORIN_TRY_ASSIGN(
      const int erased,
      db_.execute("DELETE FROM digitization_steps WHERE (tenant, correlation_id, number) IN"
                  " (SELECT tenant, correlation_id, number FROM digitization_steps"
                  "  WHERE at_ms < ? LIMIT ?)",
                  before, limit));
  return static_cast<std::size_t>(erased);
}

}  // namespace florin::sqlite
