#include "cps/query.h"

#include <charconv>

namespace florin::cps {

// A request's head has a bound, so its query has one.
Query::Query(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    fields_.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

std::optional<std::string_view> Query::take(std::string_view name) {
  for (auto field = fields_.begin(); field != fields_.end(); ++field) {
    const std::string_view text = *field;
    if (!text.starts_with(name) || text.substr(name.size(), 1) != "=") continue;
    fields_.erase(field);
    return text.substr(name.size() + 1);
  }
  return std::nullopt;
}

Result<std::uint64_t> Query::takeNumber(std::string_view name, std::uint64_t otherwise) {
  const auto text = take(name);
  if (!text) return otherwise;
  return queryNumber(*text);
}

Status Query::finish() const {
  if (fields_.empty()) return {};
  return Error(Code::kMalformed, "an unknown query field");
}

Result<std::uint64_t> queryNumber(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size() || number < 0) {
    return Error(Code::kMalformed, "not a number");
  }
  return static_cast<std::uint64_t>(number);
}

}  // namespace florin::cps
