// Repositories of records/wallets.h over MemoryTables. Inside MemoryStore only.
#pragma once

#include <algorithm>
#include <tuple>

#include "base/bytes.h"
#include "base/limits.h"
#include "fakes/memory_tables.h"

namespace florin::fakes {

// MemoryRepository is what they all hold.
struct MemoryRepository {
  MemoryTables& tables;
  UnitChanges& changes;
};

constexpr Error kTaken(Code::kConflict, "the row exists already");
constexpr Error kMissing(Code::kNotFound, "there is no such row");

class MemoryWallets : public records::WalletRepository, MemoryRepository {
 public:
  MemoryWallets(MemoryTables& t, UnitChanges& c) : MemoryRepository{t, c} {}

  Result<std::optional<records::Wallet>> find(const base::TenantId& tenant,
                                              const base::WalletId& walletId) override {
    return tables.wallets.find({tenant, walletId});
  }
  Status insert(const records::Wallet& row) override {
    if (tables.wallets.contains({row.tenant, row.walletId})) return kTaken;
    return tables.wallets.put(changes, {row.tenant, row.walletId}, row);
  }
  Status setTriesLeft(const base::TenantId& tenant, const base::WalletId& walletId,
                      std::uint32_t triesLeft) override {
    auto row = tables.wallets.find({tenant, walletId});
    if (!row) return kMissing;
    row->triesLeft = triesLeft;
    return tables.wallets.put(changes, {tenant, walletId}, *row);
  }
};

class MemoryCodes : public records::ActivationCodeRepository, MemoryRepository {
 public:
  MemoryCodes(MemoryTables& t, UnitChanges& c) : MemoryRepository{t, c} {}

  Result<std::optional<records::ActivationCode>> find(const base::TenantId& tenant,
                                                      const base::WalletId& walletId,
                                                      ByteView codeRef) override {
    return tables.codes.find({tenant, walletId, base::toBytes(codeRef)});
  }
  Result<std::optional<records::ActivationCode>> findTyped(
      const base::TenantId& tenant, const base::WalletId& walletId) override {
    return only([&](const auto& row) {
      return row.tenant == tenant && row.walletId == walletId && row.suite == 2 &&
             row.state == records::CodeState::kOpen;
    });
  }
  Result<std::optional<records::ActivationCode>> findByCard(
      const base::TenantId& tenant, const base::WalletId& walletId,
      const base::DigitalCardId& digitalCardId) override {
    return only([&](const auto& row) {
      return row.tenant == tenant && row.walletId == walletId && row.digitalCardId == digitalCardId;
    });
  }
  Result<std::uint32_t> countOf(const base::TenantId& tenant,
                                const base::WalletId& walletId) override {
    const auto codes = tables.codes.matching(
        [&](const auto& row) { return row.tenant == tenant && row.walletId == walletId; });
    return static_cast<std::uint32_t>(codes.size());
  }
  Status put(const records::ActivationCode& row) override {
    return tables.codes.put(changes, {row.tenant, row.walletId, row.codeRef}, row);
  }
  Status erase(const base::TenantId& tenant, const base::WalletId& walletId,
               ByteView codeRef) override {
    return tables.codes.erase(changes, {tenant, walletId, base::toBytes(codeRef)});
  }
  Result<std::vector<records::ActivationCode>> expiredBefore(base::Time time,
                                                             std::size_t limit) override {
    auto rows = tables.codes.matching([&](const auto& row) {
      return row.expires < time && row.state == records::CodeState::kOpen;
    });
    rows.resize(std::min(rows.size(), limit));
    return rows;
  }

 private:
  std::optional<records::ActivationCode> only(const auto& condition) {
    const auto rows = tables.codes.matching(condition);
    return rows.empty() ? std::nullopt : std::optional(rows.front());
  }
};

class MemoryEnrollments : public records::EnrollmentRepository, MemoryRepository {
 public:
  MemoryEnrollments(MemoryTables& t, UnitChanges& c) : MemoryRepository{t, c} {}

