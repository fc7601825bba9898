// Repositories of records/captures.h on MemoryTables.
#pragma once

#include "fakes/memory_wallet_rows.h"

namespace florin::fakes {

// eraseExpired erases at most `limit` rows of the table that expired before `time`.
template <class Table>
Result<std::size_t> eraseExpired(Table& table, UnitChanges& changes, base::Time time,
                                 std::size_t limit) {
  std::size_t erased = 0;
  const auto rows = table.rows();
  for (const auto& [key, row] : rows) {
    if (erased == limit) break;
    if (row.expires >= time) continue;
    FLORIN_TRY(table.erase(changes, key));
    ++erased;
  }
  return erased;
}

class MemorySpentNonces : public records::SpentNonceRepository, MemoryRepository {
 public:
  MemorySpentNonces(MemoryTables& t, UnitChanges& c) : MemoryRepository{t, c} {}

  Result<std::optional<records::SpentNonce>> find(const base::TenantId& issuer,
                                                  ByteView nonceHash) override {
    return tables.spentNonces.find({issuer, base::toBytes(nonceHash)});
  }
  Status insert(const records::SpentNonce& row) override {
    if (tables.spentNonces.contains({row.tenant, row.nonceHash})) return kTaken;
    return tables.spentNonces.put(changes, {row.tenant, row.nonceHash}, row);
  }
  Result<std::size_t> eraseExpired(base::Time time, std::size_t limit) override {
    return fakes::eraseExpired(tables.spentNonces, changes, time, limit);
  }
};

class MemoryPushSessions : public records::PushSessionRepository, MemoryRepository {
 public:
  MemoryPushSessions(MemoryTables& t, UnitChanges& c) : MemoryRepository{t, c} {}

  Result<std::optional<records::PushSession>> find(const base::TenantId& tenant,
                                                   ByteView sessionHash) override {
    return tables.pushSessions.find({tenant, base::toBytes(sessionHash)});
  }
  Result<std::uint32_t> countOf(const base::TenantId& issuer) override {
    const auto found =
        tables.pushSessions.matching([&](const auto& row) { return row.issuer == issuer; });
    return static_cast<std::uint32_t>(found.size());
  }
  Status insert(const records::PushSession& row) override {
    if (tables.pushSessions.contains({row.tenant, row.sessionHash})) return kTaken;
    return tables.pushSessions.put(changes, {row.tenant, row.sessionHash}, row);
  }
  Status erase(const base::TenantId& tenant, ByteView sessionHash) override {
    return tables.pushSessions.erase(changes, {tenant, base::toBytes(sessionHash)});
  }
  Result<std::size_t> eraseExpired(base::Time time, std::size_t limit) override {
    return fakes::eraseExpired(tables.pushSessions, changes, time, limit);
  }
};

class MemoryPanGuesses : public records::PanGuessesRepository, MemoryRepository {
 public:
  MemoryPanGuesses(MemoryTables& t, UnitChanges& c) : MemoryRepository{t, c} {}

  Result<std::optional<records::PanGuesses>> find(const base::TenantId& issuer,
                                                  ByteView panIndex) override {
    return tables.panGuesses.find({issuer, base::toBytes(panIndex)});
  }
  Status put(const records::PanGuesses& row) override {
    return tables.panGuesses.put(changes, {row.tenant, row.panIndex}, row);
  }
  Result<std::size_t> eraseExpired(base::Time time, std::size_t limit) override {
    return fakes::eraseExpired(tables.panGuesses, changes, time, limit);
  }
};

}  // namespace florin::fakes
