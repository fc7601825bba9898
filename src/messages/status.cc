#include "messages/status.h"

#include <algorithm>
#include <array>

#include "base/check.h"

namespace florin::messages {
namespace {

constexpr auto kTable = std::to_array<CpsStatusFacts>({
#define FLORIN_CPS(name, code, http, sdk, retryable) \
  {CpsStatus::name, http, ProvisioningServiceErrorCode::sdk, retryable},
#include "messages/status.def"
#undef FLORIN_CPS
});

}  // namespace

const CpsStatusFacts& factsOf(CpsStatus status) {
  const auto* row = std::ranges::find(kTable, status, &CpsStatusFacts::status);
  FLORIN_CHECK(row != kTable.end());
  return *row;
}

std::optional<CpsStatus> cpsStatusFrom(std::int64_t code) {
  const auto* row = std::ranges::find(kTable, code, [](const CpsStatusFacts& facts) {
    return static_cast<std::int64_t>(facts.status);
  });
  if (row == kTable.end()) return std::nullopt;
  return row->status;
}

Error refusal(CpsStatus status, Literal text) {
  return {Code::kRefused, text, static_cast<std::int64_t>(status)};
}

std::optional<CpsStatus> statusOf(const Error& error) {
  if (error.code() != Code::kRefused) return std::nullopt;
  return cpsStatusFrom(error.detail());
}

}  // namespace florin::messages
