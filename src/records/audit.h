// Rows of the audit log: what people have to know of afterwards, such as a device that came with an
// old vault. Only added to; no field carries a secret. See wallets.h for what holds of every row.
#pragma once

#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "florin/result.h"

namespace florin::records {

struct AuditEntry {
  std::uint64_t number = 0;  // given by the store, ascending
  base::TenantId tenant;
  base::Time at;
  std::string actor;    // "system", "operator", "issuer", "wallet"
  std::string action;   // "device.rolled_back"
  std::string subject;  // an id
  std::string facts;    // for a person
};

class AuditRepository {
 public:
  virtual ~AuditRepository() = default;
  virtual Status append(const AuditEntry&) = 0;  // its number is not read

  // newest gives a tenant's entries below `before`, newest first, at most `limit`.
  virtual Result<std::vector<AuditEntry>> newest(const base::TenantId&, std::uint64_t before,
                                                 std::size_t limit) = 0;
};

}  // namespace florin::records
