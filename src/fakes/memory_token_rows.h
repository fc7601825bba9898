// Repositories of records/tokens.h and settings.h over MemoryTables. Inside MemoryStore only.
#pragma once

#include "fakes/memory_wallet_rows.h"

namespace florin::fakes {

class MemoryTokens : public records::TokenRepository, MemoryRepository {
 public:
  MemoryTokens(MemoryTables& t, UnitChanges& c) : MemoryRepository{t, c} {}

  Result<std::optional<records::Token>> find(const base::TenantId& tenant,
                                             const base::TokenId& id) override {
    return tables.tokens.find({tenant, id});
  }
  Result<std::optional<records::Token>> findByDpan(ByteView dpanIndex) override {
    return newest(tables.tokens.matching(
        [&](const auto& row) { return std::ranges::equal(row.dpanIndex, dpanIndex); }));
  }
  Status insert(const records::Token& row) override {
    if (tables.tokens.contains({row.tenant, row.tokenId})) return kTaken;
    FLORIN_TRY_ASSIGN(const auto sameDpan, findByDpan(row.dpanIndex));
    if (sameDpan) return kTaken;
    return tables.tokens.put(changes, {row.tenant, row.tokenId}, row);
  }
  Status update(const records::Token& row) override {
    const auto stored = tables.tokens.find({row.tenant, row.tokenId});
    if (!stored || stored->version != row.version) {
      return Error(Code::kConflict, "the token changed since it was read");
    }
    records::Token next = row;
    ++next.version;
    next.dpanIndex = stored->dpanIndex;
    next.created = stored->created;
    return tables.tokens.put(changes, {row.tenant, row.tokenId}, next);
  }
};

class MemoryPaymentKeys : public records::PaymentKeyRepository, MemoryRepository {
 public:
  MemoryPaymentKeys(MemoryTables& t, UnitChanges& c) : MemoryRepository{t, c} {}

  Status insertIssued(const base::TokenId& id, std::uint32_t version, std::uint32_t firstAtc,
                      std::uint32_t count) override {
    for (std::uint32_t i = 0; i < count; ++i) {
      if (tables.paymentKeys.contains({id, version, firstAtc + i})) return kTaken;
    }
    for (std::uint32_t i = 0; i < count; ++i) {
      const records::PaymentKey row{id, version, firstAtc + i, records::PaymentKeyState::kIssued};
      FLORIN_TRY(tables.paymentKeys.put(changes, {id, version, row.atc}, row));
    }
    return {};
  }
  Result<std::optional<records::PaymentKey>> find(const base::TokenId& id, std::uint32_t version,
                                                  std::uint32_t atc) override {
    return tables.paymentKeys.find({id, version, atc});
  }
  Status setState(const base::TokenId& id, std::uint32_t version, std::uint32_t atc,
                  records::PaymentKeyState state) override {
    auto row = tables.paymentKeys.find({id, version, atc});
    if (!row || row->state != records::PaymentKeyState::kIssued) {
      return Error(Code::kConflict, "the payment key is not issued, or not any more");
    }
    row->state = state;
    return tables.paymentKeys.put(changes, {id, version, atc}, *row);
  }
  Status voidIssued(const base::TokenId& id) override {
    for (auto& row : ofToken(
             id, [&](const auto& key) { return key.state == records::PaymentKeyState::kIssued; })) {
      row.state = records::PaymentKeyState::kVoid;
      FLORIN_TRY(tables.paymentKeys.put(changes, {id, row.masterKeyVersion, row.atc}, row));
    }
    return {};
  }
  Result<std::uint32_t> highestSpent(const base::TokenId& id) override {
    std::uint32_t highest = 0;
    for (const auto& row : ofToken(
             id, [&](const auto& key) { return key.state == records::PaymentKeyState::kSpent; })) {
      highest = std::max(highest, row.atc);
    }
    return highest;
  }
  Result<std::uint32_t> countIssued(const base::TokenId& id, std::uint32_t version,
                                    std::uint32_t atc) override {
    const auto issued = ofToken(id, [&](const auto& row) {
      return row.masterKeyVersion == version && row.atc > atc &&
             row.state == records::PaymentKeyState::kIssued;
    });
    return static_cast<std::uint32_t>(issued.size());
  }

