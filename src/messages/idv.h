// JSON of ID&V between SDK and gateway (wallet-api 3): how a cardholder whose issuer wants to know
// him proves who he is. Field names on the wire are the members' names.
#pragma once

#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "codec/json_reader.h"
#include "codec/json_writer.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::messages {

// IdvMethod is a way to do it. `value` is shown, and masked: "+49 *** 12".
struct IdvMethod {
  std::string id;  // 1 to 32 characters of 0-9A-Za-z_-
  std::string type;
  std::string value;
  bool otp = false;  // by a one-time password; else the issuer activates the card himself
};

// writeMethods and readMethods: 1 to limits::kIdvMethods, each id once.
codec::JsonArray writeMethods(const std::vector<IdvMethod>& methods);
Result<std::vector<IdvMethod>> readMethods(codec::JsonReader& reader, Literal name);

// POST /gateway/v1/cards/{id}/idv chooses a method; again: another, or another OTP. The same choice
// is the same request: who asks again for a lost answer costs the cardholder no OTP.
struct ChooseMethod {
  std::string method;
  base::ChoiceId choiceId;
};
std::string encodeChooseMethod(const ChooseMethod& choice);
Result<ChooseMethod> decodeChooseMethod(std::string_view json);

// POST /gateway/v1/cards/{id}/activate hands the OTP in.
struct ActivateCard {
  SecretBytes otp;  // digits
};
SecretBytes encodeActivateCard(const ActivateCard& activate);
Result<ActivateCard> decodeActivateCard(const SecretBytes& json);

enum class IdvPhase : std::uint8_t {
  kMethodNotSelected = 1,
  kOtpNeeded = 2,
  kIssuerNeeded = 3,  // the issuer activates: in his application, or by telephone
  kActivated = 4,
};

// The answer to both, and to GET /gateway/v1/cards/{id}/idv.
struct IdvState {
  IdvPhase phase = IdvPhase::kMethodNotSelected;
  std::vector<IdvMethod> methods;  // none once it is activated
  std::string method;              // the chosen one; empty: none
  base::Time otpExpires = {};      // of kOtpNeeded
  std::uint32_t triesLeft = 0;     // of kOtpNeeded
};
std::string encodeIdvState(const IdvState& state);
Result<IdvState> decodeIdvState(std::string_view json);

}  // namespace florin::messages
