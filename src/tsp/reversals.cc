#include "tsp/reversals.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/json_reader.h"
#include "codec/json_writer.h"
#include "tsp/payment_notice.h"
#include "tsp/payment_push.h"

namespace florin::tsp {
namespace {

Result<std::string> readKey(ByteView body) {
  FLORIN_TRY_ASSIGN(const codec::JsonValue document, codec::parseJson(base::asText(body)));
  codec::JsonReader reader(document);
  FLORIN_TRY_ASSIGN(std::string key,
                    reader.string("authorization", 1, base::limits::kIdempotencyKey));
  FLORIN_TRY(reader.finish());
  return key;
}

// What an authorization that comes after its reversal is answered.
records::Authorization reversedBefore(Tsp& tsp, const base::TenantId& acquirer,
                                      const std::string& key) {
  records::Authorization row;
  row.authorizationId = base::AuthorizationId::random(tsp.random);
  row.acquirer = acquirer;
  row.idempotencyKey = key;
  row.reason = "reversed";
  row.created = tsp.clock.now();
  row.reversed = row.created;
  row.response = base::toBytes(base::asBytes(codec::JsonObject()
                                                 .add("authorizationId", row.authorizationId)
                                                 .add("outcome", "declined")
                                                 .add("reason", row.reason)
                                                 .add("responseCode", "05")
                                                 .text()));
  return row;
}

}  // namespace

Result<std::string> Reversals::reverse(const ReversalCall& call) {
  FLORIN_TRY_ASSIGN(const std::string key, readKey(call.body));
  const records::Authorization early = reversedBefore(tsp_, call.acquirer, key);
  FLORIN_TRY_ASSIGN(
      const records::Authorization row,
      tsp_.store.write([&](ports::Unit& unit) -> Result<records::Authorization> {
        FLORIN_TRY_ASSIGN(auto found, unit.authorizations().findByKey(call.acquirer, key));
        if (!found) {
          FLORIN_TRY(unit.authorizations().insert(early));
          return early;
        }
        if (found->reversed != base::Time()) return std::move(*found);
        found->reversed = tsp_.clock.now();
        FLORIN_TRY(unit.authorizations().setReversed(call.acquirer, key, found->reversed));
        if (!found->approved) return std::move(*found);
        FLORIN_TRY_ASSIGN(const auto token, unit.tokens().find(found->tenant, found->tokenId));
        if (!token) return std::move(*found);
        FLORIN_TRY(pushPayment(tsp_, unit, *token));
        FLORIN_TRY(noticePayment(tsp_, unit, *token, *found));
        return std::move(*found);
      }));
  tsp_.log.info("authorization.reversed",
                {{"authorizationId", row.authorizationId}, {"booked", row.approved}});
  return codec::JsonObject()
      .add("authorization", key)
      .add("authorizationId", row.authorizationId)
      .add("reversed", true)
      .add("booked", row.approved)
      .text();
}

}  // namespace florin::tsp