 private:
  template <class Test>
  std::vector<records::PaymentKey> ofToken(const base::TokenId& id, Test test) {
    return tables.paymentKeys.among(
        {id, 0, 0}, [&](const auto& key) { return std::get<0>(key) == id; }, test);
  }
};

class MemoryAuthorizations : public records::AuthorizationRepository, MemoryRepository {
 public:
  MemoryAuthorizations(MemoryTables& t, UnitChanges& c) : MemoryRepository{t, c} {}

  Result<std::optional<records::Authorization>> findByKey(const base::TenantId& acquirer,
                                                          std::string_view key) override {
    return tables.authorizations.find({acquirer, std::string(key)});
  }
  Status insert(const records::Authorization& row) override {
    if (tables.authorizations.contains({row.acquirer, row.idempotencyKey})) return kTaken;
    return tables.authorizations.put(changes, {row.acquirer, row.idempotencyKey}, row);
  }
  Result<std::vector<records::Authorization>> ofToken(const base::TenantId& tenant,
                                                      const base::TokenId& id,
                                                      std::size_t limit) override {
    auto rows = allOfToken(tenant, id);
    rows.resize(std::min(rows.size(), limit));
    return rows;
  }
  Result<std::vector<records::Authorization>> older(const base::TenantId& tenant,
                                                    const base::TokenId& id,
                                                    const base::AuthorizationId& than,
                                                    std::size_t limit) override {
    const auto rows = allOfToken(tenant, id);
    auto first = std::ranges::find(rows, than, &records::Authorization::authorizationId);
    if (first == rows.end()) return std::vector<records::Authorization>();
    ++first;
    const auto count = std::min(static_cast<std::size_t>(rows.end() - first), limit);
    return std::vector(first, first + static_cast<std::ptrdiff_t>(count));
  }
  Status setReversed(const base::TenantId& acquirer, std::string_view key,
                     base::Time when) override {
    auto row = tables.authorizations.find({acquirer, std::string(key)});
    if (!row) return Error(Code::kNotFound, "no such authorization");
    row->reversed = when;
    return tables.authorizations.put(changes, {acquirer, std::string(key)}, *row);
  }
  Result<records::PaymentTally> tally(const base::TenantId& tenant, const base::TokenId& id,
                                      base::Time since) override {
    records::PaymentTally tally;
    for (const auto& [key, row] : tables.authorizations.rows()) {
      const bool counts = row.tenant == tenant && row.tokenId == id && row.created >= since &&
                          row.approved && row.reversed == base::Time();
      if (!counts) continue;
      ++tally.count;
      tally.amount += row.amount.minorUnits;
    }
    return tally;
  }

 private:
  // allOfToken gives a token's, the newest first.
  std::vector<records::Authorization> allOfToken(const base::TenantId& tenant,
                                                 const base::TokenId& id) {
    auto rows = tables.authorizations.matching(
        [&](const auto& row) { return row.tenant == tenant && row.tokenId == id; });
    std::ranges::sort(rows, std::greater(),
                      [](const auto& row) { return std::tuple(row.created, row.authorizationId); });
    return rows;
  }
};

class MemoryDigitalCards : public records::DigitalCardRepository, MemoryRepository {
 public:
  MemoryDigitalCards(MemoryTables& t, UnitChanges& c) : MemoryRepository{t, c} {}

