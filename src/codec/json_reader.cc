#include "codec/json_reader.h"

#include <algorithm>

#include "codec/base64url.h"

namespace florin::codec {

JsonReader::JsonReader(const JsonValue& object)
    : members_(object.object()), read_(members_ == nullptr ? 0 : members_->size()) {}

Error JsonReader::fail(Literal name, Error error) {
  failedField_ = name.view();
  return error;
}

Result<const JsonValue*> JsonReader::member(Literal name) {
  const std::size_t count = members_ == nullptr ? 0 : members_->size();
  for (std::size_t i = 0; i < count; ++i) {
    if ((*members_)[i].name != name.view()) continue;
    read_[i] = true;
    return &(*members_)[i].value;
  }
  return fail(name, Error(Code::kMalformed, "JSON field is missing"));
}

bool JsonReader::has(Literal name) const {
  return members_ != nullptr &&
         std::any_of(members_->begin(), members_->end(),
                     [&](const JsonMember& member) { return member.name == name.view(); });
}

Result<std::string_view> JsonReader::take(Literal name, std::size_t minLength,
                                          std::size_t maxLength) {
  FLORIN_TRY_ASSIGN(const JsonValue* const value, member(name));
  if (!value->isString()) return fail(name, Error(Code::kMalformed, "JSON field is no string"));
  const std::string_view text = value->text();
  if (text.size() < minLength || text.size() > maxLength) {
    return fail(name, Error(Code::kMalformed, "JSON string of a wrong length"));
  }
  return text;
}

Result<std::string> JsonReader::string(Literal name, std::size_t minLength, std::size_t maxLength) {
  FLORIN_TRY_ASSIGN(const std::string_view text, take(name, minLength, maxLength));
  return std::string(text);
}

Result<SecretBytes> JsonReader::secret(Literal name, std::size_t minLength, std::size_t maxLength) {
  FLORIN_TRY_ASSIGN(const std::string_view text, take(name, minLength, maxLength));
  return SecretBytes::copyOf(base::asBytes(text));
}

Result<std::int64_t> JsonReader::integer(Literal name, std::int64_t min, std::int64_t max) {
  FLORIN_TRY_ASSIGN(const JsonValue* const value, member(name));
  const std::int64_t* const number = value->integer();
  if (number == nullptr) return fail(name, Error(Code::kMalformed, "JSON field is no integer"));
  if (*number < min || *number > max) {
    return fail(name, Error(Code::kMalformed, "JSON number is out of bounds"));
  }
  return *number;
}

Result<bool> JsonReader::boolean(Literal name) {
  FLORIN_TRY_ASSIGN(const JsonValue* const value, member(name));
  if (value->boolean() == nullptr) {
    return fail(name, Error(Code::kMalformed, "JSON field is no boolean"));
  }
  return *value->boolean();
}

Result<Bytes> JsonReader::base64Url(Literal name, std::size_t maxBytes) {
  FLORIN_TRY_ASSIGN(const std::string_view text, take(name, 0, (maxBytes * 4 + 2) / 3));
  auto bytes = fromBase64Url(text);
  if (!bytes.ok()) return fail(name, bytes.error());
  return bytes;
}

Result<Bytes> JsonReader::hex(Literal name, std::size_t maxBytes) {
  FLORIN_TRY_ASSIGN(const std::string_view text, take(name, 0, maxBytes * 2));
  auto bytes = base::fromHex(text);
  if (!bytes.ok()) return fail(name, bytes.error());
  if (base::toHex(*bytes) != text) {
    return fail(name, Error(Code::kMalformed, "hex is not lowercase"));
  }
  return bytes;
}

Result<JsonReader> JsonReader::object(Literal name) {
  FLORIN_TRY_ASSIGN(const JsonValue* const value, member(name));
  if (value->object() == nullptr) {
    return fail(name, Error(Code::kMalformed, "JSON field is no object"));
  }
  return JsonReader(*value);
}

Result<std::span<const JsonValue>> JsonReader::array(Literal name, std::size_t maxCount) {
  FLORIN_TRY_ASSIGN(const JsonValue* const value, member(name));
  const JsonValue::Array* const values = value->array();
  if (values == nullptr) return fail(name, Error(Code::kMalformed, "JSON field is no array"));
  if (values->size() > maxCount) {
    return fail(name, Error(Code::kMalformed, "JSON array is too long"));
  }
  return std::span<const JsonValue>(*values);
}

Result<std::optional<std::string>> JsonReader::optionalString(Literal name, std::size_t minLength,
                                                              std::size_t maxLength) {
  return ifPresent<std::string>(name, [&] { return string(name, minLength, maxLength); });
}

Result<std::optional<SecretBytes>> JsonReader::optionalSecret(Literal name, std::size_t minLength,
                                                              std::size_t maxLength) {
  return ifPresent<SecretBytes>(name, [&] { return secret(name, minLength, maxLength); });
}

Result<std::optional<std::int64_t>> JsonReader::optionalInteger(Literal name, std::int64_t min,
                                                                std::int64_t max) {
  return ifPresent<std::int64_t>(name, [&] { return integer(name, min, max); });
}

Result<std::optional<bool>> JsonReader::optionalBoolean(Literal name) {
  return ifPresent<bool>(name, [&] { return boolean(name); });
}

Result<std::optional<Bytes>> JsonReader::optionalBase64Url(Literal name, std::size_t maxBytes) {
  return ifPresent<Bytes>(name, [&] { return base64Url(name, maxBytes); });
}

Result<std::optional<Bytes>> JsonReader::optionalHex(Literal name, std::size_t maxBytes) {
  return ifPresent<Bytes>(name, [&] { return hex(name, maxBytes); });
}

Result<std::optional<JsonReader>> JsonReader::optionalObject(Literal name) {
  return ifPresent<JsonReader>(name, [&] { return object(name); });
}

Result<std::optional<std::span<const JsonValue>>> JsonReader::optionalArray(Literal name,
                                                                            std::size_t maxCount) {
  return ifPresent<std::span<const JsonValue>>(name, [&] { return array(name, maxCount); });
}

Status JsonReader::finish() {
  if (members_ == nullptr) return Error(Code::kMalformed, "JSON value is no object");
  for (std::size_t i = 0; i < read_.size(); ++i) {
    if (read_[i]) continue;
    failedField_ = (*members_)[i].name;
    return Error(Code::kMalformed, "JSON object has an unknown field");
  }
  return {};
}

}  // namespace florin::codec
