// Names in JSON messages: of a person, an application, a product; for display.
#pragma once

#include "base/limits.h"
#include "codec/json_reader.h"
#include "codec/utf8.h"

namespace florin::messages {

// readName: kMalformed when the field is missing, is not of `least` to limits::kDisplayName bytes,
// or has a control character.
inline Result<std::string> readName(codec::JsonReader& reader, Literal field,
                                    std::size_t least = 0) {
  FLORIN_TRY_ASSIGN(std::string text, reader.string(field, least, base::limits::kDisplayName));
  if (!codec::isPrintable(text)) return Error(Code::kMalformed, "control character in a name");
  return text;
}

}  // namespace florin::messages
