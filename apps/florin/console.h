// Console is what the user sees: text with colour on a terminal only, or one JSON object.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "codec/json_writer.h"
#include "common/failure.h"

namespace florin::apps {

enum class Colour : std::uint8_t { kPlain, kBold, kDim, kGreen, kRed, kYellow };

// Console: with `json`, line() and table() say nothing and result() prints; without it the other
// way round. Warnings and failures are lines of standard error in both. Not thread-safe.
class Console {
 public:
  explicit Console(bool json);

  [[nodiscard]] bool json() const { return json_; }

  void line(std::string_view text = {});

  // table prints rows in columns; the first row is the heading.
  void table(const std::vector<std::vector<std::string>>& rows);

  // result prints the one object of --json; a command that follows prints one after the other.
  void result(const codec::JsonObject& object);
  void result(const codec::JsonValue& object);

  // progress shows what is awaited, in place of the line that it showed before, on a terminal only;
  // without text it takes the line away.
  void progress(std::string_view text = {});

  void warning(std::string_view text);

  // failure prints the line, and with --json the error as an object when there was no result.
  void failure(const Failure& failure);

  // paint puts text in a colour, if standard output is a terminal that has them.
  [[nodiscard]] std::string paint(Colour colour, std::string_view text) const;

 private:
  bool json_;
  bool colours_;
  bool terminal_;
  bool answered_ = false;

  void print(std::string_view json);
};

}  // namespace florin::apps
