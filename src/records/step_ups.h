// Rows of room gateway: the ID&V of a digital card in state kStepUp (wallet-api 3). See wallets.h
// for what holds of every row.
#pragma once

#include <optional>
#include <string>

#include "base/ids.h"
#include "base/time.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::records {

// One row while the issuer waits to know the cardholder; it goes when he is known.
struct StepUp {
  base::TenantId tenant;  // the wallet provider
  base::DigitalCardId digitalCardId;
  std::string methods;  // JSON, as the wallet gets them
  std::string method;   // id of the one that was chosen; empty: none
  Bytes otpTag;         // blind index of the card and the OTP, 32 bytes; empty: none was sent
  std::uint32_t triesLeft = 0;
  std::uint32_t sendsLeft = 0;  // how often an OTP may still be sent
  base::Time otpExpires;
  base::ChoiceId choiceId = {};  // that the method and the OTP are of; zero: none
};

class StepUpRepository {
 public:
  virtual ~StepUpRepository() = default;
  virtual Result<std::optional<StepUp>> find(const base::TenantId&, const base::DigitalCardId&) = 0;
  virtual Status put(const StepUp&) = 0;
  virtual Status erase(const base::TenantId&, const base::DigitalCardId&) = 0;
};

}  // namespace florin::records
