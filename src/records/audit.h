// Rows of the audit log: what people have to know of afterwards, such as a device that came with an
// old vault. Only added to; no field carries a secret. See wallets.h for what holds of every row.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::records {

struct AuditEntry {
  std::uint64_t number = 0;  // given by the store, ascending
  base::TenantId tenant;
  base::Time at;
  std::string actor;           // "system", "operator", "issuer", "wallet"
  std::string action;          // "device.rolled_back"
  std::string subject;         // an id
  std::string facts;           // for a person
  std::string instance = {};   // the florind that wrote it, and so the chain that it is in
  std::uint64_t position = 0;  // in its chain, from 1; 0: from before there were chains
  Bytes hash = {};             // proof/audit_chain.h, 32 bytes
};

// AuditSeal is the head of a chain, signed by the identity key: what was written up to it cannot be
// changed or cut off unseen.
struct AuditSeal {
  std::string instance;
  std::uint64_t position = 0;
  Bytes hash;
  base::Time at;
  Bytes signature;  // 64 bytes
};

class AuditRepository {
 public:
  virtual ~AuditRepository() = default;
  // append: its number is not read. kConflict: the chain has an entry of this position.
  virtual Status append(const AuditEntry&) = 0;

  // head gives the last entry of a chain.
  virtual Result<std::optional<AuditEntry>> head(std::string_view instance) = 0;

  // newest gives a tenant's entries below `before`, newest first, at most `limit`.
  virtual Result<std::vector<AuditEntry>> newest(const base::TenantId&, std::uint64_t before,
                                                 std::size_t limit) = 0;

  // ofSubject gives a tenant's entries about one subject, oldest first, at most `limit`.
  virtual Result<std::vector<AuditEntry>> ofSubject(const base::TenantId&, std::string_view subject,
                                                    std::size_t limit) = 0;

  virtual Status addSeal(const AuditSeal&) = 0;  // kConflict: the position is sealed

  // seals gives those of a chain below `before`, newest first, at most `limit`; chains gives the
  // names of those that have any.
  virtual Result<std::vector<AuditSeal>> seals(std::string_view instance, std::uint64_t before,
                                               std::size_t limit) = 0;
  virtual Result<std::vector<std::string>> sealedChains() = 0;
};

}  // namespace florin::records
