#include "sqlite/notice_rows.h"

#include <algorithm>

#include "base/limits.h"
#include "sqlite/changed.h"

namespace florin::sqlite {

using records::NoticeState;

static Status readRow(Columns& columns, records::Notice& row) {
  return columns.read(row.place.issuer, row.place.digitalCardId, row.place.number, row.noticeId,
                      row.type, row.state, row.body, row.attempts, row.lastStatus, row.created,
                      row.begun, row.due);
}

static Status readRow(Columns& columns, records::NoticeTotals& totals) {
  return columns.read(totals.issuer, totals.waiting, totals.parked, totals.dropped);
}

Result<std::uint64_t> NoticeRows::nextNumber(const base::TenantId& issuer,
                                             const base::DigitalCardId& card) {
  FLORIN_TRY_ASSIGN(
      const std::int64_t number,
      db_.number("INSERT INTO notice_numbers VALUES (?, ?, 1)"
                 " ON CONFLICT (issuer, digital_card_id) DO UPDATE SET last = last + 1"
                 " RETURNING last",
                 issuer, card));
  return static_cast<std::uint64_t>(number);
}

Result<bool> NoticeRows::put(const records::Notice& notice, std::size_t most) {
  const records::NoticePlace& place = notice.place;
  FLORIN_TRY(
      done(db_.execute("INSERT OR IGNORE INTO notice_totals VALUES (?, 0, 0)", place.issuer)));
  FLORIN_TRY_ASSIGN(const std::int64_t held,
                    db_.number("SELECT held FROM notice_totals WHERE issuer = ?", place.issuer));
  if (static_cast<std::size_t>(held) >= most) {
    FLORIN_TRY(done(db_.execute("UPDATE notice_totals SET dropped = dropped + 1 WHERE issuer = ?",
                                place.issuer)));
    return false;
  }
  FLORIN_TRY(countHeld(place.issuer, 1));
  FLORIN_TRY(done(
      db_.execute("INSERT INTO notices SELECT ?1, ?2, ?3, ?4, ?5,"
                  " CASE WHEN EXISTS (SELECT 1 FROM notices WHERE issuer = ?1"
                  "  AND digital_card_id = ?2 AND state <> ?6) THEN ?7 ELSE ?8 END,"
                  " ?9, ?10, ?11, ?12, ?13, ?14",
                  place.issuer, place.digitalCardId, place.number, notice.noticeId, notice.type,
                  NoticeState::kParked, NoticeState::kBehind, NoticeState::kNext, notice.body,
                  notice.attempts, notice.lastStatus, notice.created, notice.begun, notice.due)));
  return true;
}

Result<std::vector<records::Notice>> NoticeRows::claim(const base::TenantId& issuer, base::Time now,
                                                       base::Time leaseEnd, std::size_t limit) {
  // A statement of its own, for the reason that PushRows gives.
  FLORIN_TRY(done(
      db_.execute("UPDATE notices SET due_ms = ? WHERE issuer = ? AND state = 1 AND due_ms > ?",
                  now, issuer, now + base::limits::kNoticeFarthest)));
  auto claimed = db_.list<records::Notice>(
      "UPDATE notices SET due_ms = ?1, attempts = attempts + 1"
      " WHERE (issuer, digital_card_id, number) IN"
      " (SELECT issuer, digital_card_id, number FROM notices"
      "  WHERE issuer = ?2 AND state = 1 AND due_ms <= ?3 ORDER BY due_ms LIMIT ?4) RETURNING *",
      leaseEnd, issuer, now, limit);
  if (claimed.ok()) std::ranges::sort(*claimed, {}, &records::Notice::place);
  return claimed;
}

Status NoticeRows::finish(const records::Notice& claimed, base::Time lease, base::Time now) {
  const records::NoticePlace& place = claimed.place;
  FLORIN_TRY_ASSIGN(
      const int erased,
      db_.execute("DELETE FROM notices WHERE issuer = ? AND digital_card_id = ?"
                  " AND number = ? AND notice_id = ? AND state = 1 AND due_ms = ?",
                  place.issuer, place.digitalCardId, place.number, claimed.noticeId, lease));
  if (erased == 0) return {};
  FLORIN_TRY(countHeld(place.issuer, -1));
  return promote(place, now);
}

Status NoticeRows::postpone(const records::Notice& claimed, base::Time lease) {
  return done(
      db_.execute("UPDATE notices SET due_ms = ?, attempts = ?, last_status = ?"
                  " WHERE notice_id = ? AND state = 1 AND due_ms = ?",
                  claimed.due, claimed.attempts, claimed.lastStatus, claimed.noticeId, lease));
}

Status NoticeRows::park(const records::Notice& claimed, base::Time lease, base::Time now) {
  FLORIN_TRY_ASSIGN(
      const int parked,
      db_.execute("UPDATE notices SET state = 3, attempts = ?, last_status = ?, due_ms = ?"
                  " WHERE notice_id = ? AND state = 1 AND due_ms = ?",
                  claimed.attempts, claimed.lastStatus, now, claimed.noticeId, lease));
  return parked == 0 ? Status() : promote(claimed.place, now);
}

// promote lets the first of those that are behind be next, of a card that has no next one.
Status NoticeRows::promote(const records::NoticePlace& place, base::Time now) {
  return done(db_.execute(
      "UPDATE notices SET state = 1, due_ms = ?1 WHERE issuer = ?2 AND digital_card_id = ?3"
      " AND number = (SELECT min(number) FROM notices WHERE issuer = ?2 AND digital_card_id = ?3"
      "  AND state = 2) AND NOT EXISTS (SELECT 1 FROM notices WHERE issuer = ?2"
      "  AND digital_card_id = ?3 AND state = 1)",
      now, place.issuer, place.digitalCardId));
}

Status NoticeRows::countHeld(const base::TenantId& issuer, std::int64_t by) {
  return done(db_.execute("UPDATE notice_totals SET held = held + ? WHERE issuer = ?", by, issuer));
}

Result<std::optional<records::Notice>> NoticeRows::find(const base::NoticeId& id) {
  return db_.find<records::Notice>("SELECT * FROM notices WHERE notice_id = ?", id);
}

Result<std::vector<records::Notice>> NoticeRows::list(const records::NoticePlace& after,
                                                      bool parkedOnly, std::size_t limit) {
  if (parkedOnly) {
    return db_.list<records::Notice>(
        "SELECT * FROM notices WHERE state = 3 AND (issuer, digital_card_id, number) > (?, ?, ?)"
        " ORDER BY issuer, digital_card_id, number LIMIT ?",
        after.issuer, after.digitalCardId, after.number, limit);
  }
  return db_.list<records::Notice>(
      "SELECT * FROM notices WHERE (issuer, digital_card_id, number) > (?, ?, ?)"
      " ORDER BY issuer, digital_card_id, number LIMIT ?",
      after.issuer, after.digitalCardId, after.number, limit);
}

Status NoticeRows::retry(const base::NoticeId& id, base::Time now) {
  FLORIN_TRY_ASSIGN(const auto row, find(id));
  if (!row) return Error(Code::kNotFound, "there is no such row");
  if (row->state != NoticeState::kParked) return Error(Code::kWrongState, "it is not parked");
  FLORIN_TRY(done(db_.execute(
      "UPDATE notices SET state = 2, attempts = 0, begun_ms = ? WHERE notice_id = ?", now, id)));
  return promote(row->place, now);
}

Result<std::vector<records::NoticeTotals>> NoticeRows::totals() {
  return db_.list<records::NoticeTotals>(
      "SELECT issuer, held - parked, parked, dropped FROM (SELECT issuer, held, dropped,"
      " (SELECT count(*) FROM notices WHERE notices.issuer = notice_totals.issuer AND state = 3)"
      " AS parked FROM notice_totals) ORDER BY issuer");
}

Result<std::size_t> NoticeRows::parkOld(base::Time before, base::Time now, std::size_t limit) {
  const auto parked = db_.list<records::Notice>(
      "UPDATE notices SET state = 3 WHERE notice_id IN (SELECT notice_id FROM notices"
      "  WHERE state <> 3 AND begun_ms < ? AND due_ms <= ? ORDER BY begun_ms LIMIT ?) RETURNING *",
      before, now, limit);
  if (!parked.ok()) return parked.error();
  for (const records::Notice& row : *parked) FLORIN_TRY(promote(row.place, now));
  return parked->size();
}

Result<std::size_t> NoticeRows::eraseOld(base::Time before, std::size_t limit) {
  const auto erased = db_.list<records::Notice>(
      "DELETE FROM notices WHERE notice_id IN (SELECT notice_id FROM notices"
      "  WHERE state = 3 AND begun_ms < ? LIMIT ?) RETURNING *",
      before, limit);
  if (!erased.ok()) return erased.error();
  for (const records::Notice& row : *erased) FLORIN_TRY(countHeld(row.place.issuer, -1));
  return erased->size();
}

}  // namespace florin::sqlite
