#include "posix/json_log.h"

#include <cstdio>

#include "base/bytes.h"
#include "base/limits.h"
#include "posix/file.h"

namespace florin::posix {
namespace {

std::string_view levelName(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug: return "debug";
    case LogLevel::kInfo: return "info";
    case LogLevel::kWarning: return "warning";
    case LogLevel::kError: return "error";
  }
  return "unknown";
}

std::string rfc3339(base::Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", int(date.year()),
                unsigned(date.month()), unsigned(date.day()), int(clock.hours().count()),
                int(clock.minutes().count()), int(clock.seconds().count()),
                int(clock.subseconds().count()));
  return text;
}

constexpr char32_t kNotUtf8 = 0xFFFD;

// takeCharacter takes one character off the front; a byte that belongs to none is U+FFFD.
char32_t takeCharacter(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = first < 0x80   ? 1
                             : first < 0xC2 ? 0
                             : first < 0xE0 ? 2
                             : first < 0xF0 ? 3
                             : first < 0xF5 ? 4
                                            : 0;
  static constexpr unsigned char kFirstBits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  char32_t character = first & kFirstBits[length];
  bool wellFormed = length != 0 && length <= text.size();
  for (std::size_t i = 1; wellFormed && i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    wellFormed = (next & 0xC0) == 0x80;
    character = character << 6 | (next & 0x3F);
  }
  static constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  wellFormed = wellFormed && character >= kSmallest[length] && character <= 0x10FFFF &&
               (character < 0xD800 || character > 0xDFFF);
  text.remove_prefix(wellFormed ? length : 1);
  return wellFormed ? character : kNotUtf8;
}

void appendEscape(std::string& line, char32_t unit) {
  char text[8];
  std::snprintf(text, sizeof text, "\\u%04x", static_cast<unsigned>(unit));
  line += text;
}

void appendText(std::string& line, std::string_view text) {
  text = text.substr(0, base::limits::kLogValue);
  line += '"';
  while (!text.empty()) {
    const char32_t character = takeCharacter(text);
    if (character == '"' || character == '\\') {
      line += '\\';
      line += static_cast<char>(character);
    } else if (character >= 0x20 && character < 0x7F) {
      line += static_cast<char>(character);
    } else if (character <= 0xFFFF) {
      appendEscape(line, character);
    } else {  // a surrogate pair, RFC 8259 section 7
      appendEscape(line, 0xD800 + ((character - 0x10000) >> 10));
      appendEscape(line, 0xDC00 + ((character - 0x10000) & 0x3FF));
    }
  }
  line += '"';
}

void appendField(std::string& line, const LogField& field) {
  line += ',';
  appendText(line, field.name());
  line += ':';
  if (const auto* number = std::get_if<std::int64_t>(&field.value())) {
    line += std::to_string(*number);
  } else {
    appendText(line, std::get<std::string>(field.value()));
  }
}

}  // namespace

void JsonLog::write(LogLevel level, Literal event, std::initializer_list<LogField> fields) {
  if (level < minimum_) return;
  std::string line = "{\"time\":\"" + rfc3339(clock_.now()) + "\",\"level\":\"";
  line += levelName(level);
  line += "\",\"event\":";
  appendText(line, event.view());
  for (const LogField& field : fields) appendField(line, field);
  line += "}\n";

  const std::lock_guard lock(mutex_);
  // There is nowhere to report a log that cannot be written.
  [[maybe_unused]] const Status written = writeAll(fd_, base::asBytes(line));
}

}  // namespace florin::posix