  Result<std::optional<records::DigitalCard>> find(const base::TenantId& tenant,
                                                   const base::DigitalCardId& id) override {
    return tables.digitalCards.find({tenant, id});
  }
  Result<std::optional<records::DigitalCard>> findByCorrelation(
      const base::TenantId& tenant, const base::WalletId& walletId,
      const base::CorrelationId& correlationId) override {
    return newest(tables.digitalCards.matching([&](const auto& row) {
      return row.tenant == tenant && row.walletId == walletId && row.correlationId == correlationId;
    }));
  }
  Result<std::optional<records::DigitalCard>> findByPan(const base::TenantId& tenant,
                                                        const base::WalletId& walletId,
                                                        ByteView panIndex) override {
    return newest(tables.digitalCards.matching([&](const auto& row) {
      return row.tenant == tenant && row.walletId == walletId &&
             std::ranges::equal(row.panIndex, panIndex);
    }));
  }
  Result<std::optional<records::DigitalCard>> findByToken(const base::TenantId& tenant,
                                                          const base::WalletId& walletId,
                                                          const base::TokenId& id) override {
    return newest(tables.digitalCards.matching([&](const auto& row) {
      return row.tenant == tenant && row.walletId == walletId && row.tokenId == id;
    }));
  }
  Result<std::vector<records::DigitalCard>> ofWallet(const base::TenantId& tenant,
                                                     const base::WalletId& walletId,
                                                     std::size_t limit) override {
    auto rows = inUse(tenant, walletId);
    std::ranges::sort(rows, {},
                      [](const auto& row) { return std::tuple(row.created, row.digitalCardId); });
    rows.resize(std::min(rows.size(), limit));
    return rows;
  }
  Result<std::uint32_t> countOf(const base::TenantId& tenant,
                                const base::WalletId& walletId) override {
    return static_cast<std::uint32_t>(inUse(tenant, walletId).size());
  }
  Result<std::vector<records::DigitalCard>> search(const base::TenantId& tenant,
                                                   const records::CardSearch& search,
                                                   const base::DigitalCardId& after,
                                                   std::size_t limit) override {
    auto rows = tables.digitalCards.matching([&](const auto& row) {
      if (row.tenant != tenant || row.digitalCardId <= after) return false;
      if (search.wallet) return row.walletId == *search.wallet;
      if (search.correlation) return row.correlationId == *search.correlation;
      if (!search.issuer || search.lastFour.empty()) return true;
      return row.issuer == *search.issuer && row.panLastFour == search.lastFour;
    });
    rows.resize(std::min(rows.size(), limit));
    return rows;
  }
  Status insert(const records::DigitalCard& row) override {
    if (tables.digitalCards.contains({row.tenant, row.digitalCardId})) return kTaken;
    FLORIN_TRY_ASSIGN(const auto same,
                      findByCorrelation(row.tenant, row.walletId, row.correlationId));
    if (same) return kTaken;
    return tables.digitalCards.put(changes, {row.tenant, row.digitalCardId}, row);
  }
  Status update(const records::DigitalCard& row) override {
    const auto stored = tables.digitalCards.find({row.tenant, row.digitalCardId});
    if (!stored) return kMissing;
    records::DigitalCard next = row;
    next.walletId = stored->walletId;
    next.correlationId = stored->correlationId;
    next.created = stored->created;
    return tables.digitalCards.put(changes, {row.tenant, row.digitalCardId}, next);
  }

 private:
  std::vector<records::DigitalCard> inUse(const base::TenantId& tenant,
                                          const base::WalletId& walletId) {
    return tables.digitalCards.matching([&](const auto& row) {
      return row.tenant == tenant && row.walletId == walletId &&
             row.state != records::DigitizationState::kEnded;
    });
  }
};

class MemoryApiTokens : public records::ApiTokenRepository, MemoryRepository {
 public:
  MemoryApiTokens(MemoryTables& t, UnitChanges& c) : MemoryRepository{t, c} {}

  Result<std::optional<records::ApiToken>> find(ByteView tokenHash) override {
    return tables.apiTokens.find(base::toBytes(tokenHash));
  }
  Status insert(const records::ApiToken& row) override {
    if (tables.apiTokens.contains(row.tokenHash)) return kTaken;
    return tables.apiTokens.put(changes, row.tokenHash, row);
  }
  Result<std::vector<records::ApiToken>> all(std::size_t limit) override {
    auto rows = tables.apiTokens.matching([](const records::ApiToken&) { return true; });
    std::ranges::stable_sort(rows, {}, &records::ApiToken::created);
    if (rows.size() > limit) rows.resize(limit);
    return rows;
  }
  Status revoke(ByteView tokenHash) override {
    auto row = tables.apiTokens.find(base::toBytes(tokenHash));
    if (!row) return kMissing;
    row->revoked = true;
    return tables.apiTokens.put(changes, row->tokenHash, *row);
  }
};

class MemorySettings : public records::SettingsRepository, MemoryRepository {
 public:
  MemorySettings(MemoryTables& t, UnitChanges& c) : MemoryRepository{t, c} {}

  Result<std::optional<Bytes>> find(std::string_view name) override {
    return tables.settings.find(std::string(name));
  }
  Status put(std::string_view name, ByteView value) override {
    return tables.settings.put(changes, std::string(name), base::toBytes(value));
  }
};

}  // namespace florin::fakes
