// BER-TLV as EMV uses it (EMV Book 3, annex B):
//
//   object = tag length value
//   tag    = 1 to 3 bytes, written here as one number: 0x5A, 0x9F02, 0xDF8101
//   length = 00..7F | 81 one byte | 82 two bytes; any of them is read, the shortest is written
//   value  = objects, when bit 6 of the first tag byte is set (constructed); else data
//
// Bytes 00 before, between and after objects mean nothing and are skipped (annex B1).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <vector>

#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::codec {

// TlvView is one object; `value` borrows from the bytes that were decoded.
struct TlvView {
  std::uint32_t tag = 0;
  ByteView value;
};

struct Tlv {
  std::uint32_t tag = 0;
  Bytes value;
  friend bool operator==(const Tlv&, const Tlv&) = default;
};

// isTlvTag tells whether the number is the bytes of one tag.
bool isTlvTag(std::uint32_t tag);

// isConstructed tells whether the value of `tag` is made of objects.
bool isConstructed(std::uint32_t tag);

// decodeTlv reads the objects of one level, in order, doubles included. kMalformed with the offset
// as detail: a tag or length that is cut, a tag of more than 3 bytes, another form of length (the
// indefinite one too), a value that is longer than what is there.
Result<std::vector<TlvView>> decodeTlv(ByteView bytes);

// findTlv goes down `path`, at each level to the first object of that tag: {0x6F, 0xA5, 0x9F38}.
// kNotFound: no such object. kMalformed: a level on the way is malformed.
Result<ByteView> findTlv(ByteView bytes, std::initializer_list<std::uint32_t> path);

// checkTlv reads constructed objects to their ground. kTooLarge: more than limits::kTlvDepth
// levels.
Status checkTlv(ByteView bytes);

// appendTlv writes one object, encodeTlv returns it. `tag` must be a tag (isTlvTag) and the value
// at most 65,535 bytes: anything else is a programmer's error.
void appendTlv(Bytes& to, std::uint32_t tag, ByteView value);
Bytes encodeTlv(std::uint32_t tag, ByteView value);

// TlvWriter builds the value of a template:
//   encodeTlv(0x6F, TlvWriter().add(0x84, aid).add(0xA5, proprietary).bytes())
class TlvWriter {
 public:
  TlvWriter& add(std::uint32_t tag, ByteView value) {
    appendTlv(bytes_, tag, value);
    return *this;
  }
  [[nodiscard]] const Bytes& bytes() const { return bytes_; }

 private:
  Bytes bytes_;
};

}  // namespace florin::codec
