// Internal to this room: what reading and writing protobuf messages have in common. Nothing of
// protobuf leaves the room.
#pragma once

#include <google/protobuf/message_lite.h>

#include <string>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/time.h"
#include "channel.pb.h"
#include "florin/result.h"

namespace florin::messages {

inline constexpr std::size_t kPointSize = 65;
inline constexpr std::size_t kSignatureSize = 64;

// wipeSecrets overwrites the secret fields of a message, which protobuf would leave in freed
// memory.
void wipeSecrets(wire::DeviceFacts& message);
void wipeSecrets(wire::ExchangeRequest& message);
void wipeSecrets(wire::ExchangeReply& message);
void wipeSecrets(wire::InstallCard& message);

// Wiped is a message with secret fields, overwritten at the end of its scope on every way out.
template <class Message>
class Wiped {
 public:
  Wiped() = default;
  Wiped(const Wiped&) = delete;
  Wiped& operator=(const Wiped&) = delete;
  ~Wiped() { wipeSecrets(message_); }
  Message& operator*() { return message_; }
  Message* operator->() { return &message_; }

 private:
  Message message_;
};

Bytes serialise(const google::protobuf::MessageLite& message);
SecretBytes serialiseSecret(const google::protobuf::MessageLite& message);

// parseCanonical reads `bytes` into an empty message. kTooLarge: more than maxBytes. kMalformed: it
// is no such message, a field has another wire type, or serialising it gives other bytes.
Status parseCanonical(google::protobuf::MessageLite& message, ByteView bytes, std::size_t maxBytes);

// Fields of a parsed message; kMalformed when one has not its form.
Result<Bytes> fixedField(const std::string& field, std::size_t size);
Result<Bytes> bytesField(const std::string& field, std::size_t minSize, std::size_t maxSize);
Result<std::string> textField(const std::string& field, std::size_t minSize, std::size_t maxSize);
Result<std::string> digitsField(const std::string& field, std::size_t size);
Result<SecretBytes> secretField(const std::string& field, std::size_t minSize, std::size_t maxSize);
Result<SecretBytes> pushTokenField(const std::string& field);  // none, or visible ASCII
Result<std::string> languageField(const std::string& field);   // none, or two of a-z
Result<base::Time> timeField(std::uint64_t ms);

template <class IdType>
Result<IdType> idField(const std::string& field) {
  return IdType::fromBytes(base::asBytes(field));
}

// An id that may be none: absent on the wire, zero in memory. Zeros on the wire would be a second
// form of none.
template <class IdType>
Result<IdType> optionalIdField(const std::string& field) {
  if (field.empty()) return IdType();
  FLORIN_TRY_ASSIGN(const IdType id, idField<IdType>(field));
  if (id == IdType()) return Error(Code::kMalformed, "an id of zeros");
  return id;
}

// enumField reads one of first ... last.
template <class Enum>
Result<Enum> enumField(std::uint32_t number, Enum first, Enum last) {
  if (number < static_cast<std::uint32_t>(first) || number > static_cast<std::uint32_t>(last)) {
    return Error(Code::kMalformed, "unknown enumerator", number);
  }
  return static_cast<Enum>(number);
}

// The opposite direction.
std::string toField(ByteView bytes);
std::uint64_t toField(base::Time time);                         // before 1970: 1970
void putSecret(std::string& field, const SecretBytes& secret);  // without a copy in between
template <class IdType>
std::string toOptionalField(const IdType& id) {
  return id == IdType() ? std::string() : toField(id.view());
}

}  // namespace florin::messages
