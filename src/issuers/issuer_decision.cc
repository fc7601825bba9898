#include "issuers/issuer_decision.h"

#include "base/bytes.h"
#include "codec/json_reader.h"
#include "messages/idv.h"

namespace florin::issuers {

using ports::IssuerDecision;

Result<ports::DecisionAnswer> decodeIssuerDecision(const SecretBytes& json) {
  FLORIN_TRY_ASSIGN(const codec::JsonValue document, codec::parseJson(base::asText(json.expose())));
  codec::JsonReader reader(document);
  FLORIN_TRY_ASSIGN(const std::string decision, reader.string("decision", 3, 6));
  ports::DecisionAnswer answer;
  if (decision == "green") {
    answer.decision = IssuerDecision::kGreen;
  } else if (decision == "red") {
    answer.decision = IssuerDecision::kRed;
  } else if (decision == "yellow") {
    answer.decision = IssuerDecision::kYellow;
    FLORIN_TRY_ASSIGN(const auto methods, messages::readMethods(reader, "methods"));
    for (const messages::IdvMethod& method : methods) {
      answer.methods.push_back({method.id, method.type, method.value, method.otp});
    }
  } else {
    return Error(Code::kMalformed, "unknown decision");
  }
  return answer;  // whatever else the issuer says of it is his own
}

Result<bool> decodeIssuerEligibility(const SecretBytes& json) {
  FLORIN_TRY_ASSIGN(const codec::JsonValue document, codec::parseJson(base::asText(json.expose())));
  codec::JsonReader reader(document);
  return reader.boolean("eligible");
}

}  // namespace florin::issuers
