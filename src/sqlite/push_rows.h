// Repository of records/pushes.h over one Connection, inside its transaction.
#pragma once

#include "records/pushes.h"
#include "sqlite/connection.h"

namespace florin::sqlite {

class PushRows : public records::PushRepository {
 public:
  explicit PushRows(Connection& db) : db_(db) {}
  Status put(const base::TenantId& tenant, const base::DeviceId& deviceId,
             const base::DigitalCardId& about, base::Time now) override;
  Status withdraw(const base::DeviceId& deviceId) override;
  Result<std::vector<records::Push>> claim(base::Time now, base::Time leaseEnd,
                                           std::size_t limit) override;
  Status finish(const records::Push& claimed, base::Time now) override;
  Status postpone(const records::Push& claimed, base::Time due, std::uint32_t attempts,
                  bool holds) override;
  Result<std::optional<records::Push>> find(const base::DeviceId& deviceId) override;
  Result<std::vector<records::Push>> waiting(const base::TenantId& tenant,
                                             const base::DeviceId& after,
                                             std::size_t limit) override;
  Result<records::PushCounts> counts(const base::TenantId& tenant, base::Time now) override;

 private:
  Connection& db_;
};

}  // namespace florin::sqlite
