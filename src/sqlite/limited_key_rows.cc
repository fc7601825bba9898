#include "sqlite/limited_key_rows.h"

#include <bit>

#include "sqlite/changed.h"

namespace florin::sqlite {

// Found by argument-dependent lookup, so they cannot stand in an unnamed namespace.
static Status readRow(Columns& columns, records::LimitedKey& row) {
  return columns.read(row.tokenId, row.masterKeyVersion, row.index, row.state, row.uses, row.limit,
                      row.issued, row.expires, row.arrived);
}

// SQLite's integers are signed: the window keeps its bits.
static Status readRow(Columns& columns, records::AtcWindow& row) {
  std::int64_t accepted = 0;
  FLORIN_TRY(columns.read(row.tokenId, row.highest, accepted, row.lastAccepted));
  row.accepted = std::bit_cast<std::uint64_t>(accepted);
  return {};
}

Status LimitedKeyRows::insert(const records::LimitedKey& row) {
  return done(db_.execute("INSERT INTO limited_keys VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                          row.tokenId, row.masterKeyVersion, row.index, row.state, row.uses,
                          row.limit, row.issued, row.expires, row.arrived));
}

Status LimitedKeyRows::update(const records::LimitedKey& row) {
  return oneChanged(
      db_.execute("UPDATE limited_keys SET state = ?, uses = ?, use_limit = ?, expires_ms = ?,"
                  " arrived_ms = ?"
                  " WHERE token_id = ? AND master_key_version = ? AND key_index = ?",
                  row.state, row.uses, row.limit, row.expires, row.arrived, row.tokenId,
                  row.masterKeyVersion, row.index));
}

Result<std::optional<records::LimitedKey>> LimitedKeyRows::find(const base::TokenId& id,
                                                                std::uint32_t masterKeyVersion,
                                                                std::uint32_t index) {
  return db_.find<records::LimitedKey>(
      "SELECT * FROM limited_keys WHERE token_id = ? AND master_key_version = ? AND key_index = ?",
      id, masterKeyVersion, index);
}

Result<std::optional<records::LimitedKey>> LimitedKeyRows::newest(const base::TokenId& id) {
  return db_.find<records::LimitedKey>(
      "SELECT * FROM limited_keys WHERE token_id = ?"
      " ORDER BY issued_ms DESC, master_key_version DESC, key_index DESC LIMIT 1",
      id);
}

Status LimitedKeyRows::voidIssued(const base::TokenId& id) {
  return done(db_.execute("UPDATE limited_keys SET state = ? WHERE token_id = ? AND state = ?",
                          records::LimitedKeyState::kVoid, id, records::LimitedKeyState::kIssued));
}

Result<records::AtcWindow> LimitedKeyRows::window(const base::TokenId& id) {
  FLORIN_TRY_ASSIGN(
      auto row, db_.find<records::AtcWindow>("SELECT * FROM atc_windows WHERE token_id = ?", id));
  return row ? *row : records::AtcWindow{.tokenId = id};
}

Status LimitedKeyRows::putWindow(const records::AtcWindow& row) {
  return done(db_.execute("INSERT OR REPLACE INTO atc_windows VALUES (?, ?, ?, ?)", row.tokenId,
                          row.highest, std::bit_cast<std::int64_t>(row.accepted),
                          row.lastAccepted));
}

}  // namespace florin::sqlite
