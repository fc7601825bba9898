#include "messages/card_status.h"

#include <algorithm>

#include "base/limits.h"
#include "codec/json_reader.h"

namespace florin::messages {
namespace {

constexpr std::size_t kSuspenders = 8;

bool isWord(std::string_view text) {
  const auto good = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  };
  return !text.empty() && text.size() <= base::limits::kDisplayName &&
         std::ranges::all_of(text, good);
}

}  // namespace

Result<CardStatus> decodeCardStatus(std::string_view json) {
  FLORIN_TRY_ASSIGN(const codec::JsonValue document, codec::parseJson(json));
  codec::JsonReader reader(document);
  CardStatus status;
  FLORIN_TRY_ASSIGN(status.digitalCardId, reader.id<base::DigitalCardId>("digitalCardId"));
  FLORIN_TRY_ASSIGN(status.state, reader.string("state", 1, base::limits::kDisplayName));
  FLORIN_TRY_ASSIGN(const auto suspenders, reader.array("suspendedBy", kSuspenders));
  for (const codec::JsonValue& who : suspenders) status.suspendedBy.emplace_back(who.text());
  FLORIN_TRY_ASSIGN(status.delivered, reader.boolean("delivered"));
  if (!isWord(status.state) || !std::ranges::all_of(status.suspendedBy, isWord)) {
    return Error(Code::kMalformed, "a word of a card's status has not its form");
  }
  return status;
}

}  // namespace florin::messages
