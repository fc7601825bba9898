#include "api_view.h"

#include <array>
#include <chrono>
#include <ctime>

#include "base/time.h"
#include "posix/system_clock.h"

namespace florin::apps {
namespace {

// spanOf gives a length of time in its largest unit.
std::string spanOf(std::int64_t ms) {
  const std::int64_t seconds = ms / 1000;
  if (seconds < 120) return std::to_string(seconds) + " s";
  if (seconds < 120 * 60) return std::to_string(seconds / 60) + " min";
  if (seconds < 48 * 3600) return std::to_string(seconds / 3600) + " h";
  return std::to_string(seconds / 86400) + " days";
}

std::int64_t nowMs() { return base::toMs(posix::SystemClock().now()); }

std::string pushOf(const codec::JsonValue& device) {
  const auto* const push = device.find("push");
  std::string text = "none waits";
  if (push != nullptr) {
    text = "waits since " + utc(numberOf(*push, "createdMs")) + ", " +
           std::to_string(numberOf(*push, "attempts")) + " attempts, next " +
           until(numberOf(*push, "dueMs"));
  }
  return isTrue(device, "hasPushToken") ? text : text + "; it has no push token, so it polls";
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

// A parked operation says why: a number of Code.
std::string reasonOf(const codec::JsonValue& operation) {
  if (operation.find("reason") == nullptr) return "";
  return std::string(codeName(static_cast<Code>(numberOf(operation, "reason"))));
}

}  // namespace

std::string textOf(const codec::JsonValue& object, std::string_view name) {
  const auto* const member = object.find(name);
  return member == nullptr ? std::string() : std::string(member->text());
}

std::int64_t numberOf(const codec::JsonValue& object, std::string_view name) {
  const auto* const member = object.find(name);
  const auto* const number = member == nullptr ? nullptr : member->integer();
  return number == nullptr ? 0 : *number;
}

bool isTrue(const codec::JsonValue& object, std::string_view name) {
  const auto* const member = object.find(name);
  const auto* const flag = member == nullptr ? nullptr : member->boolean();
  return flag != nullptr && *flag;
}

const codec::JsonValue::Array& membersOf(const codec::JsonValue& object, std::string_view name) {
  static const codec::JsonValue::Array kNone;
  const auto* const member = object.find(name);
  const auto* const array = member == nullptr ? nullptr : member->array();
  return array == nullptr ? kNone : *array;
}

std::string shortId(const std::string& id) { return id.substr(0, 8); }

std::string utc(std::int64_t ms) {
  if (ms == 0) return "never";
  const std::time_t seconds = ms / 1000;
  std::tm parts{};
  std::array<char, 32> text{};
  if (::gmtime_r(&seconds, &parts) == nullptr) return std::to_string(ms) + " ms";
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%SZ", &parts);
  return {text.data(), size};
}

std::string since(std::int64_t ms) {
  if (ms == 0) return "never";
  const std::int64_t ago = nowMs() - ms;
  return ago < 1000 ? "just now" : spanOf(ago) + " ago";
}

std::string until(std::int64_t ms) {
  const std::int64_t left = ms - nowMs();
  return left < 1000 ? "now" : "in " + spanOf(left);
}

std::string joined(const codec::JsonValue::Array& texts, std::string_view none) {
  std::string all;
  for (const auto& text : texts) {
    all += (all.empty() ? "" : ", ") + std::string(text.text());
  }
  return all.empty() ? std::string(none) : all;
}

void showCard(Console& console, const codec::JsonValue& card) {
  TableRows rows{{"CARD", textOf(card, "digitalCardId")},
                 {"state", textOf(card, "state")},
                 {"suspended by", joined(membersOf(card, "suspendedBy"), "nobody")},
                 {"on its device", isTrue(card, "delivered") ? "as above" : "not yet as above"},
                 {"product", textOf(card, "product")},
                 {"card number", "*" + textOf(card, "panLastFour")},
                 {"device number", "*" + textOf(card, "dpanLastFour")}};
  if (card.find("deviceId") != nullptr) rows.push_back({"device", textOf(card, "deviceId")});
  console.table(rows);
}

void showCards(Console& console, const codec::JsonValue::Array& cards) {
  if (cards.empty()) return console.line("No card on it.");
  TableRows rows{{"CARD", "TOKEN", "NUMBER", "STATE", "SUSPENDED BY", "ON IT"}};
  for (const auto& card : cards) {
    rows.push_back({textOf(card, "digitalCardId"), shortId(textOf(card, "tokenId")),
                    "*" + textOf(card, "panLastFour"), textOf(card, "state"),
                    joined(membersOf(card, "suspendedBy"), "-"),
                    isTrue(card, "delivered") ? "yes" : "not yet"});
  }
  console.table(rows);
}

void showDevice(Console& console, const codec::JsonValue& device) {
  const std::string reason = textOf(device, "lockReason");
  const std::int64_t seen = numberOf(device, "lastSeenMs");
  console.table({{"DEVICE", textOf(device, "deviceId")},
                 {"wallet", textOf(device, "walletId")},
                 {"state", textOf(device, "state") + (reason.empty() ? "" : ", for " + reason)},
                 {"suspended by", joined(membersOf(device, "suspendedBy"), "nobody")},
                 {"last seen", utc(seen) + ", " + since(seen)},
                 {"enrolled", utc(numberOf(device, "createdMs"))},
                 {"push", pushOf(device)}});
}

void showOperations(Console& console, const codec::JsonValue::Array& operations) {
  if (operations.empty()) return console.line("No operation.");
  TableRows rows{{"NUMBER", "TYPE", "TOKEN", "ORDER", "STATE", "WRITTEN", "REASON"}};
  for (const auto& one : operations) {
    const bool ofCard = one.find("tokenId") != nullptr;
    rows.push_back({std::to_string(numberOf(one, "opSeq")), textOf(one, "type"),
                    ofCard ? shortId(textOf(one, "tokenId")) : "device",
                    ofCard ? std::to_string(numberOf(one, "cardSeq")) : "", textOf(one, "state"),
                    utc(numberOf(one, "createdMs")), reasonOf(one)});
  }
  console.table(rows);
}

void showPushes(Console& console, const codec::JsonValue::Array& pushes) {
  if (pushes.empty()) return;
  TableRows rows{{"DEVICE", "ATTEMPTS", "NEXT", "WAITS SINCE"}};
  for (const auto& push : pushes) {
    const std::int64_t created = numberOf(push, "createdMs");
    rows.push_back({textOf(push, "deviceId"), std::to_string(numberOf(push, "attempts")),
                    until(numberOf(push, "dueMs")), utc(created) + ", " + since(created)});
  }
  console.table(rows);
}

void showNoticeTotals(Console& console, const codec::JsonValue::Array& issuers) {
  if (issuers.empty()) console.line("No issuer was ever told anything.");
  for (const auto& of : issuers) {
    console.line("Issuer " + textOf(of, "issuer") + ": " + std::to_string(numberOf(of, "waiting")) +
                 " wait, " + std::to_string(numberOf(of, "parked")) + " were given up, " +
                 std::to_string(numberOf(of, "dropped")) + " found no room.");
  }
}

void showNotices(Console& console, const codec::JsonValue::Array& notices) {
  if (notices.empty()) return;
  TableRows rows{{"ID", "CARD", "NO.", "TYPE", "STATE", "TRIED", "LAST"}};
  for (const auto& one : notices) {
    const std::int64_t status = numberOf(one, "lastStatus");
    const bool tried = numberOf(one, "attempts") > 0;
    const std::string state = textOf(one, "state");
    rows.push_back({textOf(one, "id"), shortId(textOf(one, "digitalCardId")),
                    std::to_string(numberOf(one, "number")), textOf(one, "type"),
                    state == "next" ? until(numberOf(one, "dueMs")) : state,
                    std::to_string(numberOf(one, "attempts")),
                    !tried        ? ""
                    : status == 0 ? "silent"
                                  : std::to_string(status)});
  }
  console.table(rows);
}

void showAudit(Console& console, const codec::JsonValue& entry) {
  constexpr std::size_t kTime = 22;
  constexpr std::size_t kActor = 10;
  constexpr std::size_t kAction = 25;
  console.line(padded(utc(numberOf(entry, "atMs")), kTime) +
               padded(textOf(entry, "actor"), kActor) + padded(textOf(entry, "action"), kAction) +
               textOf(entry, "subject"));
  const std::string facts = textOf(entry, "facts");
  if (!facts.empty()) console.line(std::string(kTime, ' ') + facts);
}

}  // namespace florin::apps
