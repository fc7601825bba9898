#include "payment_view.h"

#include <cstdio>

namespace florin::apps {
namespace {

std::string hexWord(std::uint16_t value) {
  char text[5];
  std::snprintf(text, sizeof text, "%04x", static_cast<unsigned>(value));
  return text;
}

}  // namespace

std::string milliseconds(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

void showExchange(Console& console, const std::vector<TracedStep>& steps, bool whole) {
  for (const TracedStep& traced : steps) {
    const terminal::TraceStep& step = traced.step;
    if (whole) {
      for (const std::string& text : terminal::describe(step)) console.line("  " + text);
      continue;
    }
    std::string text = "  " + step.name;
    if (text.size() < 34) text.resize(34, ' ');
    text += " " + hexWord(step.statusWord) + "  " + std::to_string(step.responseHex.size() / 2) +
            " bytes in " + milliseconds(traced.milliseconds) + " ms";
    console.line(text);
  }
}

std::string_view nameOf(terminal::OfflineAuthentication authentication) {
  switch (authentication) {
    case terminal::OfflineAuthentication::kNotDone: return "not_done";
    case terminal::OfflineAuthentication::kNoKey: return "no_key";
    case terminal::OfflineAuthentication::kFailed: return "failed";
    case terminal::OfflineAuthentication::kDone: break;
  }
  return "done";
}

void showAuthentication(Console& console, const terminal::TapResult& result) {
  switch (result.authentication) {
    case terminal::OfflineAuthentication::kNotDone: return;
    case terminal::OfflineAuthentication::kNoKey:
      console.line("The terminal could not prove the card: it has no key of the card's authority");
      return;
    case terminal::OfflineAuthentication::kFailed:
      console.line("The card's certificates do not hold (CDA): the issuer is told, by TVR");
      return;
    case terminal::OfflineAuthentication::kDone: break;
  }
  console.line("The terminal proved the card by its signature (CDA)");
}

namespace {

codec::JsonArray linesJson(const std::vector<terminal::TraceLine>& lines) {
  codec::JsonArray array;
  for (const terminal::TraceLine& line : lines) {
    codec::JsonObject object;
    object.add("depth", line.depth)
        .add("tag", std::string_view(line.tag))
        .add("name", line.name)
        .add("value", std::string_view(line.value));
    if (!line.meaning.empty()) object.add("meaning", std::string_view(line.meaning));
    array.add(object);
  }
  return array;
}

}  // namespace

codec::JsonArray exchangeJson(const std::vector<TracedStep>& steps) {
  codec::JsonArray array;
  for (const TracedStep& traced : steps) {
    array.add(codec::JsonObject()
                  .add("name", traced.step.name)
                  .add("command", traced.step.commandHex)
                  .add("sent", linesJson(traced.step.sent))
                  .add("response", traced.step.responseHex)
                  .add("statusWord", hexWord(traced.step.statusWord))
                  .add("objects", linesJson(traced.step.lines)));
  }
  return array;
}

void showVerdict(Console& console, const Verdict& verdict) {
  const Colour colour = verdict.approved ? Colour::kGreen : Colour::kRed;
  console.line(console.paint(colour, verdict.approved ? "approved" : "declined") + "  " +
               verdict.amount + "  ATC " + std::to_string(verdict.atc) + "  authorization " +
               verdict.authorizationId);
  if (!verdict.approved) console.line("reason: " + verdict.reason);
}

}  // namespace florin::apps
