// Log: events with typed fields. A field is a number, an id, text of the program, or text that its
// author declared public; secret types have no overload, so no key, code, PAN or token can be
// logged by mistake (I6).
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "florin/result.h"
#include "florin/version.h"

namespace florin {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError };

// Ids that may be logged say so with `static constexpr bool kLoggable = true` and have toString().
template <class T>
concept LoggableId = requires(const T& id) {
  { id.toString() } -> std::convertible_to<std::string>;
  requires T::kLoggable;
};

// PublicText is text from outside the program that may be shown: an address, a file name, a route.
// Whoever writes this name has made sure that it carries no secret.
struct PublicText {
  std::string_view text;
};

class LogField {
 public:
  template <std::integral T>
  LogField(Literal name, T value) : name_(name), value_(static_cast<std::int64_t>(value)) {}
  LogField(Literal name, Literal value) : name_(name), value_(std::string(value.view())) {}
  LogField(Literal name, PublicText value) : name_(name), value_(std::string(value.text)) {}
  LogField(Literal name, const Error& error)
      : name_(name),
        value_(std::string(error.text()) + " (" + std::to_string(error.detail()) + ")") {}
  template <LoggableId T>
  LogField(Literal name, const T& id) : name_(name), value_(id.toString()) {}

  [[nodiscard]] std::string_view name() const { return name_.view(); }
  [[nodiscard]] const std::variant<std::int64_t, std::string>& value() const { return value_; }

 private:
  Literal name_;
  std::variant<std::int64_t, std::string> value_;
};

// Log is called from any thread and must not block for long nor throw. `event` is a stable name
// such as "enrollment.bound".
class FLORIN_EXPORT Log {
 public:
  virtual ~Log() = default;
  virtual void write(LogLevel level, Literal event, std::initializer_list<LogField> fields) = 0;
  void info(Literal event, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::kInfo, event, fields);
  }
  void warning(Literal event, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::kWarning, event, fields);
  }
  void error(Literal event, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::kError, event, fields);
  }
};

// NullLog forgets everything.
class NullLog : public Log {
 public:
  void write(LogLevel /*level*/, Literal /*event*/,
             std::initializer_list<LogField> /*fields*/) override {}
};

// makeJsonLog gives a Log that writes one JSON object per line to `fd`, which is borrowed: "time"
// (RFC 3339, UTC), "level", "event", then the fields. Below `minimum` nothing is written.
// Thread-safe.
FLORIN_EXPORT std::unique_ptr<Log> makeJsonLog(int fd, LogLevel minimum);

}  // namespace florin
