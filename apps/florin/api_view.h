// Answers of the backend's APIs as a person reads them, in at most 100 columns.
#pragma once

#include <string>
#include <vector>

#include "codec/json.h"
#include "console.h"

namespace florin::apps {

using TableRows = std::vector<std::vector<std::string>>;

// textOf gives a member that is text, numberOf one that is a number, membersOf one that is an
// array; what is not there is empty, 0 or nothing.
std::string textOf(const codec::JsonValue& object, std::string_view name);
std::int64_t numberOf(const codec::JsonValue& object, std::string_view name);
bool isTrue(const codec::JsonValue& object, std::string_view name);
const codec::JsonValue::Array& membersOf(const codec::JsonValue& object, std::string_view name);

// shortId gives the first eight characters of an id, enough to tell those of one table apart.
std::string shortId(const std::string& id);

// utc gives "2026-03-01 08:15:00Z"; since and until how long that is from now: "5 min ago", "in 8
// s". 0 is "never".
std::string utc(std::int64_t ms);
std::string since(std::int64_t ms);
std::string until(std::int64_t ms);

// joined gives the texts of an array: "wallet, operator"; `none` when it is empty.
std::string joined(const codec::JsonValue::Array& texts, std::string_view none);

void showCard(Console& console, const codec::JsonValue& card);
void showCards(Console& console, const codec::JsonValue::Array& cards);
void showDevice(Console& console, const codec::JsonValue& device);
void showOperations(Console& console, const codec::JsonValue::Array& operations);
void showPushes(Console& console, const codec::JsonValue::Array& pushes);
void showNoticeTotals(Console& console, const codec::JsonValue::Array& issuers);
void showNotices(Console& console, const codec::JsonValue::Array& notices);

// showAudit prints one entry; entries of several calls stand in the same columns.
void showAudit(Console& console, const codec::JsonValue& entry);

}  // namespace florin::apps
