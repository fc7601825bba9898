// Repositories of records/captures.h over one Connection, inside its transaction.
#pragma once

#include "records/captures.h"
#include "sqlite/connection.h"

namespace florin::sqlite {

class SpentNonceRows : public records::SpentNonceRepository {
 public:
  explicit SpentNonceRows(Connection& db) : db_(db) {}
  Result<std::optional<records::SpentNonce>> find(const base::TenantId& issuer,
                                                  ByteView nonceHash) override;
  Status insert(const records::SpentNonce& row) override;
  Result<std::size_t> eraseExpired(base::Time time, std::size_t limit) override;

 private:
  Connection& db_;
};

class PushSessionRows : public records::PushSessionRepository {
 public:
  explicit PushSessionRows(Connection& db) : db_(db) {}
  Result<std::optional<records::PushSession>> find(const base::TenantId& tenant,
                                                   ByteView sessionHash) override;
  Result<std::uint32_t> countOf(const base::TenantId& issuer) override;
  Status insert(const records::PushSession& row) override;
  Status erase(const base::TenantId& tenant, ByteView sessionHash) override;
  Result<std::size_t> eraseExpired(base::Time time, std::size_t limit) override;

 private:
  Connection& db_;
};

class PanGuessesRows : public records::PanGuessesRepository {
 public:
  explicit PanGuessesRows(Connection& db) : db_(db) {}
  Result<std::optional<records::PanGuesses>> find(const base::TenantId& issuer,
                                                  ByteView panIndex) override;
  Status put(const records::PanGuesses& row) override;
  Result<std::size_t> eraseExpired(base::Time time, std::size_t limit) override;

 private:
  Connection& db_;
};

}  // namespace florin::sqlite
