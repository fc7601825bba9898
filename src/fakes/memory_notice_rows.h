// MemoryNotices is records/notices.h on MemoryTables.
#pragma once

#include "fakes/memory_wallet_rows.h"

namespace florin::fakes {

class MemoryNotices : public records::NoticeRepository, MemoryRepository {
 public:
  MemoryNotices(MemoryTables& t, UnitChanges& c) : MemoryRepository{t, c} {}

  Result<std::uint64_t> nextNumber(const base::TenantId& issuer,
                                   const base::DigitalCardId& card) override {
    const std::uint64_t number = tables.noticeNumbers.find({issuer, card}).value_or(0) + 1;
    FLORIN_TRY(tables.noticeNumbers.put(changes, {issuer, card}, number));
    return number;
  }

  Result<bool> put(const records::Notice& notice, std::size_t most) override {
    FLORIN_TRY(changes.check());
    const base::TenantId& issuer = notice.place.issuer;
    const std::uint64_t dropped = tables.noticesDropped.find(issuer).value_or(0);
    const auto held =
        tables.notices.matching([&](const auto& row) { return row.place.issuer == issuer; });
    const bool full = held.size() >= most;
    FLORIN_TRY(tables.noticesDropped.put(changes, issuer, dropped + (full ? 1 : 0)));
    if (full) return false;
    records::Notice row = notice;
    const bool others = !of(row.place, records::NoticeState::kNext).empty() ||
                        !of(row.place, records::NoticeState::kBehind).empty();
    row.state = others ? records::NoticeState::kBehind : records::NoticeState::kNext;
    FLORIN_TRY(write(row));
    return true;
  }

  Result<std::vector<records::Notice>> claim(const base::TenantId& issuer, base::Time now,
                                             base::Time leaseEnd, std::size_t limit) override {
    FLORIN_TRY(changes.check());
    auto rows = tables.notices.matching([&](const auto& row) {
      return row.place.issuer == issuer && row.state == records::NoticeState::kNext &&
             (row.due <= now || row.due > now + base::limits::kNoticeFarthest);
    });
    std::ranges::stable_sort(rows, {}, &records::Notice::due);
    rows.resize(std::min(rows.size(), limit));
    std::ranges::sort(rows, {}, &records::Notice::place);
    for (records::Notice& row : rows) {
      row.due = leaseEnd;
      ++row.attempts;
      FLORIN_TRY(write(row));
    }
    return rows;
  }

  Status finish(const records::Notice& claimed, base::Time lease, base::Time now) override {
    FLORIN_TRY(changes.check());
    if (!isHeld(claimed, lease)) return {};
    FLORIN_TRY(tables.notices.erase(changes, claimed.place));
    return promote(claimed.place, now);
  }

  Status postpone(const records::Notice& claimed, base::Time lease) override {
    FLORIN_TRY(changes.check());
    if (!isHeld(claimed, lease)) return {};
    records::Notice row = after(claimed);
    row.due = claimed.due;
    return write(row);
  }

  Status park(const records::Notice& claimed, base::Time lease, base::Time now) override {
    FLORIN_TRY(changes.check());
    if (!isHeld(claimed, lease)) return {};
    records::Notice row = after(claimed);
    row.state = records::NoticeState::kParked;
    row.due = now;
    FLORIN_TRY(write(row));
    return promote(row.place, now);
  }

  Result<std::optional<records::Notice>> find(const base::NoticeId& id) override {
    const auto found = tables.notices.matching([&](const auto& row) { return row.noticeId == id; });
    return found.empty() ? std::nullopt : std::optional(found.front());
  }

  Result<std::vector<records::Notice>> list(const records::NoticePlace& after, bool parkedOnly,
                                            std::size_t limit) override {
    auto rows = tables.notices.matching([&](const auto& row) {
      return row.place > after && (!parkedOnly || row.state == records::NoticeState::kParked);
    });
    rows.resize(std::min(rows.size(), limit));
    return rows;
  }

  Status retry(const base::NoticeId& id, base::Time now) override {
    FLORIN_TRY_ASSIGN(const auto found, find(id));
    if (!found) return kMissing;
    records::Notice row = *found;
    if (row.state != records::NoticeState::kParked) {
      return Error(Code::kWrongState, "it is not parked");
    }
    row.state = records::NoticeState::kBehind;
    row.attempts = 0;
    row.begun = now;
    FLORIN_TRY(write(row));
    return promote(row.place, now);
  }

  Result<std::vector<records::NoticeTotals>> totals() override {
    std::vector<records::NoticeTotals> all;
    for (const auto& [issuer, dropped] : tables.noticesDropped.rows()) {
      records::NoticeTotals& totals = all.emplace_back();
      totals.issuer = issuer;
      totals.dropped = dropped;
      for (const auto& [place, row] : tables.notices.rows()) {
        if (place.issuer != issuer) continue;
        ++(row.state == records::NoticeState::kParked ? totals.parked : totals.waiting);
      }
    }
    return all;
  }

  Result<std::size_t> parkOld(base::Time before, base::Time now, std::size_t limit) override {
    auto old = tables.notices.matching([&](const auto& row) {
      return row.begun < before && row.due <= now && row.state != records::NoticeState::kParked;
    });
    std::ranges::stable_sort(old, {}, &records::Notice::begun);
    old.resize(std::min(old.size(), limit));
    for (records::Notice& row : old) {
      row.state = records::NoticeState::kParked;
      FLORIN_TRY(write(row));
    }
    for (const records::Notice& row : old) FLORIN_TRY(promote(row.place, now));
    return old.size();
  }
  Result<std::size_t> eraseOld(base::Time before, std::size_t limit) override {
    auto old = tables.notices.matching([&](const auto& row) {
      return row.begun < before && row.state == records::NoticeState::kParked;
    });
    old.resize(std::min(old.size(), limit));
    for (const records::Notice& row : old) {
      FLORIN_TRY(tables.notices.erase(changes, row.place));
    }
    return old.size();
  }

 private:
  // of gives the notices of a place's card in a state, by number.
  std::vector<records::Notice> of(const records::NoticePlace& place, records::NoticeState state) {
    return tables.notices.matching([&](const auto& row) {
      return row.place.issuer == place.issuer && row.place.digitalCardId == place.digitalCardId &&
             row.state == state;
    });
  }
  bool isHeld(const records::Notice& claimed, base::Time lease) {
    const auto row = tables.notices.find(claimed.place);
    return row && row->noticeId == claimed.noticeId && row->due == lease &&
           row->state == records::NoticeState::kNext;
  }
  // after gives the stored row with what an attempt changes.
  records::Notice after(const records::Notice& claimed) {
    records::Notice row = *tables.notices.find(claimed.place);
    row.attempts = claimed.attempts;
    row.lastStatus = claimed.lastStatus;
    return row;
  }
  Status promote(const records::NoticePlace& place, base::Time now) {
    const auto behind = of(place, records::NoticeState::kBehind);
    if (behind.empty() || !of(place, records::NoticeState::kNext).empty()) return {};
    records::Notice row = behind.front();
    row.state = records::NoticeState::kNext;
    row.due = now;
    return write(row);
  }
  Status write(const records::Notice& row) { return tables.notices.put(changes, row.place, row); }
};

}  // namespace florin::fakes
