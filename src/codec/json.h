// Strict JSON (RFC 8259 without what I-JSON warns of): one document, UTF-8, integers of 64 bits
// only, no duplicate names. It is read into JsonValue, then taken field by field with JsonReader
// (codec/json_reader.h) and written with JsonObject (codec/json_writer.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/limits.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::codec {

struct JsonMember;

// JsonValue is a parsed document or a part of it. It moves and does not copy: every string is held
// as a secret and wiped, because the parser cannot know which ones are.
class JsonValue {
 public:
  using Array = std::vector<JsonValue>;
  using Object = std::vector<JsonMember>;  // in the order of the text

  JsonValue();  // null
  explicit JsonValue(bool value);
  explicit JsonValue(std::int64_t value);
  explicit JsonValue(SecretBytes text);  // a string; must be UTF-8
  explicit JsonValue(Array values);
  explicit JsonValue(Object members);
  JsonValue(JsonValue&&) noexcept;
  JsonValue& operator=(JsonValue&&) noexcept;
  ~JsonValue();

  // Each of these is nullptr (isNull: false) when the value is of another type.
  [[nodiscard]] bool isNull() const { return std::holds_alternative<std::monostate>(value_); }
  [[nodiscard]] const bool* boolean() const { return std::get_if<bool>(&value_); }
  [[nodiscard]] const std::int64_t* integer() const { return std::get_if<std::int64_t>(&value_); }
  [[nodiscard]] const SecretBytes* secret() const { return std::get_if<SecretBytes>(&value_); }
  [[nodiscard]] const Array* array() const { return std::get_if<Array>(&value_); }
  [[nodiscard]] const Object* object() const { return std::get_if<Object>(&value_); }
  [[nodiscard]] bool isString() const { return secret() != nullptr; }

  // text is the string, or "" when the value is no string. The view lives as long as the value.
  [[nodiscard]] std::string_view text() const;

  // find gives a member by name; nullptr when there is none or this is no object. Use JsonReader
  // for requests: it refuses what was not asked for. find is for answers of others' servers.
  [[nodiscard]] const JsonValue* find(std::string_view name) const;

 private:
  std::variant<std::monostate, bool, std::int64_t, SecretBytes, Array, Object> value_;
};

struct JsonMember {
  std::string name;
  JsonValue value;
};

// parseJson reads one document. kTooLarge: more than maxBytes, limits::kJsonDepth levels or
// limits::kJsonMembers members in an object. kMalformed, with the byte offset as detail: no JSON,
// invalid UTF-8, a duplicate name, a number with fraction or exponent or outside of int64, or
// something after the document.
Result<JsonValue> parseJson(std::string_view text, std::size_t maxBytes = base::limits::kJsonBody);

}  // namespace florin::codec
