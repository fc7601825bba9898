#include "messages/mg_status.h"

#include <algorithm>
#include <array>

#include "base/check.h"

namespace florin::messages {
namespace {

constexpr auto kTable = std::to_array<MgStatusFacts>({
    {MGErrorCode::COMMON_SUCCESS, 200, false},
#define FLORIN_MG(name, number, http, retryable) {MGErrorCode::name, http, retryable},
#include "messages/mg_status.def"
#undef FLORIN_MG
});

#define FLORIN_MG(name, number, http, retryable) \
  static_assert(static_cast<int>(MGErrorCode::name) == (number));
#include "messages/mg_status.def"
#undef FLORIN_MG

}  // namespace

const MgStatusFacts& factsOf(MGErrorCode code) {
  const auto* row = std::ranges::find(kTable, code, &MgStatusFacts::code);
  FLORIN_CHECK(row != kTable.end());
  return *row;
}

std::optional<MGErrorCode> mgErrorCodeFrom(std::int64_t code) {
  const auto* row = std::ranges::find(kTable, code, [](const MgStatusFacts& facts) {
    return static_cast<std::int64_t>(facts.code);
  });
  if (row == kTable.end()) return std::nullopt;
  return row->code;
}

Error mgRefusal(MGErrorCode code, Literal text) {
  return {Code::kRefused, text, static_cast<std::int64_t>(code)};
}

std::optional<MGErrorCode> mgErrorOf(const Error& error) {
  if (error.code() != Code::kRefused) return std::nullopt;
  return mgErrorCodeFrom(error.detail());
}

}  // namespace florin::messages
