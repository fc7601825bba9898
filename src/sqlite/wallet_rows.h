// Repositories of records/wallets.h over one Connection, inside its transaction.
#pragma once

#include "sqlite/connection.h"

namespace florin::sqlite {

class WalletRows : public records::WalletRepository {
 public:
  explicit WalletRows(Connection& db) : db_(db) {}
  Result<std::optional<records::Wallet>> find(const base::TenantId& tenant,
                                              const base::WalletId& walletId) override;
  Status insert(const records::Wallet& row) override;
  Status setTriesLeft(const base::TenantId& tenant, const base::WalletId& walletId,
                      std::uint32_t triesLeft) override;

 private:
  Connection& db_;
};

class CodeRows : public records::ActivationCodeRepository {
 public:
  explicit CodeRows(Connection& db) : db_(db) {}
  Result<std::optional<records::ActivationCode>> find(const base::TenantId& tenant,
                                                      const base::WalletId& walletId,
                                                      ByteView codeRef) override;
  Result<std::optional<records::ActivationCode>> findTyped(const base::TenantId& tenant,
                                                           const base::WalletId& walletId) override;
  Result<std::optional<records::ActivationCode>> findByCard(
      const base::TenantId& tenant, const base::WalletId& walletId,
      const base::DigitalCardId& digitalCardId) override;
  Result<std::uint32_t> countOf(const base::TenantId& tenant,
                                const base::WalletId& walletId) override;
  Status put(const records::ActivationCode& row) override;
  Status erase(const base::TenantId& tenant, const base::WalletId& walletId,
               ByteView codeRef) override;
  Result<std::vector<records::ActivationCode>> expiredBefore(base::Time time,
                                                             std::size_t limit) override;

 private:
  Connection& db_;
};

class EnrollmentRows : public records::EnrollmentRepository {
 public:
  explicit EnrollmentRows(Connection& db) : db_(db) {}
  Result<std::optional<records::Enrollment>> find(const base::TenantId& tenant,
                                                  const base::EnrollmentId& id) override;
  Result<std::optional<records::Enrollment>> findByShare(const base::TenantId& tenant,
                                                         const base::WalletId& walletId,
                                                         ByteView shareHash) override;
  Result<std::optional<records::Enrollment>> findByDevice(const base::TenantId& tenant,
                                                          const base::DeviceId& id) override;
  Status insert(const records::Enrollment& row) override;
  Status update(const records::Enrollment& row) override;
  Result<std::vector<records::Enrollment>> oldest(std::size_t limit) override;
  Status erase(const base::TenantId& tenant, const base::EnrollmentId& id) override;

 private:
  Connection& db_;
};

class DeviceRows : public records::DeviceRepository {
 public:
  explicit DeviceRows(Connection& db) : db_(db) {}
  Result<std::optional<records::Device>> find(const base::DeviceId& id) override;
  Result<std::optional<records::Device>> findByWallet(const base::TenantId& tenant,
                                                      const base::WalletId& walletId) override;
  Status insert(const records::Device& row) override;
  Status update(const records::Device& row) override;
  Status erase(const base::DeviceId& id) override;
  Result<std::uint64_t> count() override;

 private:
  Connection& db_;
};

class OperationRows : public records::OperationRepository {
 public:
  explicit OperationRows(Connection& db) : db_(db) {}
  Status insert(const records::Operation& row) override;
  Result<std::vector<records::Operation>> pendingOf(const base::DeviceId& id,
                                                    std::size_t limit) override;
  Result<std::optional<records::Operation>> find(const base::DeviceId& id,
                                                 std::uint64_t opSeq) override;
  Result<std::optional<records::Operation>> newestOfType(const base::DeviceId& id,
                                                         std::uint8_t type) override;
  Result<std::optional<records::Operation>> newestOfCard(const base::DeviceId& id,
                                                         const base::TokenId& tokenId,
                                                         std::uint8_t type,
                                                         records::OperationState state) override;
  Result<std::vector<records::Operation>> openOfCard(const base::DeviceId& id,
                                                     const base::TokenId& tokenId) override;
  Result<std::vector<records::Operation>> parkedOf(const base::DeviceId& id) override;
  Result<std::vector<records::Operation>> listOf(const base::DeviceId& id, std::uint64_t after,
                                                 std::size_t limit) override;
  Status voidPending(const base::DeviceId& id) override;
  Status setState(const base::DeviceId& id, std::uint64_t opSeq, records::OperationState state,
                  std::uint32_t reason) override;
  Result<std::uint64_t> lastCardSeq(const base::DeviceId& id,
                                    const base::TokenId& tokenId) override;
  Status eraseOld(const base::DeviceId& id, base::Time before) override;

 private:
  Connection& db_;
};

class ResultRows : public records::RequestResultRepository {
 public:
  explicit ResultRows(Connection& db) : db_(db) {}
  Result<std::optional<records::RequestResult>> find(const base::DeviceId& id,
                                                     std::uint64_t reqSeq) override;
  Status put(const base::DeviceId& id, std::uint64_t reqSeq,
             const records::RequestResult& result) override;
  Status eraseOf(const base::DeviceId& id) override;

 private:
  Connection& db_;
};

}  // namespace florin::sqlite
