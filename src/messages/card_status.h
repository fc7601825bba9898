// What the gateway answers about one card to its wallet (docs/protocol.md 2.5). Room cps writes it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "florin/result.h"

namespace florin::messages {

// `state` and `suspendedBy` are the words of docs/life-cycle.md, 1 to limits::kDisplayName
// characters of A-Z, a-z and _.
struct CardStatus {
  base::DigitalCardId digitalCardId;
  std::string state;
  std::vector<std::string> suspendedBy;
  bool delivered = false;
};

// decodeCardStatus passes over what else the answer says of the card. kMalformed.
Result<CardStatus> decodeCardStatus(std::string_view json);

}  // namespace florin::messages
