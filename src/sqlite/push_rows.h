// Repository of records/pushes.h over one Connection, inside its transaction.
#pragma once

#include "records/pushes.h"
#include "sqlite/connection.h"

namespace florin::sqlite {

class PushRows : public records::PushRepository {
 public:
  explicit PushRows(Connection& db) : db_(db) {}
  Status put(const base::TenantId& tenant, const base::DeviceId& deviceId, base::Time now) override;
  Result<std::vector<records::Push>> claim(base::Time now, base::Time leaseEnd,
                                           std::size_t limit) override;
  Status finish(const records::Push& claimed, base::Time now) override;
  Status postpone(const records::Push& claimed, base::Time due, std::uint32_t attempts) override;

 private:
  Connection& db_;
};

}  // namespace florin::sqlite
