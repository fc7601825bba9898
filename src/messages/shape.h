// Internal to this room: the wire types of each message's fields. Protobuf takes a known field of
// another wire type for an unknown one and lets it pass; docs/protocol.md 1 does not.
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "florin/result.h"

namespace florin::messages {

// checkWireTypes holds the fields of a message, and of those in it, to channel.proto. `type` is the
// message's name there. kMalformed: a known field has another wire type, or there is a group.
Status checkWireTypes(std::string_view type, ByteView message);

}  // namespace florin::messages
