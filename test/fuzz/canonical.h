// Properties of the decoders of room messages. What decodes encodes to the same bytes; only fields
// that this version does not know are left out, and then the rest is canonical again.
#pragma once

#include <algorithm>

#include "base/bytes.h"
#include "base/check.h"

namespace florin::fuzz {

inline Bytes plain(const SecretBytes& secret) { return base::toBytes(secret.expose()); }
inline Bytes plain(Bytes bytes) { return bytes; }
inline Bytes plain(const std::string& text) { return base::toBytes(base::asBytes(text)); }

template <class Decode, class Encode>
void checkCanonical(ByteView input, Decode decode, Encode encode) {
  const auto message = decode(input);
  if (!message.ok()) return;
  const Bytes again = plain(encode(*message));
  FLORIN_CHECK(again.size() < input.size() || std::ranges::equal(again, input));
  const auto second = decode(again);
  FLORIN_CHECK(second.ok());
  FLORIN_CHECK(plain(encode(*second)) == again);
}

// The same for what decodes from SecretBytes.
template <class Decode, class Encode>
void checkCanonicalSecret(ByteView input, Decode decode, Encode encode) {
  checkCanonical(
      input, [decode](ByteView bytes) { return decode(SecretBytes::copyOf(bytes)); }, encode);
}

// JSON has more than one text for the same message: what was written is read as the same.
template <class Decode, class Encode>
void checkJson(ByteView input, Decode decode, Encode encode) {
  const auto message = decode(input);
  if (!message.ok()) return;
  const Bytes written = plain(encode(*message));
  const auto again = decode(written);
  FLORIN_CHECK(again.ok());
  FLORIN_CHECK(plain(encode(*again)) == written);
}

}  // namespace florin::fuzz
