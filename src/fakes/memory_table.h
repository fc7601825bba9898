// Table is one table of MemoryStore: a map that can take back what a unit changed.
#pragma once

#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "florin/result.h"

namespace florin::fakes {

// Changes of the unit that runs: whether it may make any, and how to take them back.
class UnitChanges {
 public:
  explicit UnitChanges(bool writable) : writable_(writable) {}

  [[nodiscard]] Status check() const {
    if (!writable_) return Error(Code::kWrongState, "a reading unit of work does not write");
    return {};
  }

  void add(std::function<void()> undo) { undo_.push_back(std::move(undo)); }

  void rollBack() {
    while (!undo_.empty()) {
      undo_.back()();
      undo_.pop_back();
    }
  }

 private:
  const bool writable_;
  std::vector<std::function<void()>> undo_;
};

template <class Key, class Row>
class Table {
 public:
  using Rows = std::map<Key, Row>;

  [[nodiscard]] std::optional<Row> find(const Key& key) const {
    const auto found = rows_.find(key);
    if (found == rows_.end()) return std::nullopt;
    return found->second;
  }

  [[nodiscard]] const Rows& rows() const { return rows_; }
  [[nodiscard]] bool contains(const Key& key) const { return rows_.contains(key); }

  // matching gives the rows that the test accepts, by key.
  template <class Test>
  [[nodiscard]] std::vector<Row> matching(Test test) const {
    std::vector<Row> found;
    for (const auto& [key, row] : rows_) {
      if (test(row)) found.push_back(row);
    }
    return found;
  }

  // among is matching for the rows that stand together from `first` on, as long as `belongs` to
  // their keys: a part of the table is read, not all of it.
  template <class Belongs, class Test>
  [[nodiscard]] std::vector<Row> among(const Key& first, Belongs belongs, Test test) const {
    std::vector<Row> found;
    for (auto at = rows_.lower_bound(first); at != rows_.end() && belongs(at->first); ++at) {
      if (test(at->second)) found.push_back(at->second);
    }
    return found;
  }

  Status put(UnitChanges& changes, const Key& key, const Row& row) {
    FLORIN_TRY(changes.check());
    keep(changes, key);
    rows_.insert_or_assign(key, row);
    return {};
  }

  Status erase(UnitChanges& changes, const Key& key) {
    FLORIN_TRY(changes.check());
    keep(changes, key);
    rows_.erase(key);
    return {};
  }

 private:
  void keep(UnitChanges& changes, const Key& key) {
    changes.add([this, key, before = find(key)] {
      if (before) {
        rows_.insert_or_assign(key, *before);
      } else {
        rows_.erase(key);
      }
    });
  }

  Rows rows_;
};

// newest gives the row that was created last.
template <class Row>
std::optional<Row> newest(const std::vector<Row>& rows) {
  std::optional<Row> found;
  for (const Row& row : rows) {
    if (!found || row.created >= found->created) found = row;
  }
  return found;
}

}  // namespace florin::fakes
