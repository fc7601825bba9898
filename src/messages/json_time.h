// Times in JSON messages: milliseconds since 1970, from then to the end of the year 9999.
#pragma once

#include <cstdint>

#include "base/time.h"
#include "codec/json_reader.h"

namespace florin::messages {

inline constexpr std::int64_t kLastTimeMs = 253'402'300'799'999;  // 9999-12-31

// readTime: kMalformed when the field is missing, or not such a time.
inline Result<base::Time> readTime(codec::JsonReader& reader, Literal name) {
  FLORIN_TRY_ASSIGN(const std::int64_t ms, reader.integer(name, 0, kLastTimeMs));
  return base::fromMs(ms);
}

}  // namespace florin::messages
