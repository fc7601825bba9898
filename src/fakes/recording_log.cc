#include "fakes/recording_log.h"

#include <algorithm>

namespace florin::fakes {

void RecordingLog::write(LogLevel level, Literal event, std::initializer_list<LogField> fields) {
  Event recorded{level, std::string(event.view()), {}};
  for (const LogField& field : fields) {
    const auto* number = std::get_if<std::int64_t>(&field.value());
    recorded.fields.emplace_back(
        field.name(), number ? std::to_string(*number) : std::get<std::string>(field.value()));
  }
  const std::lock_guard lock(mutex_);
  events_.push_back(std::move(recorded));
}

std::vector<RecordingLog::Event> RecordingLog::events() {
  const std::lock_guard lock(mutex_);
  return events_;
}

std::size_t RecordingLog::count(std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto matches = std::ranges::count(events_, name, &Event::name);
  return static_cast<std::size_t>(matches);
}

std::string RecordingLog::text() {
  const std::lock_guard lock(mutex_);
  std::string text;
  for (const Event& event : events_) {
    text += event.name;
    for (const auto& [name, value] : event.fields) text.append(" ").append(name + "=" + value);
    text += '\n';
  }
  return text;
}

}  // namespace florin::fakes
