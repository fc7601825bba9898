// JsonLog: events as lines of JSON.
#pragma once

#include <mutex>

#include "base/time.h"
#include "florin/log.h"

namespace florin::posix {

// JsonLog writes one JSON object per line: "time" (RFC 3339, UTC, milliseconds), "level", "event",
// then the fields in their order. Text is escaped so that a line stays a line and ASCII: what is
// not printable ASCII becomes \u escapes, what is not UTF-8 becomes U+FFFD, and a value ends after
// limits::kLogValue bytes. A line is one write; one that fails is lost. Thread-safe.
class JsonLog : public Log {
 public:
  // `fd` is borrowed, as is the clock: both must outlive the log.
  JsonLog(int fd, LogLevel minimum, base::Clock& clock)
      : fd_(fd), minimum_(minimum), clock_(clock) {}

  void write(LogLevel level, Literal event, std::initializer_list<LogField> fields) override;

 private:
  std::mutex mutex_;
  int fd_;
  LogLevel minimum_;
  base::Clock& clock_;
};

}  // namespace florin::posix
