// Comparison of secrets.
#pragma once

#include "florin/bytes.h"

namespace florin::crypto {

// equal compares in a time that depends on the lengths only, never on the bytes. Byte strings of
// different length are not equal.
bool equal(ByteView a, ByteView b);
bool equalSecrets(const SecretBytes& a, const SecretBytes& b);

}  // namespace florin::crypto
