// Repository of records/limited_keys.h over one Connection, inside its transaction.
#pragma once

#include "records/limited_keys.h"
#include "sqlite/connection.h"

namespace florin::sqlite {

class LimitedKeyRows : public records::LimitedKeyRepository {
 public:
  explicit LimitedKeyRows(Connection& db) : db_(db) {}
  Status insert(const records::LimitedKey& row) override;
  Status update(const records::LimitedKey& row) override;
  Result<std::optional<records::LimitedKey>> find(const base::TokenId& id,
                                                  std::uint32_t masterKeyVersion,
                                                  std::uint32_t index) override;
  Result<std::optional<records::LimitedKey>> newest(const base::TokenId& id) override;
  Status voidIssued(const base::TokenId& id) override;
  Result<records::AtcWindow> window(const base::TokenId& id) override;
  Status putWindow(const records::AtcWindow& row) override;

 private:
  Connection& db_;
};

}  // namespace florin::sqlite
