#include "timeline.h"

#include "payment_view.h"

namespace florin::apps {
namespace {

double millisecondsBetween(std::chrono::steady_clock::time_point from,
                           std::chrono::steady_clock::time_point to) {
  return std::chrono::duration<double, std::milli>(to - from).count();
}

std::string rightAligned(const std::string& text, std::size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

}  // namespace

Timeline::Timeline(Console& console) : console_(console) {
  console_.line(console_.paint(Colour::kDim, "      ms  who       what"));
}

void Timeline::did(Literal key, Literal who, const std::string& what) {
  const auto now = Clock::now();
  const double took = millisecondsBetween(last_, now);
  last_ = now;
  steps_.emplace_back(key, static_cast<std::int64_t>(took + 0.5));
  std::string whose(who.view());
  whose.resize(8, ' ');
  console_.line(rightAligned(milliseconds(took), 8) + "  " + console_.paint(Colour::kBold, whose) +
                "  " + what);
}

double Timeline::total() const { return millisecondsBetween(began_, last_); }

codec::JsonObject Timeline::json() const {
  codec::JsonObject object;
  for (const auto& [key, took] : steps_) object.add(key, took);
  object.add("total", static_cast<std::int64_t>(total() + 0.5));
  return object;
}

}  // namespace florin::apps
