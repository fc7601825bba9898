// Internal to this room: as much of DER (X.690) as cms needs. Tags of one byte, definite lengths in
// their shortest form, at most 65,535 bytes.
#pragma once

#include <initializer_list>

#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::crypto {

enum class DerTag : std::uint8_t {
  kInteger = 0x02,
  kOctetString = 0x04,
  kNull = 0x05,
  kOid = 0x06,
  kSequence = 0x30,
  kSet = 0x31,
  kContext0 = 0x80,             // [0], primitive
  kContext0Constructed = 0xA0,  // [0], constructed
  kContext1Constructed = 0xA1,
};

// derElement gives tag, length and the joined parts.
Bytes derElement(DerTag tag, std::initializer_list<ByteView> parts);

// DerReader takes elements off the front of a view that it borrows.
class DerReader {
 public:
  explicit DerReader(ByteView bytes) : rest_(bytes) {}

  [[nodiscard]] bool atEnd() const { return rest_.empty(); }

  // startsWith says whether the next element has this tag.
  [[nodiscard]] bool startsWith(DerTag tag) const;

  // take gives the content of the next element. kMalformed: another tag, a length that is not the
  // shortest, or more bytes than there are.
  Result<ByteView> take(DerTag tag);

  // end: kMalformed when bytes are left.
  [[nodiscard]] Status end() const;

 private:
  Result<std::size_t> takeLength();

  ByteView rest_;
};

}  // namespace florin::crypto
