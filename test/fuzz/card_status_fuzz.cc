// A card's status: what is taken can be shown as it is.
#include <algorithm>

#include "base/bytes.h"
#include "base/check.h"
#include "base/limits.h"
#include "messages/card_status.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace florin;
  const auto status = messages::decodeCardStatus(base::asText({data, size}));
  if (!status.ok()) return 0;
  const auto shown = [](const std::string& word) {
    return !word.empty() && word.size() <= base::limits::kDisplayName &&
           std::ranges::all_of(word, [](char c) { return c > ' ' && c < 0x7f; });
  };
  FLORIN_CHECK(shown(status->state));
  FLORIN_CHECK(std::ranges::all_of(status->suspendedBy, shown));
  return 0;
}
