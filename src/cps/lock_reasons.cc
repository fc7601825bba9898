#include "cps/lock_reasons.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/json_reader.h"

namespace florin::cps {

Result<LockReason> readLockReason(ByteView body, std::span<const LockReason> allowed) {
  if (body.empty()) return LockReason::NONE;
  FLORIN_TRY_ASSIGN(const auto document, codec::parseJson(base::asText(body)));
  codec::JsonReader reader(document);
  FLORIN_TRY_ASSIGN(const std::string text, reader.string("reason", 1, base::limits::kDisplayName));
  FLORIN_TRY(reader.finish());
  const auto reason =
      std::ranges::find(allowed, text, [](LockReason one) { return std::string(name(one)); });
  if (reason == allowed.end()) return Error(Code::kInvalidArgument, "not a lock reason");
  return *reason;
}

}  // namespace florin::cps
