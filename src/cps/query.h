// Query takes the fields of a request's query, such as device=ID&after=12, one by one, and refuses
// what is left over. Our values are ids, numbers and words, which no URL encodes.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "florin/result.h"

namespace florin::cps {

// Query borrows the text.
class Query {
 public:
  explicit Query(std::string_view text);

  // take gives the value of a field and passes over it from then on; nothing when it is not there.
  std::optional<std::string_view> take(std::string_view name);

  // takeNumber: `otherwise` when the field is not there, kMalformed when it is no number.
  Result<std::uint64_t> takeNumber(std::string_view name, std::uint64_t otherwise);

  // takeId: kMalformed when the field is not there or is no id.
  template <class IdType>
  Result<IdType> takeId(std::string_view name) {
    return IdType::parse(take(name).value_or(""));
  }

  // finish: kMalformed when something was not taken.
  [[nodiscard]] Status finish() const;

 private:
  std::vector<std::string_view> fields_;
};

// queryNumber parses a decimal number of at most 63 bits.
Result<std::uint64_t> queryNumber(std::string_view text);

}  // namespace florin::cps
