#include "messages/wire.h"

#include <algorithm>

#include "base/check.h"
#include "base/limits.h"
#include "codec/utf8.h"
#include "messages/shape.h"

namespace florin::messages {
namespace {

// 9999-12-31: later times are nonsense, and arithmetic on them might overflow.
constexpr std::uint64_t kLastTimeMs = 253'402'300'799'999;

void wipe(std::string& text) {
  volatile char* p = text.data();
  for (std::size_t i = 0; i < text.size(); ++i) p[i] = 0;
}

Error outOfBounds(const std::string& field) {
  return {Code::kMalformed, "a field has not its size", static_cast<std::int64_t>(field.size())};
}

}  // namespace

void wipeSecrets(wire::DeviceFacts& message) { wipe(*message.mutable_push_token()); }

void wipeSecrets(wire::ExchangeRequest& message) {
  if (!message.has_request()) return;
  wipe(*message.mutable_request()->mutable_code());
  wipe(*message.mutable_request()->mutable_push_token());
  wipe(*message.mutable_request()->mutable_w0());
  wipe(*message.mutable_request()->mutable_w1());
}

void wipeSecrets(wire::ExchangeReply& message) {
  for (auto& operation : *message.mutable_operations()) wipe(*operation.mutable_payload());
}

void wipeSecrets(wire::InstallCard& message) { wipe(*message.mutable_profile()); }

Bytes serialise(const google::protobuf::MessageLite& message) {
  Bytes bytes(message.ByteSizeLong());
  FLORIN_CHECK(message.SerializeToArray(bytes.data(), static_cast<int>(bytes.size())));
  return bytes;
}

SecretBytes serialiseSecret(const google::protobuf::MessageLite& message) {
  return SecretBytes::take(serialise(message));
}

Status parseCanonical(google::protobuf::MessageLite& message, ByteView bytes,
                      std::size_t maxBytes) {
  if (bytes.size() > maxBytes) {
    return Error(Code::kTooLarge, "message", static_cast<std::int64_t>(bytes.size()));
  }
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Error(Code::kMalformed, "no protobuf message of this type");
  }
  const SecretBytes again = serialiseSecret(message);
  if (!std::ranges::equal(again.expose(), bytes)) {
    return Error(Code::kMalformed, "not in canonical form");
  }
  const std::string type = message.GetTypeName();  // with its package in front
  return checkWireTypes(std::string_view(type).substr(type.rfind('.') + 1), bytes);
}

Result<Bytes> fixedField(const std::string& field, std::size_t size) {
  return bytesField(field, size, size);
}

Result<Bytes> bytesField(const std::string& field, std::size_t minSize, std::size_t maxSize) {
  if (field.size() < minSize || field.size() > maxSize) return outOfBounds(field);
  return base::toBytes(base::asBytes(field));
}

Result<std::string> textField(const std::string& field, std::size_t minSize, std::size_t maxSize) {
  if (field.size() < minSize || field.size() > maxSize) return outOfBounds(field);
  if (!codec::isUtf8(field)) return Error(Code::kMalformed, "a field is not UTF-8");
  return field;
}

Result<std::string> digitsField(const std::string& field, std::size_t size) {
  if (field.size() != size) return outOfBounds(field);
  if (!std::ranges::all_of(field, [](char c) { return c >= '0' && c <= '9'; })) {
    return Error(Code::kMalformed, "a field is not digits");
  }
  return field;
}

Result<SecretBytes> secretField(const std::string& field, std::size_t minSize,
                                std::size_t maxSize) {
  if (field.size() < minSize || field.size() > maxSize) return outOfBounds(field);
  return SecretBytes::copyOf(base::asBytes(field));
}

Result<SecretBytes> pushTokenField(const std::string& field) {
  if (!std::ranges::all_of(field, [](char c) { return c > ' ' && c <= '~'; })) {
    return Error(Code::kMalformed, "a push token is visible ASCII");
  }
  return secretField(field, 0, base::limits::kPushToken);
}

Result<std::string> languageField(const std::string& field) {
  if (!std::ranges::all_of(field, [](char c) { return c >= 'a' && c <= 'z'; })) {
    return Error(Code::kMalformed, "a language is two lowercase letters");
  }
  if (!field.empty() && field.size() != 2) return outOfBounds(field);
  return field;
}

Result<base::Time> timeField(std::uint64_t ms) {
  if (ms > kLastTimeMs) return Error(Code::kMalformed, "a time after the year 9999");
  return base::fromMs(static_cast<std::int64_t>(ms));
}

std::string toField(ByteView bytes) { return std::string(base::asText(bytes)); }

std::uint64_t toField(base::Time time) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, base::toMs(time)));
}

void putSecret(std::string& field, const SecretBytes& secret) {
  field.assign(base::asText(secret.expose()));
}

}  // namespace florin::messages
