// JSON of how a card looks in an application (GET /gateway/v1/cards/{id}/metadata). Field names on
// the wire are the members' names.
#pragma once

#include <string>
#include <string_view>

#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::messages {

struct CardMetadata {
  std::string product;
  std::string issuerName;
  std::string panLastFour;
  std::string background;  // colours: #rrggbb
  std::string foreground;
  std::string artType;  // "image/png", "image/jpeg", "image/webp"; empty: there is no picture
  Bytes artHash;        // SHA-256 of the picture, 32 bytes; empty: as above
};
std::string encodeCardMetadata(const CardMetadata& metadata);
Result<CardMetadata> decodeCardMetadata(std::string_view json);

}  // namespace florin::messages
