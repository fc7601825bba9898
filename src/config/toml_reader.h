// TomlReader takes one table apart field by field and refuses what is left over. The first thing
// wrong is kept as the error of the whole file; reading goes on with defaults, so that callers need
// no branch per field.
#pragma once

#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
// The parser asserts that a key begins well and then refuses one that does not: a typing error must
// end in the refusal, not in the assertion.
#define TOML_ASSERT(expr) static_assert(true)
#include <toml++/toml.h>

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/ids.h"
#include "config/config_error.h"
#include "config/push_config.h"

namespace florin::config {

class TomlReader {
 public:
  TomlReader(const toml::table& table, std::string prefix, std::filesystem::path file,
             std::optional<ConfigError>& error)
      : table_(table), prefix_(std::move(prefix)), file_(std::move(file)), error_(error) {}

  std::string string(std::string_view key, std::optional<std::string> fallback = {});
  std::int64_t integer(std::string_view key, std::int64_t min, std::int64_t max,
                       std::optional<std::int64_t> fallback = {});

  bool boolean(std::string_view key, bool fallback);

  // strings gives an array of strings that are not empty.
  std::vector<std::string> strings(std::string_view key, std::vector<std::string> fallback);

  template <class IdType>
  IdType id(std::string_view key) {
    const auto parsed = IdType::parse(string(key));
    if (parsed.ok()) return *parsed;
    fail(key, "is 32 lowercase hex characters");
    return {};
  }

  // file gives a path, of which a relative one begins at this file's folder; optionalFile none when
  // the field is missing.
  NamedFile file(std::string_view key);
  NamedFile optionalFile(std::string_view key);

  [[nodiscard]] bool has(std::string_view key) const { return table_.get(key) != nullptr; }

  // table and tables give sub-readers; a missing table reads as an empty one, a missing array as
  // none.
  TomlReader table(std::string_view key);
  std::vector<TomlReader> tables(std::string_view key);

  // finish refuses fields that nobody asked for.
  void finish();

  void fail(std::string_view key, std::string text);

 private:
  const toml::node* find(std::string_view key);
  [[nodiscard]] ConfigError errorAt(std::string_view key, std::string text) const;

  const toml::table& table_;
  std::string prefix_;
  std::filesystem::path file_;
  std::optional<ConfigError>& error_;
  std::set<std::string, std::less<>> read_;
};

}  // namespace florin::config
