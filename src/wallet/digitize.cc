#include "wallet/digitize.h"

#include <algorithm>

#include "base/bytes.h"
#include "codec/base64url.h"
#include "messages/digitize.h"
#include "proof/capture.h"
#include "wallet/requests.h"
#include "wallet/step_up.h"

namespace florin::wallet {
namespace {

using Told = ToldDigitization;

void fail(Told& told, const MobileGatewayError& error, const std::string& digitalCardId = {}) {
  told.end([error, digitalCardId](MGDigitizationListener& listener) {
    listener.onError(digitalCardId, error);
  });
}

// body makes the request. kWrongState: WSE is missing. kInvalidArgument: the card or the language
// has not its form.
Result<Bytes> body(Core& core, CardInput&& card, const std::string& language) {
  FLORIN_TRY_ASSIGN(const auto wallet,
                    core.withVault([](vault::Vault& vault) { return walletOf(vault); }));
  if (wallet.wse != vault::WseState::kCompleted) {
    return Error(Code::kWrongState, "wallet secure enrollment is missing");
  }
  if (!isLanguage(language)) return Error(Code::kInvalidArgument, "not a language of ISO 639-1");
  proof::CardData data{std::move(card.pan), std::move(card.expiry), std::move(card.cvv),
                       std::move(card.holderName), codec::toBase64Url(core.random.bytes(16))};
  FLORIN_TRY(proof::checkCardData(data));
  messages::DigitizeRequest request;
  request.correlationId = base::CorrelationId::random(core.random);
  request.language = language;
  FLORIN_TRY_ASSIGN(request.cardData, proof::sealCardData(wallet.captureKey, data));
  return base::toBytes(base::asBytes(messages::encodeDigitizeRequest(request)));
}

MobileGatewayError refusalOf(const Error& error) {
  switch (error.code()) {
    case Code::kWrongState:
      return localGatewayError(MGErrorCode::BLOCKED_SECURE_WALLET_ENROLLMENT_REQUIRED,
                               "wallet secure enrollment is missing");
    case Code::kInvalidArgument:
      return localGatewayError(MGErrorCode::INVALID_CARD_DATA,
                               "the card or the language has not its form");
    default: return localGatewayError(MGErrorCode::INTERNAL_ERROR, "the request cannot be made");
  }
}

void onAnswer(Core& core, Told told, const Answer& answer) {
  if (const auto* failure = std::get_if<Failure>(&answer)) {
    return fail(told, gatewayError(*failure));
  }
  auto reply = messages::decodeDigitizeReply(SecretBytes::copyOf(std::get<Bytes>(answer)));
  if (!reply.ok()) {
    return fail(told, localGatewayError(MGErrorCode::SERVER_ERROR, "the answer has not its form"));
  }
  const std::string cardId = reply->digitalCardId.toString();
  if (reply->decision == messages::Decision::kRed) {
    return fail(told,
                localGatewayError(MGErrorCode::PROVISIONING_NOT_ALLOWED, "the issuer declined"),
                cardId);
  }
  const bool yellow = reply->decision == messages::Decision::kYellow;
  messages::IdvState state;
  state.methods = reply->methods;
  if (yellow && !keepPending(core, cardId, state).ok()) {
    return fail(told, localGatewayError(MGErrorCode::INTERNAL_ERROR, "the vault cannot be written"),
                cardId);
  }
  auto code = std::make_shared<SecretBytes>(std::move(reply->activationCode));
  told.tell([cardId, code](MGDigitizationListener& listener) {
    listener.onCPSActivationCodeAcquired(cardId, *code);
  });
  if (yellow) return offerMethods(core, told, cardId, reply->methods);
  told.end([cardId](MGDigitizationListener& listener) { listener.onComplete(cardId); });
}

void digitize(Core& core, Told told, CardInput&& card, const std::string& language) {
  auto request = body(core, std::move(card), language);
  if (!request.ok()) return fail(told, refusalOf(request.error()));
  sendRequest(core,
              {"/gateway/v1/digitizations", kJson, std::move(*request), true,
               ProvisioningPhase::DIGITIZING},
              [&core, told](const Answer& answer) { onAnswer(core, told, answer); });
}

}  // namespace

bool isLanguage(std::string_view language) {
  return language.size() == 2 &&
         std::ranges::all_of(language, [](char c) { return c >= 'a' && c <= 'z'; });
}

std::string DigitizationService::getWalletId() const {
  const auto wallet = core_.withVault([](vault::Vault& vault) { return walletOf(vault); });
  return wallet.ok() ? wallet->walletId.toString() : std::string();
}

void DigitizationService::digitizeCard(CardInput card, const std::string& language,
                                       std::shared_ptr<MGDigitizationListener> listener) {
  auto shared = std::make_shared<CardInput>(std::move(card));
  core_.post([&core = core_, shared, language, told = Told(core_, std::move(listener))] {
    digitize(core, told, std::move(*shared), language);
  });
}

bool DigitizationService::isCardActivationPending(const std::string& digitalCardId) const {
  return pendingOf(core_, digitalCardId).has_value();
}

std::shared_ptr<PendingCardActivation> DigitizationService::getPendingCardActivation(
    const std::string& digitalCardId) {
  return pendingActivation(core_, digitalCardId);
}

}  // namespace florin::wallet
