// RecordingLog keeps every event, so that a test can ask what was logged and that no secret was
// (I6). NullMetrics is for those who do not ask. Thread-safe.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "florin/log.h"

namespace florin::fakes {

class RecordingLog : public Log {
 public:
  struct Event {
    LogLevel level = LogLevel::kDebug;
    std::string name;
    std::vector<std::pair<std::string, std::string>> fields;  // numbers as decimal text
  };

  void write(LogLevel level, Literal event, std::initializer_list<LogField> fields) override;

  std::vector<Event> events();

  // count gives the number of events of that name.
  std::size_t count(std::string_view name);

  // text is everything that was logged, one event per line, to be searched for secrets.
  std::string text();

 private:
  std::mutex mutex_;
  std::vector<Event> events_;
};

using base::NullMetrics;

}  // namespace florin::fakes
