#include "wallet/push_token.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/limits.h"
#include "crypto/equal.h"
#include "wallet/session.h"

namespace florin::wallet {

bool isPushToken(std::string_view token) {
  return token.size() <= base::limits::kPushToken && token != "HMS:" &&
         std::ranges::all_of(token, [](char c) { return c > ' ' && c <= '~'; });
}

Result<bool> isTold(const vault::Vault& vault, std::string_view token) {
  FLORIN_TRY_ASSIGN(const auto stored, vault::readRecord<vault::PushTokenRecord>(vault));
  FLORIN_TRY_ASSIGN(const auto requests, vault::readRecord<vault::RequestsRecord>(vault));
  const bool underWay =
      requests && requests->inFlight && requests->type == messages::RequestType::kUpdateDevice;
  return stored && !underWay &&
         crypto::equalSecrets(stored->token, SecretBytes::copyOf(base::asBytes(token)));
}

Status putUpdate(vault::Transaction& transaction, const vault::Vault& vault,
                 std::string_view token) {
  vault::RequestsRecord request;
  request.type = messages::RequestType::kUpdateDevice;
  FLORIN_TRY(putRequest(transaction, vault, std::move(request)));
  putRecord(transaction, vault::PushTokenRecord{SecretBytes::copyOf(base::asBytes(token))});
  return {};
}

}  // namespace florin::wallet
