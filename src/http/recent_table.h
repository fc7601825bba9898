// Internal to this room: a table of what came last.
#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

namespace florin::http {

// RecentTable holds at most `most` values by their keys; the one that was not asked for the longest
// goes when a new one comes. Not thread-safe.
template <class Value>
class RecentTable {
 public:
  explicit RecentTable(std::size_t most) : most_(most) {}

  // find gives null when there is none.
  Value* find(std::string_view key) {
    const auto known = index_.find(key);
    if (known == index_.end()) return nullptr;
    items_.splice(items_.begin(), items_, known->second);
    return &known->second->value;
  }

  // at makes an empty one when there is none.
  Value& at(std::string_view key) {
    if (Value* const known = find(key)) return *known;
    if (items_.size() >= most_) {
      index_.erase(items_.back().key);
      items_.pop_back();
    }
    items_.push_front({std::string(key), Value{}});
    index_.emplace(items_.front().key, items_.begin());
    return items_.front().value;
  }

  void erase(std::string_view key) {
    const auto known = index_.find(key);
    if (known == index_.end()) return;
    const auto item = known->second;
    index_.erase(known);  // first: its key is the item's
    items_.erase(item);
  }

  [[nodiscard]] std::size_t size() const { return items_.size(); }

 private:
  struct Item {
    std::string key;
    Value value;
  };
  const std::size_t most_;
  std::list<Item> items_;  // the latest first
  std::unordered_map<std::string_view, typename std::list<Item>::iterator> index_;
};

}  // namespace florin::http
