// For tests: a protobuf message as the list of its encoded fields, so that a test can drop, double
// or bend one.
#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "base/bytes.h"

namespace florin::messages {

struct WireField {
  unsigned number = 0;
  unsigned wireType = 0;
  Bytes tag;
  Bytes value;  // a varint, or the content behind its length
  [[nodiscard]] Bytes encoded() const;
};

inline Bytes varint(std::uint64_t value) {
  Bytes out;
  for (; value > 0x7F; value >>= 7) out.push_back(static_cast<std::uint8_t>(value | 0x80));
  out.push_back(static_cast<std::uint8_t>(value));
  return out;
}

inline std::uint64_t takeVarint(ByteView& rest) {
  std::uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    const std::uint8_t byte = rest[0];
    rest = rest.subspan(1);
    value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return value;
  }
}

inline Bytes WireField::encoded() const {
  return wireType == 2 ? base::concat(tag, varint(value.size()), value) : base::concat(tag, value);
}

inline std::vector<WireField> splitFields(ByteView message) {
  std::vector<WireField> fields;
  while (!message.empty()) {
    const std::uint64_t tag = takeVarint(message);
    WireField field;
    field.number = static_cast<unsigned>(tag >> 3);
    field.wireType = static_cast<unsigned>(tag & 7);
    field.tag = varint(tag);
    if (field.wireType == 2) {
      const std::uint64_t length = takeVarint(message);
      field.value = base::toBytes(message.first(length));
      message = message.subspan(length);
    } else {
      EXPECT_EQ(field.wireType, 0U);
      field.value = varint(takeVarint(message));
    }
    fields.push_back(std::move(field));
  }
  return fields;
}

inline Bytes joinFields(const std::vector<WireField>& fields) {
  Bytes out;
  for (const WireField& field : fields) base::append(out, field.encoded());
  return out;
}

}  // namespace florin::messages
