// JSON messages of a card's transaction history (wallet-api 1), between SDK and gateway.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/money.h"
#include "base/time.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::messages {

// The answer to POST /cps/v1/cards/{id}/access-token, whose body is empty.
struct AccessTokenReply {
  SecretBytes accessToken;  // proof/access_token.h
  base::Time expires;
};
SecretBytes encodeAccessTokenReply(const AccessTokenReply& reply);
Result<AccessTokenReply> decodeAccessTokenReply(const SecretBytes& json);

// POST /gateway/v1/cards/{id}/history. Without `since`: as far back as the program allows.
struct HistoryRequest {
  SecretBytes accessToken;
  std::optional<base::Time> since = {};
};
SecretBytes encodeHistoryRequest(const HistoryRequest& request);
Result<HistoryRequest> decodeHistoryRequest(const SecretBytes& json);

enum class PaymentOutcome : std::uint8_t { kApproved = 1, kDeclined = 2, kReversed = 3 };

struct HistoryEntry {
  base::AuthorizationId id;
  base::Time at;
  base::Money amount;
  PaymentOutcome outcome = PaymentOutcome::kApproved;
};

// The newest first, at most limits::kHistoryRecords.
struct HistoryReply {
  std::vector<HistoryEntry> transactions;
};
std::string encodeHistoryReply(const HistoryReply& reply);
Result<HistoryReply> decodeHistoryReply(std::string_view json);

// outcomeName gives "approved", "declined" or "reversed".
std::string_view outcomeName(PaymentOutcome outcome);

}  // namespace florin::messages