  Result<std::optional<records::Enrollment>> find(const base::TenantId& tenant,
                                                  const base::EnrollmentId& id) override {
    return tables.enrollments.find({tenant, id});
  }
  Result<std::optional<records::Enrollment>> findByShare(const base::TenantId& tenant,
                                                         const base::WalletId& walletId,
                                                         ByteView shareHash) override {
    return newest(tables.enrollments.matching([&](const auto& row) {
      return row.tenant == tenant && row.walletId == walletId &&
             std::ranges::equal(row.shareHash, shareHash);
    }));
  }
  Result<std::optional<records::Enrollment>> findByDevice(const base::TenantId& tenant,
                                                          const base::DeviceId& id) override {
    const auto rows = tables.enrollments.matching([&](const auto& row) {
      return row.tenant == tenant && row.deviceId == id && id != base::DeviceId();
    });
    // By bound and id: the last of equal ones, as SQL orders them.
    const auto last = std::ranges::max_element(rows, [](const auto& a, const auto& b) {
      return std::tie(a.bound, a.enrollmentId) < std::tie(b.bound, b.enrollmentId);
    });
    if (last == rows.end()) return std::optional<records::Enrollment>();
    return std::optional(*last);
  }
  Status insert(const records::Enrollment& row) override {
    if (tables.enrollments.contains({row.tenant, row.enrollmentId})) return kTaken;
    FLORIN_TRY_ASSIGN(const auto same, findByShare(row.tenant, row.walletId, row.shareHash));
    if (same) return kTaken;
    return tables.enrollments.put(changes, {row.tenant, row.enrollmentId}, row);
  }
  Status update(const records::Enrollment& row) override {
    const auto stored = tables.enrollments.find({row.tenant, row.enrollmentId});
    if (!stored) return kMissing;
    records::Enrollment next = row;
    next.walletId = stored->walletId;
    next.shareHash = stored->shareHash;
    next.created = stored->created;
    return tables.enrollments.put(changes, {row.tenant, row.enrollmentId}, next);
  }
  Result<std::vector<records::Enrollment>> oldest(std::size_t limit) override {
    auto rows = tables.enrollments.matching([](const auto&) { return true; });
    std::ranges::stable_sort(rows, {}, &records::Enrollment::created);
    rows.resize(std::min(rows.size(), limit));
    return rows;
  }
  Status erase(const base::TenantId& tenant, const base::EnrollmentId& id) override {
    return tables.enrollments.erase(changes, {tenant, id});
  }
};

class MemoryDevices : public records::DeviceRepository, MemoryRepository {
 public:
  MemoryDevices(MemoryTables& t, UnitChanges& c) : MemoryRepository{t, c} {}

  Result<std::optional<records::Device>> find(const base::DeviceId& id) override {
    return tables.devices.find(id);
  }
  Result<std::optional<records::Device>> findByWallet(const base::TenantId& tenant,
                                                      const base::WalletId& walletId) override {
    return newest(tables.devices.matching(
        [&](const auto& row) { return row.tenant == tenant && row.walletId == walletId; }));
  }
  Status insert(const records::Device& row) override {
    if (tables.devices.contains(row.deviceId)) return kTaken;
    return tables.devices.put(changes, row.deviceId, row);
  }
  Status update(const records::Device& row) override {
    const auto stored = tables.devices.find(row.deviceId);
    if (!stored) return kMissing;
    records::Device next = row;
    next.tenant = stored->tenant;
    next.walletId = stored->walletId;
    next.created = stored->created;
    return tables.devices.put(changes, row.deviceId, next);
  }
  Status erase(const base::DeviceId& id) override { return tables.devices.erase(changes, id); }
  Result<std::uint64_t> count() override { return tables.devices.rows().size(); }
};

class MemoryOperations : public records::OperationRepository, MemoryRepository {
 public:
  MemoryOperations(MemoryTables& t, UnitChanges& c) : MemoryRepository{t, c} {}

