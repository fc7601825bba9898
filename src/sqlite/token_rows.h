// Repositories of records/tokens.h and records/settings.h over one Connection, inside its
// transaction.
#pragma once

#include "records/settings.h"
#include "sqlite/connection.h"

namespace florin::sqlite {

class TokenRows : public records::TokenRepository {
 public:
  explicit TokenRows(Connection& db) : db_(db) {}
  Result<std::optional<records::Token>> find(const base::TenantId& tenant,
                                             const base::TokenId& id) override;
  Result<std::optional<records::Token>> findByDpan(ByteView dpanIndex) override;
  Status insert(const records::Token& row) override;
  Status update(const records::Token& row) override;

 private:
  Connection& db_;
};

// PaymentKeyRows keeps one row per batch of keys (sql/0001_initial.sql).
class PaymentKeyRows : public records::PaymentKeyRepository {
 public:
  explicit PaymentKeyRows(Connection& db) : db_(db) {}
  Status insertIssued(const base::TokenId& id, std::uint32_t masterKeyVersion,
                      std::uint32_t firstAtc, std::uint32_t count) override;
  Result<std::optional<records::PaymentKey>> find(const base::TokenId& id,
                                                  std::uint32_t masterKeyVersion,
                                                  std::uint32_t atc) override;
  Status setState(const base::TokenId& id, std::uint32_t masterKeyVersion, std::uint32_t atc,
                  records::PaymentKeyState state) override;
  Status voidIssued(const base::TokenId& id) override;
  Result<std::uint32_t> highestSpent(const base::TokenId& id) override;
  Result<std::uint32_t> countIssued(const base::TokenId& id, std::uint32_t masterKeyVersion,
                                    std::uint32_t atc) override;

 private:
  Connection& db_;
};

class AuthorizationRows : public records::AuthorizationRepository {
 public:
  explicit AuthorizationRows(Connection& db) : db_(db) {}
  Result<std::optional<records::Authorization>> findByKey(const base::TenantId& acquirer,
                                                          std::string_view idempotencyKey) override;
  Status insert(const records::Authorization& row) override;
  Result<std::vector<records::Authorization>> older(const base::TenantId& tenant,
                                                    const base::TokenId& id,
                                                    const base::AuthorizationId& than,
                                                    std::size_t limit) override;
  Result<std::vector<records::Authorization>> ofToken(const base::TenantId& tenant,
                                                      const base::TokenId& id,
                                                      std::size_t limit) override;
  Status setReversed(const base::TenantId& acquirer, std::string_view idempotencyKey,
                     base::Time when) override;
  Result<records::PaymentTally> tally(const base::TenantId& tenant, const base::TokenId& id,
                                      base::Time since) override;

 private:
  Connection& db_;
};

class DigitalCardRows : public records::DigitalCardRepository {
 public:
  explicit DigitalCardRows(Connection& db) : db_(db) {}
  Result<std::optional<records::DigitalCard>> find(const base::TenantId& tenant,
                                                   const base::DigitalCardId& id) override;
  Result<std::optional<records::DigitalCard>> findByCorrelation(
      const base::TenantId& tenant, const base::WalletId& walletId,
      const base::CorrelationId& correlationId) override;
  Result<std::optional<records::DigitalCard>> findByPan(const base::TenantId& tenant,
                                                        const base::WalletId& walletId,
                                                        ByteView panIndex) override;
  Result<std::optional<records::DigitalCard>> findByToken(const base::TenantId& tenant,
                                                          const base::WalletId& walletId,
                                                          const base::TokenId& id) override;
  Result<std::vector<records::DigitalCard>> ofWallet(const base::TenantId& tenant,
                                                     const base::WalletId& walletId,
                                                     std::size_t limit) override;
  Result<std::uint32_t> countOf(const base::TenantId& tenant,
                                const base::WalletId& walletId) override;
  Result<std::vector<records::DigitalCard>> search(const base::TenantId& tenant,
                                                   const records::CardSearch& search,
                                                   const base::DigitalCardId& after,
                                                   std::size_t limit) override;
  Status insert(const records::DigitalCard& row) override;
  Status update(const records::DigitalCard& row) override;

 private:
  Connection& db_;
};

class ApiTokenRows : public records::ApiTokenRepository {
 public:
  explicit ApiTokenRows(Connection& db) : db_(db) {}
  Result<std::optional<records::ApiToken>> find(ByteView tokenHash) override;
  Result<std::vector<records::ApiToken>> all(std::size_t limit) override;
  Status insert(const records::ApiToken& row) override;
  Status revoke(ByteView tokenHash) override;

 private:
  Connection& db_;
};

class SettingRows : public records::SettingsRepository {
 public:
  explicit SettingRows(Connection& db) : db_(db) {}
  Result<std::optional<Bytes>> find(std::string_view name) override;
  Status put(std::string_view name, ByteView value) override;

 private:
  Connection& db_;
};

}  // namespace florin::sqlite
