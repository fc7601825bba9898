#include "codec/json_writer.h"

#include <charconv>

#include "codec/base64url.h"
#include "codec/utf8.h"

namespace florin::codec {
namespace {

// Writes what may stand between the quotes for the first character of `text`, which has `length`
// bytes: RFC 8259 section 7, escaping no more than must be.
void appendEscaped(WipedBuffer& to, std::string_view character) {
  const char c = character.front();
  switch (c) {
    case '"': to.append("\\\""); return;
    case '\\': to.append("\\\\"); return;
    case '\b': to.append("\\b"); return;
    case '\f': to.append("\\f"); return;
    case '\n': to.append("\\n"); return;
    case '\r': to.append("\\r"); return;
    case '\t': to.append("\\t"); return;
    default: break;
  }
  const auto byte = static_cast<std::uint8_t>(c);
  if (byte < 0x20) {
    to.append("\\u00");
    to.append(base::toHex({&byte, 1}));
    return;
  }
  to.append(character);
}

void appendString(WipedBuffer& to, std::string_view text) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  to.append('"');
  while (!text.empty()) {
    const std::size_t length = utf8Length(text);
    if (length == 0) {
      to.append(kReplacement);
    } else {
      appendEscaped(to, text.substr(0, length));
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  to.append('"');
}

void appendInteger(WipedBuffer& to, std::int64_t value) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof(digits), value).ptr;
  to.append(std::string_view(digits, static_cast<std::size_t>(end - digits)));
}

void appendBoolean(WipedBuffer& to, bool value) { to.append(value ? "true" : "false"); }

void appendWrapped(WipedBuffer& to, char open, const WipedBuffer& content, char close) {
  to.append(open);
  to.append(base::asText(content.view()));
  to.append(close);
}

void appendValue(WipedBuffer& to, const JsonValue& value) {
  const char* separator = "";
  if (value.isNull()) {
    to.append("null");
  } else if (value.boolean() != nullptr) {
    appendBoolean(to, *value.boolean());
  } else if (value.integer() != nullptr) {
    appendInteger(to, *value.integer());
  } else if (value.array() != nullptr) {
    to.append('[');
    for (const JsonValue& element : *value.array()) {
      to.append(std::exchange(separator, ","));
      appendValue(to, element);
    }
    to.append(']');
  } else if (value.object() != nullptr) {
    to.append('{');
    for (const JsonMember& member : *value.object()) {
      to.append(std::exchange(separator, ","));
      appendString(to, member.name);
      to.append(':');
      appendValue(to, member.value);
    }
    to.append('}');
  } else {
    appendString(to, value.text());
  }
}

}  // namespace

void JsonObject::key(std::string_view name) {
  if (!members_.empty()) members_.append(',');
  appendString(members_, name);
  members_.append(':');
}

JsonObject& JsonObject::addNamed(std::string_view name, std::string_view value) {
  key(name);
  appendString(members_, value);
  return *this;
}

JsonObject& JsonObject::add(Literal name, std::string_view value) {
  return addNamed(name.view(), value);
}

JsonObject& JsonObject::add(Literal name, const JsonObject& value) {
  key(name.view());
  appendWrapped(members_, '{', value.members_, '}');
  return *this;
}

JsonObject& JsonObject::add(Literal name, const JsonArray& value) {
  key(name.view());
  appendWrapped(members_, '[', value.values_, ']');
  return *this;
}

JsonObject& JsonObject::add(Literal name, const JsonValue& value) {
  key(name.view());
  appendValue(members_, value);
  return *this;
}

JsonObject& JsonObject::addInteger(Literal name, std::int64_t value) {
  key(name.view());
  appendInteger(members_, value);
  return *this;
}

JsonObject& JsonObject::addBoolean(Literal name, bool value) {
  key(name.view());
  appendBoolean(members_, value);
  return *this;
}

JsonObject& JsonObject::addNull(Literal name) {
  key(name.view());
  members_.append("null");
  return *this;
}

JsonObject& JsonObject::addBase64Url(Literal name, ByteView value) {
  return add(name, std::string_view(toBase64Url(value)));
}

JsonObject& JsonObject::addHex(Literal name, ByteView value) {
  return add(name, std::string_view(base::toHex(value)));
}

JsonObject& JsonObject::addSecret(Literal name, const SecretBytes& value) {
  return add(name, base::asText(value.expose()));
}

std::string JsonObject::text() const { return std::string(base::asText(secretText().expose())); }

SecretBytes JsonObject::secretText() const {
  WipedBuffer whole(members_.view().size() + 2);
  appendWrapped(whole, '{', members_, '}');
  return SecretBytes::copyOf(whole.view());
}

void JsonArray::comma() {
  if (!values_.empty()) values_.append(',');
}

JsonArray& JsonArray::add(std::string_view value) {
  comma();
  appendString(values_, value);
  return *this;
}

JsonArray& JsonArray::add(const JsonObject& value) {
  comma();
  appendWrapped(values_, '{', value.members_, '}');
  return *this;
}

JsonArray& JsonArray::add(const JsonArray& value) {
  comma();
  appendWrapped(values_, '[', value.values_, ']');
  return *this;
}

JsonArray& JsonArray::add(const JsonValue& value) {
  comma();
  appendValue(values_, value);
  return *this;
}

JsonArray& JsonArray::addInteger(std::int64_t value) {
  comma();
  appendInteger(values_, value);
  return *this;
}

JsonArray& JsonArray::addBoolean(bool value) {
  comma();
  appendBoolean(values_, value);
  return *this;
}

std::string JsonArray::text() const {
  return "[" + std::string(base::asText(values_.view())) + "]";
}

std::string writeJson(const JsonValue& value) {
  WipedBuffer text;
  appendValue(text, value);
  return std::string(base::asText(text.view()));
}

}  // namespace florin::codec
