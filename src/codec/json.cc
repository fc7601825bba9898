#include "codec/json.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <optional>

#include "codec/wiped_buffer.h"

namespace florin::codec {

JsonValue::JsonValue() = default;
JsonValue::JsonValue(bool value) : value_(value) {}
JsonValue::JsonValue(std::int64_t value) : value_(value) {}
JsonValue::JsonValue(SecretBytes text) : value_(std::move(text)) {}
JsonValue::JsonValue(Array values) : value_(std::move(values)) {}
JsonValue::JsonValue(Object members) : value_(std::move(members)) {}
JsonValue::JsonValue(JsonValue&&) noexcept = default;
JsonValue& JsonValue::operator=(JsonValue&&) noexcept = default;
JsonValue::~JsonValue() = default;

std::string_view JsonValue::text() const {
  return isString() ? base::asText(secret()->expose()) : std::string_view();
}

const JsonValue* JsonValue::find(std::string_view name) const {
  if (object() == nullptr) return nullptr;
  for (const JsonMember& member : *object()) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

namespace {

namespace bj = boost::json;

// Builder gets the events of Boost's parser, which checks syntax and UTF-8, and builds the value.
// Boost's own value is not used: it takes the last of two members of one name, doubles and uint64.
// An event returns false to stop the parser; refusal() then says why.
class Builder {
 public:
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_object_size = base::limits::kJsonMembers;
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);

  [[nodiscard]] const std::optional<Literal>& refusal() const { return refusal_; }
  JsonValue takeDocument() { return std::move(document_); }

  bool on_document_begin(bj::error_code&) { return true; }
  bool on_document_end(bj::error_code&) { return true; }

  bool on_array_begin(bj::error_code&) {
    open_.emplace_back(JsonValue::Array());
    return true;
  }
  bool on_array_end(std::size_t, bj::error_code&) { return close<JsonValue::Array>(); }
  bool on_object_begin(bj::error_code&) {
    open_.emplace_back(JsonValue::Object());
    return true;
  }
  bool on_object_end(std::size_t, bj::error_code&) { return close<JsonValue::Object>(); }

  bool on_key_part(bj::string_view part, std::size_t, bj::error_code&) { return keep(part); }
  bool on_key(bj::string_view last, std::size_t, bj::error_code& ec) {
    keep(last);
    std::string name(base::asText(string_.view()));
    string_.clear();
    auto& members = std::get<JsonValue::Object>(open_.back());
    const auto same = [&](const JsonMember& member) { return member.name == name; };
    if (std::any_of(members.begin(), members.end(), same)) {
      return refuse("JSON object with a duplicate name", ec);
    }
    members.push_back({std::move(name), JsonValue()});
    return true;
  }

  bool on_string_part(bj::string_view part, std::size_t, bj::error_code&) { return keep(part); }
  bool on_string(bj::string_view last, std::size_t, bj::error_code&) {
    keep(last);
    SecretBytes text = SecretBytes::copyOf(string_.view());
    string_.clear();
    return put(JsonValue(std::move(text)));
  }

  bool on_number_part(bj::string_view, bj::error_code&) { return true; }
  bool on_int64(std::int64_t value, bj::string_view, bj::error_code&) {
    return put(JsonValue(value));
  }
  bool on_uint64(std::uint64_t, bj::string_view, bj::error_code& ec) {
    return refuse("JSON number outside of int64", ec);
  }
  bool on_double(double, bj::string_view, bj::error_code& ec) {
    return refuse("JSON number that is no 64-bit integer", ec);
  }
  bool on_bool(bool value, bj::error_code&) { return put(JsonValue(value)); }
  bool on_null(bj::error_code&) { return put(JsonValue()); }

  bool on_comment_part(bj::string_view, bj::error_code&) { return true; }
  bool on_comment(bj::string_view, bj::error_code&) { return true; }

 private:
  bool keep(bj::string_view part) {
    string_.append({part.data(), part.size()});
    return true;
  }

  bool put(JsonValue value) {
    if (open_.empty()) {
      document_ = std::move(value);
    } else if (auto* array = std::get_if<JsonValue::Array>(&open_.back())) {
      array->push_back(std::move(value));
    } else {
      std::get<JsonValue::Object>(open_.back()).back().value = std::move(value);
    }
    return true;
  }

  template <class Container>
  bool close() {
    JsonValue value(std::get<Container>(std::move(open_.back())));
    open_.pop_back();
    return put(std::move(value));
  }

  bool refuse(Literal why, bj::error_code& ec) {
    refusal_ = why;
    ec = bj::error::syntax;
    return false;
  }

  JsonValue document_;
  std::vector<std::variant<JsonValue::Array, JsonValue::Object>> open_;  // outermost first
  WipedBuffer string_;  // the string or name that is being read
  std::optional<Literal> refusal_;
};

bj::parse_options options() {
  bj::parse_options strict;
  strict.max_depth = base::limits::kJsonDepth;
  return strict;
}

// Boost does not tell where it stopped. A text that failed is therefore read once more, byte by
// byte: the offset is of the first byte after which no document can come any more.
std::int64_t failureOffset(std::string_view text) {
  bj::basic_parser<Builder> parser(options());
  bj::error_code ec;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t used = parser.write_some(true, text.data() + i, 1, ec);
    if (ec || used == 0) return static_cast<std::int64_t>(i);
  }
  return static_cast<std::int64_t>(text.size());
}

}  // namespace

Result<JsonValue> parseJson(std::string_view text, std::size_t maxBytes) {
  if (text.size() > maxBytes) return Error(Code::kTooLarge, "JSON text is too long");
  bj::basic_parser<Builder> parser(options());
  bj::error_code ec;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), ec);
  if (!ec && used == text.size()) return parser.handler().takeDocument();

  const std::int64_t offset = failureOffset(text);
  if (ec == bj::error::too_deep) return Error(Code::kTooLarge, "JSON is nested too deep", offset);
  if (ec == bj::error::object_too_large) {
    return Error(Code::kTooLarge, "JSON object with too many members", offset);
  }
  if (const auto& why = parser.handler().refusal()) return Error(Code::kMalformed, *why, offset);
  return Error(Code::kMalformed, "not a JSON document", offset);
}

}  // namespace florin::codec
