// Repository of records/limited_keys.h over MemoryTables. Inside MemoryStore only.
#pragma once

#include "fakes/memory_wallet_rows.h"

namespace florin::fakes {

class MemoryLimitedKeys : public records::LimitedKeyRepository, MemoryRepository {
 public:
  MemoryLimitedKeys(MemoryTables& t, UnitChanges& c) : MemoryRepository{t, c} {}

  Status insert(const records::LimitedKey& row) override {
    if (tables.limitedKeys.contains(keyOf(row))) return kTaken;
    return tables.limitedKeys.put(changes, keyOf(row), row);
  }
  Status update(const records::LimitedKey& row) override {
    const auto stored = tables.limitedKeys.find(keyOf(row));
    if (!stored) return kMissing;
    records::LimitedKey next = row;
    next.issued = stored->issued;
    return tables.limitedKeys.put(changes, keyOf(row), next);
  }
  Result<std::optional<records::LimitedKey>> find(const base::TokenId& id, std::uint32_t version,
                                                  std::uint32_t index) override {
    return tables.limitedKeys.find({id, version, index});
  }
  Result<std::optional<records::LimitedKey>> newest(const base::TokenId& id) override {
    const auto rows = ofCard(id);
    const auto last = std::ranges::max_element(rows, {}, [](const records::LimitedKey& row) {
      return std::tuple(row.issued, row.masterKeyVersion, row.index);
    });
    return last == rows.end() ? std::nullopt : std::optional(*last);
  }
  Status voidIssued(const base::TokenId& id) override {
    for (records::LimitedKey& row : ofCard(id)) {
      row.state = records::LimitedKeyState::kVoid;
      FLORIN_TRY(tables.limitedKeys.put(changes, keyOf(row), row));
    }
    return {};
  }
  Result<records::AtcWindow> window(const base::TokenId& id) override {
    const auto row = tables.atcWindows.find(id);
    return row ? *row : records::AtcWindow{.tokenId = id};
  }
  Status putWindow(const records::AtcWindow& row) override {
    return tables.atcWindows.put(changes, row.tokenId, row);
  }

 private:
  static std::tuple<base::TokenId, std::uint32_t, std::uint32_t> keyOf(
      const records::LimitedKey& row) {
    return {row.tokenId, row.masterKeyVersion, row.index};
  }
  std::vector<records::LimitedKey> ofCard(const base::TokenId& id) {
    return tables.limitedKeys.matching([&](const auto& row) { return row.tokenId == id; });
  }
};

}  // namespace florin::fakes
