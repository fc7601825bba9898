// JsonObject and JsonArray write JSON text directly: members in the order of the calls, no white
// space, so that the same calls always give the same bytes.
//
//   const std::string body = JsonObject().add("code", 554).add("remainingTries", tries).text();
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "base/ids.h"
#include "codec/json.h"
#include "codec/wiped_buffer.h"

namespace florin::codec {

class JsonArray;

// JsonObject is one object being written. Text that is not UTF-8 gets U+FFFD for its bad bytes.
// Whatever was written is wiped with the object; text() makes a plain copy.
class JsonObject {
 public:
  JsonObject& add(Literal name, std::string_view value);
  JsonObject& add(Literal name, const JsonObject& value);
  JsonObject& add(Literal name, const JsonArray& value);
  JsonObject& add(Literal name, const JsonValue& value);
  // add of a number: an unsigned one above int64 is a programmer's error.
  template <std::integral T>
  JsonObject& add(Literal name, T value) {
    if constexpr (std::same_as<T, bool>) {
      return addBoolean(name, value);
    } else {
      FLORIN_CHECK(std::in_range<std::int64_t>(value));
      return addInteger(name, static_cast<std::int64_t>(value));
    }
  }
  template <class Tag>
  JsonObject& add(Literal name, const base::Id<Tag>& value) {
    return add(name, std::string_view(value.toString()));
  }
  JsonObject& addNull(Literal name);
  JsonObject& addBase64Url(Literal name, ByteView value);
  JsonObject& addHex(Literal name, ByteView value);
  // addSecret writes the secret as a string; take the text with secretText() then.
  JsonObject& addSecret(Literal name, const SecretBytes& value);

  // addNamed is for names that are data, as in a map.
  JsonObject& addNamed(std::string_view name, std::string_view value);

  [[nodiscard]] std::string text() const;
  [[nodiscard]] SecretBytes secretText() const;

 private:
  friend class JsonArray;
  JsonObject& addInteger(Literal name, std::int64_t value);
  JsonObject& addBoolean(Literal name, bool value);
  void key(std::string_view name);

  WipedBuffer members_;  // without the braces
};

// JsonArray is one array being written; the rules of JsonObject.
class JsonArray {
 public:
  JsonArray& add(std::string_view value);
  JsonArray& add(const JsonObject& value);
  JsonArray& add(const JsonArray& value);
  JsonArray& add(const JsonValue& value);
  template <std::integral T>
  JsonArray& add(T value) {
    if constexpr (std::same_as<T, bool>) {
      return addBoolean(value);
    } else {
      FLORIN_CHECK(std::in_range<std::int64_t>(value));
      return addInteger(static_cast<std::int64_t>(value));
    }
  }
  template <class Tag>
  JsonArray& add(const base::Id<Tag>& value) {
    return add(std::string_view(value.toString()));
  }

  [[nodiscard]] std::string text() const;

 private:
  friend class JsonObject;
  JsonArray& addInteger(std::int64_t value);
  JsonArray& addBoolean(bool value);
  void comma();

  WipedBuffer values_;  // without the brackets
};

// writeJson writes a parsed value again, members in their order.
std::string writeJson(const JsonValue& value);

}  // namespace florin::codec
