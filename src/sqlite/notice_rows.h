// Repository of records/notices.h over one Connection, inside its transaction.
#pragma once

#include "records/notices.h"
#include "sqlite/connection.h"

namespace florin::sqlite {

class NoticeRows : public records::NoticeRepository {
 public:
  explicit NoticeRows(Connection& db) : db_(db) {}
  Result<std::uint64_t> nextNumber(const base::TenantId& issuer,
                                   const base::DigitalCardId& card) override;
  Result<bool> put(const records::Notice& notice, std::size_t most) override;
  Result<std::vector<records::Notice>> claim(const base::TenantId& issuer, base::Time now,
                                             base::Time leaseEnd, std::size_t limit) override;
  Status finish(const records::Notice& claimed, base::Time lease, base::Time now) override;
  Status postpone(const records::Notice& claimed, base::Time lease) override;
  Status park(const records::Notice& claimed, base::Time lease, base::Time now) override;
  Result<std::optional<records::Notice>> find(const base::NoticeId& id) override;
  Result<std::vector<records::Notice>> list(const records::NoticePlace& after, bool parkedOnly,
                                            std::size_t limit) override;
  Status retry(const base::NoticeId& id, base::Time now) override;
  Result<std::vector<records::NoticeTotals>> totals() override;
  Result<std::size_t> parkOld(base::Time before, base::Time now, std::size_t limit) override;
  Result<std::size_t> eraseOld(base::Time before, std::size_t limit) override;

 private:
  Status promote(const records::NoticePlace& place, base::Time now);
  Status countHeld(const base::TenantId& issuer, std::int64_t by);

  Connection& db_;
};

}  // namespace florin::sqlite
