// Issuers decides about cards that are to be digitized, and carries what a cardholder needs to
// prove who he is. Called from several threads at once; a call may take as long as its issuer's
// deadline.
#pragma once

#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::ports {

// IdvMethod is a way for the cardholder to prove who he is (wallet-api 3). `value` is shown: it is
// masked, "+49 *** 12".
struct IdvMethod {
  std::string id;    // 1 to 32 characters of 0-9A-Za-z_-
  std::string type;  // for example "SMS", "EMAIL", "APP", "CALL_CENTER"
  std::string value;
  bool otp = false;  // by a one-time password, which the issuer sends; else the issuer activates
};

// The card in question, as the cardholder gave it.
struct DecisionQuestion {
  base::TenantId issuer;
  base::CorrelationId correlationId;
  Bytes requestHash;  // 32 bytes: another one is another question
  base::DigitalCardId digitalCardId;
  base::WalletId walletId;
  std::string product;
  std::string language;  // ISO 639-1
  SecretBytes pan;       // digits
  std::string panExpiry;
  SecretBytes cvv;  // may be empty
  std::string holderName;
};

enum class IssuerDecision : std::uint8_t { kGreen = 1, kYellow = 2, kRed = 3 };

struct DecisionAnswer {
  IssuerDecision decision = IssuerDecision::kGreen;
  std::vector<IdvMethod> methods = {};  // of kYellow, at least one
};

struct OtpOrder {
  base::TenantId issuer;
  base::DigitalCardId digitalCardId;
  std::string method;        // its id
  std::uint32_t number = 0;  // of the card's OTPs, counted from 1
  SecretBytes otp;           // digits
  base::Time expires;
};

class Issuers {
 public:
  virtual ~Issuers() = default;

  // isEligible tells whether the issuer wants the card in a wallet at all; true when he does not
  // want to be asked. It fails when he was and did not answer, and nothing stands in for it.
  virtual Result<bool> isEligible(const DecisionQuestion& question) = 0;

  // decide fails when the issuer did not answer as it should, and nothing stands in for it.
  virtual Result<DecisionAnswer> decide(const DecisionQuestion& question) = 0;

  // sendOtp returns when the issuer has taken the order. It fails when it has not, or has no way:
  // kUnavailable without a detail when it was asked and did not answer, so that it may have sent it
  // all the same; anything else when it certainly has not.
  virtual Status sendOtp(const OtpOrder& order) = 0;
};

}  // namespace florin::ports
