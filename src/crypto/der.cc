#include "crypto/der.h"

#include "base/bytes.h"
#include "base/check.h"

namespace florin::crypto {

Bytes derElement(DerTag tag, std::initializer_list<ByteView> parts) {
  std::size_t length = 0;
  for (const ByteView part : parts) length += part.size();
  FLORIN_CHECK(length <= 0xFFFF);

  Bytes element{static_cast<std::uint8_t>(tag)};
  element.reserve(4 + length);
  if (length > 0xFF) {
    element.push_back(0x82);
    base::appendBigEndian(element, static_cast<std::uint16_t>(length));
  } else {
    if (length > 0x7F) element.push_back(0x81);
    element.push_back(static_cast<std::uint8_t>(length));
  }
  for (const ByteView part : parts) base::append(element, part);
  return element;
}

bool DerReader::startsWith(DerTag tag) const {
  return !rest_.empty() && rest_[0] == static_cast<std::uint8_t>(tag);
}

Result<ByteView> DerReader::take(DerTag tag) {
  if (!startsWith(tag)) return Error(Code::kMalformed, "DER: another element is due");
  rest_ = rest_.subspan(1);
  FLORIN_TRY_ASSIGN(const std::size_t length, takeLength());
  if (length > rest_.size()) return Error(Code::kMalformed, "DER: truncated");
  const ByteView content = rest_.first(length);
  rest_ = rest_.subspan(length);
  return content;
}

Status DerReader::end() const {
  if (!atEnd()) return Error(Code::kMalformed, "DER: bytes are left");
  return {};
}

Result<std::size_t> DerReader::takeLength() {
  if (rest_.empty()) return Error(Code::kMalformed, "DER: truncated");
  const std::uint8_t first = rest_[0];
  rest_ = rest_.subspan(1);
  if (first < 0x80) return std::size_t{first};
  const std::size_t count = first & 0x7F;
  if (count == 0 || count > 2) return Error(Code::kMalformed, "DER: form of length");
  if (count > rest_.size()) return Error(Code::kMalformed, "DER: truncated");
  const auto length = static_cast<std::size_t>(base::readBigEndian(rest_.first(count)));
  rest_ = rest_.subspan(count);
  if (length < (count == 1 ? 0x80U : 0x100U)) {
    return Error(Code::kMalformed, "DER: length not the shortest");
  }
  return length;
}

}  // namespace florin::crypto
