#include "messages/history.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/json_reader.h"
#include "codec/json_writer.h"
#include "messages/json_time.h"

namespace florin::messages {
namespace {

namespace limits = base::limits;
using codec::JsonObject;
using codec::JsonReader;
using codec::JsonValue;

constexpr std::int64_t kLastCurrency = 999;
constexpr std::int64_t kLargestAmount = 999'999'999'999;  // n12 of EMV

Result<PaymentOutcome> readOutcome(JsonReader& reader) {
  FLORIN_TRY_ASSIGN(const std::string text, reader.string("outcome", 8, 8));
  for (const auto outcome :
       {PaymentOutcome::kApproved, PaymentOutcome::kDeclined, PaymentOutcome::kReversed}) {
    if (text == outcomeName(outcome)) return outcome;
  }
  return Error(Code::kMalformed, "unknown outcome of a payment");
}

Result<HistoryEntry> readEntry(const JsonValue& value) {
  JsonReader reader(value);
  HistoryEntry entry;
  FLORIN_TRY_ASSIGN(entry.id, reader.id<base::AuthorizationId>("id"));
  FLORIN_TRY_ASSIGN(entry.at, readTime(reader, "atMs"));
  FLORIN_TRY_ASSIGN(entry.amount.minorUnits, reader.integer("amountMinorUnits", 0, kLargestAmount));
  FLORIN_TRY_ASSIGN(const auto currency, reader.integer("currency", 0, kLastCurrency));
  FLORIN_TRY_ASSIGN(entry.outcome, readOutcome(reader));
  FLORIN_TRY(reader.finish());
  entry.amount.currency = static_cast<std::uint16_t>(currency);
  return entry;
}

}  // namespace

std::string_view outcomeName(PaymentOutcome outcome) {
  switch (outcome) {
    case PaymentOutcome::kApproved: return "approved";
    case PaymentOutcome::kDeclined: return "declined";
    case PaymentOutcome::kReversed: break;
  }
  return "reversed";
}

SecretBytes encodeAccessTokenReply(const AccessTokenReply& reply) {
  return JsonObject()
      .addSecret("accessToken", reply.accessToken)
      .add("expiresMs", base::toMs(reply.expires))
      .secretText();
}

Result<AccessTokenReply> decodeAccessTokenReply(const SecretBytes& json) {
  FLORIN_TRY_ASSIGN(const JsonValue document, codec::parseJson(base::asText(json.expose())));
  JsonReader reader(document);
  AccessTokenReply reply;
  FLORIN_TRY_ASSIGN(reply.accessToken, reader.secret("accessToken", 1, limits::kAccessToken));
  FLORIN_TRY_ASSIGN(reply.expires, readTime(reader, "expiresMs"));
  FLORIN_TRY(reader.finish());
  return reply;
}

SecretBytes encodeHistoryRequest(const HistoryRequest& request) {
  JsonObject out;
  out.addSecret("accessToken", request.accessToken);
  if (request.since) out.add("sinceMs", base::toMs(*request.since));
  return out.secretText();
}

Result<HistoryRequest> decodeHistoryRequest(const SecretBytes& json) {
  FLORIN_TRY_ASSIGN(const JsonValue document, codec::parseJson(base::asText(json.expose())));
  JsonReader reader(document);
  HistoryRequest request;
  FLORIN_TRY_ASSIGN(request.accessToken, reader.secret("accessToken", 1, limits::kAccessToken));
  FLORIN_TRY_ASSIGN(const auto since, reader.optionalInteger("sinceMs", 0, kLastTimeMs));
  FLORIN_TRY(reader.finish());
  if (since) request.since = base::fromMs(*since);
  return request;
}

std::string encodeHistoryReply(const HistoryReply& reply) {
  codec::JsonArray list;
  for (const HistoryEntry& entry : reply.transactions) {
    list.add(JsonObject()
                 .add("id", entry.id)
                 .add("atMs", base::toMs(entry.at))
                 .add("amountMinorUnits", entry.amount.minorUnits)
                 .add("currency", std::int64_t{entry.amount.currency})
                 .add("outcome", outcomeName(entry.outcome)));
  }
  return JsonObject().add("transactions", list).text();
}

Result<HistoryReply> decodeHistoryReply(std::string_view json) {
  FLORIN_TRY_ASSIGN(const JsonValue document, codec::parseJson(json));
  JsonReader reader(document);
  HistoryReply reply;
  FLORIN_TRY_ASSIGN(const auto values, reader.array("transactions", limits::kHistoryRecords));
  for (const JsonValue& value : values) {
    FLORIN_TRY_ASSIGN(HistoryEntry entry, readEntry(value));
    reply.transactions.push_back(entry);
  }
  FLORIN_TRY(reader.finish());
  return reply;
}

}  // namespace florin::messages
