#include "report.h"

#include <cstdio>

#include "codec/json_writer.h"

namespace florin::sim {
namespace {

constexpr std::size_t kShown = 10;  // violations that are told one by one

std::string hex(std::uint64_t number) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(number));
  return text;
}

}  // namespace

Report::Report(std::string mode, std::string what, std::size_t total, bool json,
               const Console& console)
    : mode_(std::move(mode)),
      what_(std::move(what)),
      total_(total),
      json_(json),
      console_(console) {}

void Report::progress() {
  if (!console_.terminal || json_) return;
  console_.err << "\r" << done_ << " of " << total_ << " " << what_ << ", " << sum_.faults
               << " faults, " << violations_.size() << " violations\033[K" << std::flush;
}

void Report::done(const Outcome& outcome) {
  ++done_;
  sum_.steps += outcome.steps;
  sum_.messages += outcome.messages;
  sum_.faults += outcome.faults;
  sum_.crashes += outcome.crashes;
  sum_.operations += outcome.operations;
  sum_.pushesLost += outcome.pushesLost;
  sum_.keysUsed += outcome.keysUsed;
  sum_.limitedUses += outcome.limitedUses;
  sum_.renewals += outcome.renewals;
  sum_.reenrollments += outcome.reenrollments;
  if (done_ % every_ == 0 || done_ == total_) progress();
}

void Report::violation(const std::string& where, const Breach& breach, const std::string& again) {
  violations_.push_back({where, breach, again});
  if (json_ || violations_.size() > kShown) return;
  if (console_.terminal && !json_) console_.err << "\r\033[K";
  console_.out << where << ", step " << breach.step << ": " << breach.invariant << " "
               << breach.text << "\n  again: " << again << std::endl;
}

void Report::end(bool good) {
  if (console_.terminal && !json_) console_.err << "\r\033[K";
  if (json_) return endJson(good);
  console_.out << done_ << " " << what_ << ", " << sum_.steps << " steps, " << sum_.messages
               << " messages, " << sum_.faults << " faults, violations " << violations_.size();
  if (hash_ != 0) console_.out << ", trace " << hex(hash_);
  console_.out << "\n"
               << sum_.operations << " operations delivered, " << sum_.pushesLost
               << " pushes lost, " << sum_.crashes << " crashes, " << sum_.keysUsed
               << " keys used (" << sum_.limitedUses << " uses of limited-use keys), "
               << sum_.renewals << " renewals, " << sum_.reenrollments << " re-enrollments"
               << std::endl;
}

void Report::endJson(bool good) {
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start_;
  codec::JsonArray list;
  for (const Violation& each : violations_) {
    list.add(codec::JsonObject()
                 .add("where", each.where)
                 .add("step", each.breach.step)
                 .add("invariant", each.breach.invariant)
                 .add("text", each.breach.text)
                 .add("again", each.again));
  }
  codec::JsonObject object;
  object.add("mode", mode_)
      .add("ok", good)
      .add("runs", done_)
      .add("steps", sum_.steps)
      .add("messages", sum_.messages)
      .add("faults", sum_.faults)
      .add("operationsDelivered", sum_.operations)
      .add("pushesLost", sum_.pushesLost)
      .add("crashes", sum_.crashes)
      .add("keysUsed", sum_.keysUsed)
      .add("limitedUses", sum_.limitedUses)
      .add("renewals", sum_.renewals)
      .add("reenrollments", sum_.reenrollments)
      .add("violations", violations_.size())
      .add("elapsedMs", static_cast<std::int64_t>(took.count()))
      .add("found", list);
  if (hash_ != 0) object.add("traceHash", hex(hash_));
  console_.out << object.text() << std::endl;
}

}  // namespace florin::sim