  Status insert(const records::Operation& row) override {
    if (tables.operations.contains({row.deviceId, row.opSeq})) return kTaken;
    return tables.operations.put(changes, {row.deviceId, row.opSeq}, row);
  }
  Result<std::vector<records::Operation>> pendingOf(const base::DeviceId& id,
                                                    std::size_t limit) override {
    auto rows = ofDevice(
        id, [&](const auto& row) { return row.state == records::OperationState::kPending; });
    rows.resize(std::min(rows.size(), limit));
    return rows;
  }
  Result<std::optional<records::Operation>> find(const base::DeviceId& id,
                                                 std::uint64_t opSeq) override {
    return tables.operations.find({id, opSeq});
  }
  Result<std::optional<records::Operation>> newestOfType(const base::DeviceId& id,
                                                         std::uint8_t type) override {
    const auto rows = ofDevice(id, [&](const auto& row) { return row.type == type; });
    return rows.empty() ? std::nullopt : std::optional(rows.back());
  }
  Result<std::optional<records::Operation>> newestOfCard(const base::DeviceId& id,
                                                         const base::TokenId& tokenId,
                                                         std::uint8_t type,
                                                         records::OperationState state) override {
    const auto rows = ofDevice(id, [&](const auto& row) {
      return row.tokenId == tokenId && row.type == type && row.state == state;
    });
    const auto last = std::ranges::max_element(rows, {}, &records::Operation::cardSeq);
    return last == rows.end() ? std::nullopt : std::optional(*last);
  }
  Result<std::vector<records::Operation>> openOfCard(const base::DeviceId& id,
                                                     const base::TokenId& tokenId) override {
    return ofDevice(id, [&](const auto& row) {
      return row.tokenId == tokenId && (row.state == records::OperationState::kPending ||
                                        row.state == records::OperationState::kParked);
    });
  }
  Result<std::vector<records::Operation>> parkedOf(const base::DeviceId& id) override {
    return ofDevice(id,
                    [&](const auto& row) { return row.state == records::OperationState::kParked; });
  }
  Result<std::vector<records::Operation>> listOf(const base::DeviceId& id, std::uint64_t after,
                                                 std::size_t limit) override {
    auto rows = ofDevice(id, [&](const auto& row) { return row.opSeq > after; });
    rows.resize(std::min(rows.size(), limit));
    return rows;
  }
  Status voidPending(const base::DeviceId& id) override {
    for (auto& row : ofDevice(id, [&](const auto& operation) {
           return operation.state == records::OperationState::kPending;
         })) {
      row.state = records::OperationState::kVoid;
      row.sealedPayload.clear();
      FLORIN_TRY(tables.operations.put(changes, {id, row.opSeq}, row));
    }
    return {};
  }
  Status setState(const base::DeviceId& id, std::uint64_t opSeq, records::OperationState state,
                  std::uint32_t reason) override {
    auto row = tables.operations.find({id, opSeq});
    if (!row) return kMissing;
    row->state = state;
    row->parkedReason = reason;
    if (isOver(state)) row->sealedPayload.clear();
    return tables.operations.put(changes, {id, opSeq}, *row);
  }
  Result<std::uint64_t> lastCardSeq(const base::DeviceId& id,
                                    const base::TokenId& tokenId) override {
    std::uint64_t last = 0;
    for (const auto& row :
         ofDevice(id, [&](const auto& operation) { return operation.tokenId == tokenId; })) {
      last = std::max(last, row.cardSeq);
    }
    return last;
  }
  Status eraseOld(const base::DeviceId& id, base::Time before) override {
    using records::OperationState;
    const auto all = ofDevice(id, [](const auto&) { return true; });
    for (const auto& old : all) {
      const bool acked = old.state == OperationState::kAcked;
      if ((!acked && old.state != OperationState::kVoid) || old.created >= before) continue;
      const bool followed = std::ranges::any_of(all, [&](const auto& later) {
        return later.tokenId == old.tokenId && later.opSeq > old.opSeq &&
               (!acked || (later.state == OperationState::kAcked && later.type == old.type));
      });
      if (followed) FLORIN_TRY(tables.operations.erase(changes, {id, old.opSeq}));
    }
    return {};
  }

 private:
  template <class Test>
  std::vector<records::Operation> ofDevice(const base::DeviceId& id, Test test) {
    return tables.operations.among(
        {id, 0}, [&](const auto& key) { return std::get<0>(key) == id; }, test);
  }
};

class MemoryResults : public records::RequestResultRepository, MemoryRepository {
 public:
  MemoryResults(MemoryTables& t, UnitChanges& c) : MemoryRepository{t, c} {}

  Result<std::optional<records::RequestResult>> find(const base::DeviceId& id,
                                                     std::uint64_t reqSeq) override {
    return tables.results.find({id, reqSeq});
  }
  Status put(const base::DeviceId& id, std::uint64_t reqSeq,
             const records::RequestResult& result) override {
    FLORIN_TRY(tables.results.put(changes, {id, reqSeq}, result));
    std::vector<MemoryTables::DeviceNumber> old;
    const auto& rows = tables.results.rows();
    for (auto at = rows.lower_bound({id, 0}); at != rows.end(); ++at) {
      const auto& [device, number] = at->first;
      if (device != id || number + base::limits::kStoredResults >= reqSeq) break;
      old.push_back(at->first);
    }
    for (const auto& key : old) FLORIN_TRY(tables.results.erase(changes, key));
    return {};
  }
  Status eraseOf(const base::DeviceId& id) override {
    std::vector<MemoryTables::DeviceNumber> all;
    for (const auto& [key, row] : tables.results.rows()) {
      if (std::get<0>(key) == id) all.push_back(key);
    }
    for (const auto& key : all) FLORIN_TRY(tables.results.erase(changes, key));
    return {};
  }
};

}  // namespace florin::fakes
