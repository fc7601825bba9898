#include "wallet/history.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "messages/history.h"
#include "wallet/requests.h"

namespace florin::wallet {
namespace {

using Sdk = ProvisioningServiceErrorCode;
using Told = Notifier<MGTransactionHistoryListener>;

void tellToken(Notifier<AccessTokenListener>& told, const std::string& id,
               std::shared_ptr<const SecretBytes> token) {
  told.end([id, token = std::move(token)](AccessTokenListener& listener) {
    listener.onSuccess(id, *token);
  });
}

void failToken(Notifier<AccessTokenListener>& told, const std::string& id,
               const ProvisioningServiceError& error) {
  told.end([id, error](AccessTokenListener& listener) { listener.onError(id, error); });
}

void fail(Told& told, const std::string& id, const MobileGatewayError& error) {
  told.end([id, error](MGTransactionHistoryListener& listener) { listener.onError(id, error); });
}

TransactionStatus statusOf(messages::PaymentOutcome outcome) {
  switch (outcome) {
    case messages::PaymentOutcome::kApproved: return TransactionStatus::AUTHORIZED;
    case messages::PaymentOutcome::kDeclined: return TransactionStatus::DECLINED;
    case messages::PaymentOutcome::kReversed: break;
  }
  return TransactionStatus::REVERSED;
}

void tellHistory(Told& told, const std::string& id, const messages::HistoryReply& reply) {
  std::vector<MGTransactionRecord> records;
  records.reserve(reply.transactions.size());
  for (const messages::HistoryEntry& entry : reply.transactions) {
    records.push_back({.transactionId = entry.id.toString(),
                       .date = entry.at,
                       .amountMinorUnits = entry.amount.minorUnits,
                       .currency = entry.amount.currency,
                       .status = statusOf(entry.outcome)});
  }
  told.end([id, records = std::move(records)](MGTransactionHistoryListener& listener) {
    listener.onSuccess(records, id);
  });
}

void askHistory(Core& core, Told told, const std::string& id,
                const messages::HistoryRequest& request) {
  if (!base::DigitalCardId::parse(id).ok()) {
    return fail(told, id,
                localGatewayError(MGErrorCode::UNKNOWN_DIGITAL_CARD_ID, "not a digital card id"));
  }
  if (request.accessToken.empty() || request.accessToken.size() > base::limits::kAccessToken) {
    return fail(
        told, id,
        localGatewayError(MGErrorCode::INCORRECT_AUTHENTICATION_TOKEN, "not an access token"));
  }
  if (!isRegistered(core)) {
    return fail(told, id,
                localGatewayError(MGErrorCode::BLOCKED_SECURE_WALLET_ENROLLMENT_REQUIRED,
                                  "wallet secure enrollment is missing"));
  }
  const SecretBytes body = messages::encodeHistoryRequest(request);
  sendRequest(
      core, {"/gateway/v1/cards/" + id + "/history", kJson, base::toBytes(body.expose()), true},
      [told, id](const Answer& answer) mutable {
        if (const auto* failure = std::get_if<Failure>(&answer)) {
          return fail(told, id, gatewayError(*failure));
        }
        const auto reply = messages::decodeHistoryReply(base::asText(std::get<Bytes>(answer)));
        if (reply.ok()) return tellHistory(told, id, *reply);
        fail(told, id, localGatewayError(MGErrorCode::SERVER_ERROR, "the answer has not its form"));
      });
}

}  // namespace

void AccessTokens::get(const std::string& digitalCardId, AccessTokenMode mode,
                       std::shared_ptr<AccessTokenListener> listener) {
  core_.post([self = shared_from_this(), told = Told(core_, std::move(listener)), mode,
              id = digitalCardId]() mutable {
    if (!base::DigitalCardId::parse(id).ok()) {
      return failToken(told, id, localError(Sdk::INVALID_DIGITALCARDID, "not a digital card id"));
    }
    if (!isRegistered(self->core_)) {
      return failToken(told, id,
                       localError(Sdk::ENROLLMENT_BLOCKED_SECURE_WALLET_ENROLLMENT_REQUIRED,
                                  "wallet secure enrollment is missing"));
    }
    const auto kept = self->kept_.find(id);
    if (mode == AccessTokenMode::NO_REFRESH && kept != self->kept_.end() &&
        self->core_.backendTime() < kept->second.expires) {
      return tellToken(told, id, kept->second.token);
    }
    sendRequest(self->core_, {"/cps/v1/cards/" + id + "/access-token", kJson, {}, true},
                [self, told, id](const Answer& answer) mutable {
                  if (const auto* failure = std::get_if<Failure>(&answer)) {
                    return failToken(told, id, provisioningError(*failure));
                  }
                  self->answer(told, id, std::get<Bytes>(answer));
                });
  });
}

void AccessTokens::answer(Told& told, const std::string& id, const Bytes& body) {
  auto reply = messages::decodeAccessTokenReply(SecretBytes::copyOf(body));
  if (!reply.ok()) return failToken(told, id, serverResponseError(reply.error()));
  std::erase_if(kept_,
                [now = core_.backendTime()](const auto& one) { return one.second.expires <= now; });
  const auto token = std::make_shared<const SecretBytes>(std::move(reply->accessToken));
  kept_[id] = {token, reply->expires};
  tellToken(told, id, token);
}

void HistoryService::refreshHistory(
    SecretBytes accessToken, const std::string& digitalCardId,
    std::optional<std::chrono::sys_time<std::chrono::milliseconds>> since,
    std::shared_ptr<MGTransactionHistoryListener> listener) {
  auto request = std::make_shared<messages::HistoryRequest>();
  request->accessToken = std::move(accessToken);
  request->since = since;
  core_.post([&core = core_, told = Told(core_, std::move(listener)), id = digitalCardId, request] {
    askHistory(core, told, id, *request);
  });
}

}  // namespace florin::wallet
