#include "sqlite/step_up_rows.h"

#include "sqlite/changed.h"

namespace florin::sqlite {

static Status readRow(Columns& columns, records::StepUp& row) {
  return columns.read(row.tenant, row.digitalCardId, row.methods, row.method, row.otpTag,
                      row.triesLeft, row.sendsLeft, row.otpExpires, row.choiceId);
}

Result<std::optional<records::StepUp>> StepUpRows::find(const base::TenantId& tenant,
                                                        const base::DigitalCardId& id) {
  return db_.find<records::StepUp>(
      "SELECT * FROM step_ups WHERE tenant = ? AND digital_card_id = ?", tenant, id);
}

Status StepUpRows::put(const records::StepUp& row) {
  return done(db_.execute("INSERT OR REPLACE INTO step_ups VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                          row.tenant, row.digitalCardId, row.methods, row.method, row.otpTag,
                          row.triesLeft, row.sendsLeft, row.otpExpires, row.choiceId));
}

Status StepUpRows::erase(const base::TenantId& tenant, const base::DigitalCardId& id) {
  return done(
      db_.execute("DELETE FROM step_ups WHERE tenant = ? AND digital_card_id = ?", tenant, id));
}

}  // namespace florin::sqlite
