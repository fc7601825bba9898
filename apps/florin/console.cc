#include "console.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

namespace florin::apps {
namespace {

bool hasColours(int fd) {
  const char* terminal = std::getenv("TERM");
  return ::isatty(fd) == 1 && std::getenv("NO_COLOR") == nullptr && terminal != nullptr &&
         std::string_view(terminal) != "dumb";
}

std::string_view startOf(Colour colour) {
  switch (colour) {
    case Colour::kPlain: return "";
    case Colour::kBold: return "\x1b[1m";
    case Colour::kDim: return "\x1b[2m";
    case Colour::kGreen: return "\x1b[32m";
    case Colour::kRed: return "\x1b[31m";
    case Colour::kYellow: return "\x1b[33m";
  }
  return "";
}

// oneLine keeps text from outside from moving the cursor or making a second line.
std::string oneLine(std::string_view text) {
  std::string out(text);
  std::ranges::replace_if(
      out, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  return out;
}

}  // namespace

Console::Console(bool json)
    : json_(json), colours_(hasColours(STDOUT_FILENO)), terminal_(hasColours(STDERR_FILENO)) {}

std::string Console::paint(Colour colour, std::string_view text) const {
  if (!colours_ || colour == Colour::kPlain) return std::string(text);
  return std::string(startOf(colour)) + std::string(text) + "\x1b[0m";
}

void Console::line(std::string_view text) {
  if (!json_) std::cout << text << "\n" << std::flush;
}

void Console::table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::string text;
    for (std::size_t i = 0; i < rows[r].size(); ++i) {
      text += oneLine(rows[r][i]);
      if (i + 1 < rows[r].size()) text.append(widths[i] - rows[r][i].size() + 2, ' ');
    }
    line(r == 0 ? paint(Colour::kDim, text) : text);
  }
}

void Console::result(const codec::JsonObject& object) { print(object.text()); }

void Console::result(const codec::JsonValue& object) { print(codec::writeJson(object)); }

void Console::print(std::string_view json) {
  answered_ = true;
  if (json_) std::cout << json << "\n" << std::flush;
}

void Console::progress(std::string_view text) {
  if (terminal_) std::cerr << "\r\x1b[K" << oneLine(text) << std::flush;
}

void Console::warning(std::string_view text) {
  std::cerr << "florin: warning: " << oneLine(text) << "\n";
}

void Console::failure(const Failure& failure) {
  std::string text = failure.text;
  if (!failure.support.empty()) text += " [for support: " + failure.support + "]";
  std::cerr << "florin: " << oneLine(text) << "\n";
  if (!json_ || answered_) return;
  codec::JsonObject object;
  object.add("exit", static_cast<int>(failure.exit));
  if (!failure.name.empty()) object.add("code", failure.name);
  object.add("message", failure.text);
  if (failure.remainingTries) object.add("remainingTries", *failure.remainingTries);
  if (!failure.lockReason.empty()) object.add("lockReason", failure.lockReason);
  if (!failure.support.empty()) object.add("correlationId", failure.support);
  result(codec::JsonObject().add("error", object));
}

}  // namespace florin::apps
