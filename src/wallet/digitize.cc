#include "wallet/digitize.h"

#include "base/bytes.h"
#include "codec/base64url.h"
#include "codec/small_forms.h"
#include "messages/digitize.h"
#include "proof/capture.h"
#include "wallet/digitization_session.h"
#include "wallet/requests.h"
#include "wallet/step_up.h"

namespace florin::wallet {
namespace {

using Told = ToldDigitization;
using ToldEligibility = Notifier<MGEligibilityListener>;

constexpr std::size_t kNonce = 16;  // random bytes
constexpr std::size_t kPushSessionId = 32;

void fail(Told& told, const MobileGatewayError& error, const std::string& digitalCardId = {}) {
  told.end([error, digitalCardId](MGDigitizationListener& listener) {
    listener.onError(digitalCardId, error);
  });
}

Error malformed() {
  return {Code::kInvalidArgument, "the card, the language or the correlation id has not its form"};
}

Result<messages::CardReference> captured(Core& core, ByteView captureKey, CardInput&& card) {
  std::string nonce = std::move(card.nonce);
  if (nonce.empty()) nonce = codec::toBase64Url(core.random.bytes(kNonce));
  const proof::CardData data{std::move(card.pan), std::move(card.expiry), std::move(card.cvv),
                             std::move(card.holderName), std::move(nonce)};
  FLORIN_TRY(proof::checkCardData(data));
  messages::CardReference reference;
  FLORIN_TRY_ASSIGN(reference.cardData, proof::sealCardData(captureKey, data));
  return reference;
}

Result<messages::CardReference> referTo(Core& core, ByteView captureKey, CardSource&& source) {
  if (auto* const typed = std::get_if<CardInput>(&source)) {
    return captured(core, captureKey, std::move(*typed));
  }
  messages::CardReference reference;
  if (auto* const encrypted = std::get_if<EncryptedCard>(&source)) {
    if (encrypted->cardData.empty() || encrypted->cardData.size() > base::limits::kCmsEnvelope) {
      return malformed();
    }
    reference.cardData = std::move(encrypted->cardData);
    return reference;
  }
  reference.pushSessionId = std::move(std::get<PushedCard>(source).pushSessionId);
  if (reference.pushSessionId.size() != kPushSessionId) return malformed();
  return reference;
}

Result<base::CorrelationId> correlationOf(Core& core, const std::string& text) {
  if (text.empty()) return base::CorrelationId::random(core.random);
  const auto id = base::CorrelationId::parse(text);
  return id.ok() ? Result<base::CorrelationId>(*id) : malformed();
}

// draftOf: kWrongState: WSE is missing. kInvalidArgument: the card, the language or the correlation
// id has not its form.
Result<Draft> draftOf(Core& core, EligibilityRequest&& request) {
  FLORIN_TRY_ASSIGN(const auto wallet,
                    core.withVault([](vault::Vault& vault) { return walletOf(vault); }));
  if (wallet.wse != vault::WseState::kCompleted) {
    return Error(Code::kWrongState, "wallet secure enrollment is missing");
  }
  if (!codec::isLanguage(request.language)) return malformed();
  Draft draft;
  FLORIN_TRY_ASSIGN(draft.correlationId, correlationOf(core, request.correlationId));
  FLORIN_TRY_ASSIGN(draft.card, referTo(core, wallet.captureKey, std::move(request.card)));
  draft.language = std::move(request.language);
  draft.deviceType = core.config.deviceType;
  return draft;
}

MobileGatewayError refusalOf(const Error& error) {
  switch (error.code()) {
    case Code::kWrongState:
      return localGatewayError(MGErrorCode::BLOCKED_SECURE_WALLET_ENROLLMENT_REQUIRED,
                               "wallet secure enrollment is missing");
    case Code::kInvalidArgument:
      return localGatewayError(MGErrorCode::INVALID_CARD_DATA,
                               "the card, the language or the correlation id has not its form");
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

void digitize(Core& core, const Told& told, const SecretBytes& request,
              const std::string& correlationId) {
  sendRequest(core,
              {"/gateway/v1/digitizations", kJson, base::toBytes(request.expose()), true,
               ProvisioningPhase::DIGITIZING, Repeat::kWhenItMayPass, correlationId},
              [&core, told](const Answer& answer) { onAnswer(core, told, answer); });
}

void digitize(Core& core, Told told, CardInput&& card, const std::string& language) {
  const auto draft = draftOf(core, {std::move(card), language});
  if (!draft.ok()) return fail(told, refusalOf(draft.error()));
  digitize(core, told, draft->digitizeRequest({}, {}), draft->correlationId.toString());
}

void digitize(Core& core, Told told, const std::shared_ptr<MGDigitizationSession>& session,
              const SecretBytes& token) {
  const auto* const ours = dynamic_cast<const Session*>(session.get());
  if (ours == nullptr || !ours->mayGoOn()) {
    return fail(told, localGatewayError(MGErrorCode::MISSING_REQUIRED_PARAMETER,
                                        ours == nullptr ? Literal("there is no session")
                                                        : Literal("the terms are not accepted")));
  }
  if (token.size() > base::limits::kDecisionToken) {
    return fail(told, localGatewayError(MGErrorCode::INCORRECT_AUTHENTICATION_TOKEN,
                                        "the authentication token is too long"));
  }
  digitize(core, told, ours->request(token), ours->getCorrelationId());
}

void askEligibility(Core& core, ToldEligibility told, EligibilityRequest&& request) {
  const auto refuse = [](ToldEligibility& to, const MobileGatewayError& error) {
    to.end([error](MGEligibilityListener& listener) { listener.onError(error); });
  };
  auto made = draftOf(core, std::move(request));
  if (!made.ok()) return refuse(told, refusalOf(made.error()));
  const SecretBytes body = made->eligibilityRequest();
  const std::string correlationId = made->correlationId.toString();
  const auto draft = std::make_shared<Draft>(std::move(*made));
  sendRequest(
      core,
      {"/gateway/v1/eligibility", kJson, base::toBytes(body.expose()), true,
       ProvisioningPhase::DIGITIZING, Repeat::kWhenItMayPass, correlationId},
      [told, draft, refuse](const Answer& answer) mutable {
        if (const auto* failure = std::get_if<Failure>(&answer)) {
          return refuse(told, gatewayError(*failure));
        }
        auto reply = messages::decodeEligibilityReply(base::asText(std::get<Bytes>(answer)));
        if (!reply.ok()) {
          return refuse(
              told, localGatewayError(MGErrorCode::SERVER_ERROR, "the answer has not its form"));
        }
        const auto session = std::make_shared<Session>(std::move(*draft), std::move(*reply));
        told.end([session](MGEligibilityListener& listener) { listener.onEligible(session); });
      });
}

}  // namespace

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

void DigitizationService::checkEligibility(EligibilityRequest request,
                                           std::shared_ptr<MGEligibilityListener> listener) {
  auto shared = std::make_shared<EligibilityRequest>(std::move(request));
  core_.post([&core = core_, shared, told = ToldEligibility(core_, std::move(listener))] {
    askEligibility(core, told, std::move(*shared));
  });
}

void DigitizationService::digitizeCard(std::shared_ptr<MGDigitizationSession> session,
                                       SecretBytes authenticationToken,
                                       std::shared_ptr<MGDigitizationListener> listener) {
  auto token = std::make_shared<SecretBytes>(std::move(authenticationToken));
  core_.post([&core = core_, session = std::move(session), token,
              told = Told(core_, std::move(listener))] { digitize(core, told, session, *token); });
}

bool DigitizationService::isCardActivationPending(const std::string& digitalCardId) const {
  return pendingOf(core_, digitalCardId).has_value();
}

std::shared_ptr<PendingCardActivation> DigitizationService::getPendingCardActivation(
    const std::string& digitalCardId) {
  return pendingActivation(core_, digitalCardId);
}

}  // namespace florin::wallet
