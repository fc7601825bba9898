#include "sqlite/capture_rows.h"

#include "sqlite/changed.h"

namespace florin::sqlite {

static Status readRow(Columns& columns, records::SpentNonce& row) {
  return columns.read(row.tenant, row.nonceHash, row.digitalCardId, row.expires);
}
static Status readRow(Columns& columns, records::PushSession& row) {
  return columns.read(row.tenant, row.sessionHash, row.issuer, row.sealedCard, row.approved,
                      row.termsAccepted, row.expires);
}

static Status readRow(Columns& columns, records::PanGuesses& row) {
  return columns.read(row.tenant, row.panIndex, row.sent, row.wrong, row.expires);
}

static Result<std::size_t> counted(const Result<int>& changed) {
  if (!changed.ok()) return changed.error();
  return static_cast<std::size_t>(*changed);
}

Result<std::optional<records::SpentNonce>> SpentNonceRows::find(const base::TenantId& issuer,
                                                                ByteView nonceHash) {
  return db_.find<records::SpentNonce>(
      "SELECT * FROM spent_nonces WHERE tenant = ? AND nonce_hash = ?", issuer, nonceHash);
}

Status SpentNonceRows::insert(const records::SpentNonce& row) {
  return done(db_.execute("INSERT INTO spent_nonces VALUES (?, ?, ?, ?)", row.tenant, row.nonceHash,
                          row.digitalCardId, row.expires));
}

Result<std::size_t> SpentNonceRows::eraseExpired(base::Time time, std::size_t limit) {
  return counted(
      db_.execute("DELETE FROM spent_nonces WHERE (tenant, nonce_hash) IN"
                  " (SELECT tenant, nonce_hash FROM spent_nonces WHERE expires_ms < ? LIMIT ?)",
                  time, limit));
}

Result<std::optional<records::PushSession>> PushSessionRows::find(const base::TenantId& tenant,
                                                                  ByteView sessionHash) {
  return db_.find<records::PushSession>(
      "SELECT * FROM push_sessions WHERE tenant = ? AND session_hash = ?", tenant, sessionHash);
}

Result<std::uint32_t> PushSessionRows::countOf(const base::TenantId& issuer) {
  FLORIN_TRY_ASSIGN(const std::int64_t count,
                    db_.number("SELECT count(*) FROM push_sessions WHERE issuer = ?", issuer));
  return static_cast<std::uint32_t>(count);
}

Status PushSessionRows::insert(const records::PushSession& row) {
  return done(db_.execute("INSERT INTO push_sessions VALUES (?, ?, ?, ?, ?, ?, ?)", row.tenant,
                          row.sessionHash, row.issuer, row.sealedCard, row.approved,
                          row.termsAccepted, row.expires));
}

Status PushSessionRows::erase(const base::TenantId& tenant, ByteView sessionHash) {
  return done(db_.execute("DELETE FROM push_sessions WHERE tenant = ? AND session_hash = ?", tenant,
                          sessionHash));
}

Result<std::size_t> PushSessionRows::eraseExpired(base::Time time, std::size_t limit) {
  return counted(
      db_.execute("DELETE FROM push_sessions WHERE (tenant, session_hash) IN"
                  " (SELECT tenant, session_hash FROM push_sessions WHERE expires_ms < ? LIMIT ?)",
                  time, limit));
}

Result<std::optional<records::PanGuesses>> PanGuessesRows::find(const base::TenantId& issuer,
                                                                ByteView panIndex) {
  return db_.find<records::PanGuesses>(
      "SELECT * FROM pan_guesses WHERE tenant = ? AND pan_index = ?", issuer, panIndex);
}

Status PanGuessesRows::put(const records::PanGuesses& row) {
  return done(db_.execute("INSERT OR REPLACE INTO pan_guesses VALUES (?, ?, ?, ?, ?)", row.tenant,
                          row.panIndex, row.sent, row.wrong, row.expires));
}

Result<std::size_t> PanGuessesRows::eraseExpired(base::Time time, std::size_t limit) {
  return counted(
      db_.execute("DELETE FROM pan_guesses WHERE (tenant, pan_index) IN"
                  " (SELECT tenant, pan_index FROM pan_guesses WHERE expires_ms < ? LIMIT ?)",
                  time, limit));
}

}  // namespace florin::sqlite
