#include "config/toml_reader.h"

namespace florin::config {
namespace {

const toml::table& emptyTable() {
  static const toml::table kEmpty;
  return kEmpty;
}

}  // namespace

std::string ConfigError::toString() const {
  std::string out = file;
  if (line > 0) out += ":" + std::to_string(line);
  if (!field.empty()) out += ": " + field;
  return out + ": " + text;
}

const toml::node* TomlReader::find(std::string_view key) {
  read_.emplace(key);
  return table_.get(key);
}

void TomlReader::fail(std::string_view key, std::string text) {
  if (!error_) error_ = errorAt(key, std::move(text));
}

ConfigError TomlReader::errorAt(std::string_view key, std::string text) const {
  const toml::node* node = table_.get(key);
  const auto line = node != nullptr ? node->source().begin.line : table_.source().begin.line;
  return {file_.string(), line, prefix_ + std::string(key), std::move(text)};
}

NamedFile TomlReader::file(std::string_view key) {
  const std::string path = string(key);
  if (path.empty()) fail(key, "must name a file");
  return {(file_.parent_path() / path).string(), errorAt(key, "")};
}

NamedFile TomlReader::optionalFile(std::string_view key) {
  if (!has(key)) return {};
  return file(key);
}

std::string TomlReader::string(std::string_view key, std::optional<std::string> fallback) {
  const toml::node* node = find(key);
  if (node == nullptr) {
    if (fallback) return *fallback;
    fail(key, "is missing: add it");
    return {};
  }
  if (const auto* text = node->as_string()) return text->get();
  fail(key, "must be a string");
  return {};
}

std::int64_t TomlReader::integer(std::string_view key, std::int64_t min, std::int64_t max,
                                 std::optional<std::int64_t> fallback) {
  const toml::node* node = find(key);
  if (node == nullptr) {
    if (fallback) return *fallback;
    fail(key, "is missing: add it");
    return min;
  }
  const auto* number = node->as_integer();
  if (number != nullptr && number->get() >= min && number->get() <= max) return number->get();
  fail(key, "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
  return min;
}

bool TomlReader::boolean(std::string_view key, bool fallback) {
  const toml::node* node = find(key);
  if (node == nullptr) return fallback;
  if (const auto* flag = node->as_boolean()) return flag->get();
  fail(key, "must be true or false");
  return fallback;
}

std::vector<std::string> TomlReader::strings(std::string_view key,
                                             std::vector<std::string> fallback) {
  const toml::node* node = find(key);
  if (node == nullptr) return fallback;
  std::vector<std::string> texts;
  const toml::array* array = node->as_array();
  for (std::size_t i = 0; array != nullptr && i < array->size(); ++i) {
    const auto* text = array->get(i)->as_string();
    if (text != nullptr && !text->get().empty()) texts.push_back(text->get());
  }
  if (array == nullptr || texts.size() != array->size()) fail(key, "must be an array of strings");
  return texts;
}

TomlReader TomlReader::table(std::string_view key) {
  const toml::node* node = find(key);
  const toml::table* inner = node == nullptr ? &emptyTable() : node->as_table();
  if (inner == nullptr) {
    fail(key, "must be a table: [" + std::string(key) + "]");
    inner = &emptyTable();
  }
  return {*inner, prefix_ + std::string(key) + ".", file_, error_};
}

std::vector<TomlReader> TomlReader::tables(std::string_view key) {
  std::vector<TomlReader> readers;
  const toml::node* node = find(key);
  if (node == nullptr) return readers;
  const toml::array* array = node->as_array();
  if (array == nullptr || !array->is_homogeneous(toml::node_type::table)) {
    fail(key, "must be an array of tables: [[" + std::string(key) + "]]");
    return readers;
  }
  for (std::size_t i = 0; i < array->size(); ++i) {
    readers.emplace_back(*array->get(i)->as_table(),
                         prefix_ + std::string(key) + "[" + std::to_string(i) + "].", file_,
                         error_);
  }
  return readers;
}

void TomlReader::finish() {
  for (const auto& [key, node] : table_) {
    if (!read_.contains(key.str()))
      fail(key.str(), "is not a known field: remove it or correct its name");
  }
}

}  // namespace florin::config
