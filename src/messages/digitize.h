// JSON of a digitization between SDK and gateway (wallet-api 3): may this card come, under which
// terms, and then the request for it. Field names on the wire are the members' names, with Ms
// behind times; ids are hex, byte strings base64url.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "florin/bytes.h"
#include "florin/result.h"
#include "messages/idv.h"

namespace florin::messages {

// CardReference is the card in question: as it was captured, or by the name under which its issuer
// has pushed it. Exactly one is there.
struct CardReference {
  Bytes cardData = {};             // CMS EnvelopedData of proof/capture.h
  SecretBytes pushSessionId = {};  // 32 characters
};

// POST /gateway/v1/eligibility. It changes nothing.
struct EligibilityRequest {
  base::CorrelationId correlationId;  // of the digitization to come
  CardReference card;
  std::string language;    // ISO 639-1: of the terms
  std::string deviceType;  // 1 to limits::kDeviceType of A-Z and _; empty: not told
};
SecretBytes encodeEligibilityRequest(const EligibilityRequest& request);
Result<EligibilityRequest> decodeEligibilityRequest(const SecretBytes& json);

// What the cardholder is to accept. `id` is a hash of it: an acceptance names what was shown.
struct Terms {
  Bytes id;  // 32 bytes
  std::string language;
  std::string contentType;  // "text/plain" or "text/html"
  std::string text;         // 1 to limits::kTermsText bytes of UTF-8
};

struct EligibilityReply {
  std::string product;
  std::string issuerName;
  std::string panLastFour;
  std::optional<Terms> terms;  // none: there is nothing to accept
};
std::string encodeEligibilityReply(const EligibilityReply& reply);
Result<EligibilityReply> decodeEligibilityReply(std::string_view json);

enum class Decision : std::uint8_t { kGreen = 1, kYellow = 2, kRed = 3 };

// POST /gateway/v1/digitizations. `correlationId` makes it idempotent: the same one is the same
// digitization.
struct DigitizeRequest {
  base::CorrelationId correlationId;
  CardReference card;
  std::string language;
  std::string deviceType;           // as of the eligibility
  Bytes termsId;                    // that the cardholder has accepted; empty: none
  SecretBytes authenticationToken;  // proof/decision_token.h; empty: none
};
SecretBytes encodeDigitizeRequest(const DigitizeRequest& request);
Result<DigitizeRequest> decodeDigitizeRequest(const SecretBytes& json);

struct DigitizeReply {
  base::DigitalCardId digitalCardId;
  Decision decision = Decision::kGreen;
  SecretBytes activationCode;  // empty when the decision is red
  base::Time codeExpires;
  std::vector<IdvMethod> methods = {};  // when it is yellow
  std::string product;
  std::string panLastFour;
};
SecretBytes encodeDigitizeReply(const DigitizeReply& reply);
Result<DigitizeReply> decodeDigitizeReply(const SecretBytes& json);

}  // namespace florin::messages
