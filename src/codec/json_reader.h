// JsonReader takes a JSON object apart field by field and refuses what is left over, so that a
// misspelt or smuggled field is an error and not silence:
//
//   JsonReader reader(document);
//   FLORIN_TRY_ASSIGN(const std::string language, reader.string("language", 2, 8));
//   FLORIN_TRY_ASSIGN(const auto card, reader.id<base::DigitalCardId>("digitalCardId"));
//   FLORIN_TRY(reader.finish());
#pragma once

#include <optional>
#include <span>

#include "base/ids.h"
#include "codec/json.h"

namespace florin::codec {

// JsonReader borrows the value, which must outlive it and every reader and span it gives. All
// errors are kMalformed: the field is missing, of another type (null is a type of its own), or
// outside of its bounds; failedField() then names it. Lengths are in bytes. Not thread-safe.
class JsonReader {
 public:
  // When `object` is no object, every field is missing and finish() fails.
  explicit JsonReader(const JsonValue& object);
  explicit JsonReader(const JsonValue&&) = delete;

  Result<std::string> string(Literal name, std::size_t minLength, std::size_t maxLength);
  Result<SecretBytes> secret(Literal name, std::size_t minLength, std::size_t maxLength);
  Result<std::int64_t> integer(Literal name, std::int64_t min, std::int64_t max);
  Result<bool> boolean(Literal name);
  Result<Bytes> base64Url(Literal name, std::size_t maxBytes);
  // hex: lowercase, as we write it.
  Result<Bytes> hex(Literal name, std::size_t maxBytes);
  // object: the inner reader is to be finished by the caller too.
  Result<JsonReader> object(Literal name);
  Result<std::span<const JsonValue>> array(Literal name, std::size_t maxCount);
  template <class IdType>
  Result<IdType> id(Literal name) {
    FLORIN_TRY_ASSIGN(const std::string_view text, take(name, kIdText, kIdText));
    auto id = IdType::parse(text);
    if (!id.ok()) return fail(name, Error(Code::kMalformed, "not an id"));
    return id;
  }

  // optionalX gives nullopt when the field is absent; a field that is there must be right.
  Result<std::optional<std::string>> optionalString(Literal name, std::size_t minLength,
                                                    std::size_t maxLength);
  Result<std::optional<SecretBytes>> optionalSecret(Literal name, std::size_t minLength,
                                                    std::size_t maxLength);
  Result<std::optional<std::int64_t>> optionalInteger(Literal name, std::int64_t min,
                                                      std::int64_t max);
  Result<std::optional<bool>> optionalBoolean(Literal name);
  Result<std::optional<Bytes>> optionalBase64Url(Literal name, std::size_t maxBytes);
  Result<std::optional<Bytes>> optionalHex(Literal name, std::size_t maxBytes);
  Result<std::optional<JsonReader>> optionalObject(Literal name);
  Result<std::optional<std::span<const JsonValue>>> optionalArray(Literal name,
                                                                  std::size_t maxCount);
  template <class IdType>
  Result<std::optional<IdType>> optionalId(Literal name) {
    return ifPresent<IdType>(name, [&] { return id<IdType>(name); });
  }

  [[nodiscard]] bool has(Literal name) const;

  // finish fails when a member was not read.
  Status finish();

  // failedField names the field of the last error: one that was asked for, or the unread one of
  // finish(), which is the peer's text. Empty when nothing failed or the value is no object.
  [[nodiscard]] std::string_view failedField() const { return failedField_; }

 private:
  static constexpr std::size_t kIdText = 32;

  // member finds the field and marks it as read.
  Result<const JsonValue*> member(Literal name);
  Result<std::string_view> take(Literal name, std::size_t minLength, std::size_t maxLength);
  Error fail(Literal name, Error error);

  template <class T, class Read>
  Result<std::optional<T>> ifPresent(Literal name, Read read) {
    if (!has(name)) return std::optional<T>();
    FLORIN_TRY_ASSIGN(T value, read());
    return std::optional<T>(std::move(value));
  }

  const JsonValue::Object* members_;
  std::vector<bool> read_;
  std::string_view failedField_;
};

}  // namespace florin::codec
