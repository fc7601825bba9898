// Internal to this room: the form in which states are stored. One byte for the kind of state (and
// its version), then each field as 4 bytes of length, big-endian, and its bytes. What is read was
// sealed by the vault or the store, so a wrong form is kCorrupted.
#pragma once

#include <initializer_list>
#include <vector>

#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::protocol {

enum class StoredKind : std::uint8_t { kAwaitingE2 = 1, kAwaitingE4 = 2, kBackendAttempt = 3 };

SecretBytes joinFields(StoredKind kind, std::initializer_list<ByteView> fields);

// splitFields gives exactly `count` views into `bytes`.
Result<std::vector<ByteView>> splitFields(StoredKind kind, const SecretBytes& bytes,
                                          std::size_t count);

}  // namespace florin::protocol
