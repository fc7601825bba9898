#include "wallet/twin_backend.h"

#include <algorithm>

#include "base/bytes.h"
#include "crypto/hash.h"
#include "crypto/key_transport.h"
#include "crypto/rsa.h"
#include "emv/program.h"
#include "proof/http_signature.h"
#include "protocol/code.h"
#include "protocol/exchange.h"
#include "protocol/key_check.h"

namespace florin::wallet {
namespace {

constexpr std::string_view kBackendId = "backend.test";
using messages::CpsStatus;

// One capture key for all tests: making it takes long.
const crypto::RsaKey& captureKey() {
  static const crypto::RsaKey key = crypto::RsaKey::generate(2048);
  return key;
}

class KeyInMemory : public protocol::StaticKey {
 public:
  explicit KeyInMemory(const crypto::P256Key& key) : key_(key) {}
  [[nodiscard]] Bytes publicPoint() const override { return key_.publicPoint(); }
  [[nodiscard]] Result<SecretBytes> agree(ByteView peer) const override { return key_.agree(peer); }

 private:
  const crypto::P256Key& key_;
};

std::string_view header(const TransportRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.headers) {
    if (key == name) return value;
  }
  return {};
}

TransportResponse answer(ByteView body) { return {200, {}, base::toBytes(body)}; }

}  // namespace

TwinBackend::TwinBackend(base::Clock& clock, base::Random& random)
    : clock_(clock),
      random_(random),
      identity_(crypto::P256Key::generate(random)),
      channel_(crypto::P256Key::generate(random)),
      transport_(crypto::P256Key::generate(random)),
      channelId_(base::KeyId::random(random)),
      transportId_(base::KeyId::random(random)),
      deviceId_(base::DeviceId::random(random)) {}

TransportResponse TwinBackend::refuseWith(std::int64_t code, int httpStatus, std::int64_t tries) {
  messages::ErrorBody body;
  body.code = code;
  body.triesLeft = tries;
  body.serverTime = now();
  body.correlationId = base::CorrelationId::random(random_);
  return {httpStatus, {}, base::toBytes(base::asBytes(messages::encodeErrorBody(body)))};
}

TransportResponse TwinBackend::refuse(CpsStatus status, std::int64_t tries) {
  return refuseWith(static_cast<std::int64_t>(status), messages::factsOf(status).httpStatus, tries);
}

std::optional<TransportResponse> TwinBackend::checkSignature(const TransportRequest& request,
                                                             ByteView key) {
  const proof::SignatureHeaders headers{std::string(header(request, "content-digest")),
                                        std::string(header(request, "signature-input")),
                                        std::string(header(request, "signature"))};
  const auto facts = proof::readSignature({request.method, request.path, request.body}, headers);
  if (!facts.ok()) return refuse(CpsStatus::kMalformedRequest);
  const Status verified = proof::verifySignature(*facts, key, now());
  if (verified.ok()) return std::nullopt;
  return refuse(verified.error().code() == florin::Code::kExpired ? CpsStatus::kClockSkew
                                                                  : CpsStatus::kWalletUnknown);
}

TransportResponse TwinBackend::handle(const TransportRequest& request) {
  if (request.path == "/cps/v1/wallets") return wse(request);
  if (request.path == "/cps/v1/exchange") return exchange(request);
  if (auto refused = checkSignature(request, walletKey)) {
    const bool unknown = refused->status == messages::factsOf(CpsStatus::kWalletUnknown).httpStatus;
    if (!unknown || !request.path.starts_with("/gateway/")) return *refused;
    return refuseWith(static_cast<std::int64_t>(MGErrorCode::UNKNOWN_WALLET_ID), 401);
  }
  correlationHeader = header(request, "x-correlation-id");
  if (request.path == "/gateway/v1/eligibility") return checkEligibility(request);
  if (request.path == "/gateway/v1/digitizations") return digitize(request);
  if (request.path == "/cps/v1/enrollments") return e1(request);
  return e3(request);
}

TransportResponse TwinBackend::wse(const TransportRequest& request) {
  const auto body = messages::decodeWseRequest(base::asText(request.body));
  if (!body.ok()) return refuse(CpsStatus::kMalformedRequest);
  if (auto refused = checkSignature(request, body->walletPublicKey)) return *refused;
  walletId = body->walletId;
  walletKey = body->walletPublicKey;
  messages::WseReply reply;
  reply.backendId = kBackendId;
  reply.identityKeyId = base::KeyId::random(random_);
  reply.identityKey = identity_.publicPoint();
  reply.captureKey = captureKey().publicDer();
  reply.captureKeySignature = identity_.sign(messages::captureKeyText(reply.captureKey));
  reply.serverTime = now();
  reply.keyCheckValue = protocol::keyCheckValue(*body, reply);
  return answer(base::asBytes(messages::encodeWseReply(reply)));
}

TransportResponse TwinBackend::checkEligibility(const TransportRequest& request) {
  if (!messages::decodeEligibilityRequest(SecretBytes::copyOf(request.body)).ok()) {
    return refuse(CpsStatus::kMalformedRequest);
  }
  return answer(
      base::asBytes(messages::encodeEligibilityReply({"Test card", "Test Bank", "1111", terms})));
}

TransportResponse TwinBackend::digitize(const TransportRequest& request) {
  if (!messages::decodeDigitizeRequest(SecretBytes::copyOf(request.body)).ok()) {
    return refuse(CpsStatus::kMalformedRequest);
  }
  digitizations.emplace_back(base::asText(request.body));
  messages::DigitizeReply reply;
  reply.digitalCardId = base::DigitalCardId::random(random_);
  reply.decision = decision;
  if (decision != messages::Decision::kRed) reply.activationCode = issueCode();
  reply.codeExpires = now() + std::chrono::hours(24);
  reply.product = "Test card";
  reply.panLastFour = "1111";
  return answer(messages::encodeDigitizeReply(reply).expose());
}

SecretBytes TwinBackend::issueCode() {
  SecretBytes code = protocol::newCode(messages::Suite::kS1, random_);
  codes[protocol::parseCode(code)->codeRef] = {base::TokenId::random(random_), code.clone()};
  return code;
}

void TwinBackend::addTypedCode(std::string_view code) {
  codes[{}] = {base::TokenId::random(random_), SecretBytes::copyOf(base::asBytes(code))};
}

TransportResponse TwinBackend::e1(const TransportRequest& request) {
  const auto message = messages::decodeE1(request.body);
  if (!message.ok()) return refuse(CpsStatus::kMalformedRequest);
  if (const auto known = enrollments_.find(message->shareP); known != enrollments_.end()) {
    return answer(known->second.e2);
  }
  if (triesLeft == 0) return refuse(CpsStatus::kCodeTriesExceeded);
  --triesLeft;
  ++triesSpent;
  const auto code = codes.find(message->codeRef);
  if (code == codes.end()) return refuse(CpsStatus::kCodeWrong, triesLeft);
  const auto secrets = protocol::deriveSecrets(code->second.text, walletId, kBackendId);
  const auto record = protocol::makeRegistration(*secrets);
  auto answered =
      protocol::answerE1(*message, request.body, *record,
                         {kBackendId, base::EnrollmentId::random(random_), triesLeft}, random_);
  if (!answered.ok()) return refuse(CpsStatus::kMalformedRequest);
  Enrollment& kept = enrollments_[message->shareP];
  kept.e2 = answered->e2;
  kept.attempt = std::move(answered->attempt);
  kept.card = code->second.card;
  kept.codeRef = message->codeRef;
  return answer(kept.e2);
}

messages::SignedBackendKey TwinBackend::signedKey(messages::BackendKeyUse use,
                                                  const base::KeyId& id,
                                                  const crypto::P256Key& key) {
  return {id, key.publicPoint(),
          identity_.sign(messages::signedKeyText(use, id, key.publicPoint()))};
}

TransportResponse TwinBackend::e3(const TransportRequest& request) {
  const auto message = messages::decodeE3(request.body);
  if (!message.ok()) return refuse(CpsStatus::kMalformedRequest);
  const auto found = std::ranges::find_if(enrollments_, [&](const auto& entry) {
    return entry.second.attempt->enrollmentId == message->enrollmentId;
  });
  if (found == enrollments_.end()) return refuse(CpsStatus::kWalletUnknown);
  Enrollment& kept = found->second;
  if (!kept.e4.empty()) {
    return kept.e3 == request.body ? answer(kept.e4) : refuse(CpsStatus::kInvalidConversation);
  }
  const auto facts = protocol::onE3(*kept.attempt, *message);
  if (!facts.ok()) return refuse(CpsStatus::kEnrollmentFailed);
  boundKeys.insert(facts->devicePublicKey);
  devicePoint_ = facts->devicePublicKey;
  deviceTransportPoint_ = facts->transportPublicKey;
  pushToken = base::asText(facts->pushToken.expose());
  language = facts->language;
  psk_ = kept.attempt->keys.psk.clone();
  firstCard_ = kept.card;
  codes.erase(kept.codeRef);
  messages::BackendFacts out;
  out.deviceId = deviceId_;
  out.channelKey = signedKey(messages::BackendKeyUse::kChannel, channelId_, channel_);
  out.transportKey = signedKey(messages::BackendKeyUse::kTransport, transportId_, transport_);
  out.pskId = base::KeyId::random(random_);
  out.serverTime = now();
  kept.e3 = request.body;
  kept.e4 = protocol::makeE4(*kept.attempt, out);
  return answer(kept.e4);
}

TransportResponse TwinBackend::exchange(const TransportRequest& request) {
  const auto envelope = messages::decodeExchangeEnvelope(request.body);
  if (!envelope.ok() || envelope->deviceId != deviceId_) return refuse(CpsStatus::kWalletUnknown);
  const KeyInMemory channelKey(channel_);
  auto received =
      protocol::ExchangeResponder::receive(*envelope, kBackendId, channelKey, devicePoint_, psk_);
  if (!received.ok()) return refuse(CpsStatus::kInvalidConversation);
  if (!active) installCard(firstCard_);
  active = true;
  for (const auto& ack : received->request.acks) {
    acks.push_back(ack);
    operations_.erase(ack.opSeq);
  }
  reports = received->request.cards;
  messages::ExchangeReply reply;
  reply.status = verdict.value_or(CpsStatus::kOk);
  reply.serverTime = now();
  if (received->request.request) reply.result = execute(*received->request.request);
  for (const auto& [opSeq, queued] : operations_) {
    reply.operations.push_back(
        {opSeq, queued.cardSeq, queued.card, queued.type, queued.payload.clone()});
  }
  const auto body = std::move(received->responder).reply(std::move(reply), {}, random_);
  return body.ok() ? answer(*body) : refuse(CpsStatus::kSystem);
}

messages::RequestResult TwinBackend::execute(const messages::DeviceRequest& request) {
  if (request.reqSeq == lastReqSeq_) return lastResult_;
  messages::RequestResult result;
  result.reqSeq = request.reqSeq;
  if (request.reqSeq != lastReqSeq_ + 1) {
    result.status = CpsStatus::kInvalidConversation;
    return result;
  }
  if (refusal) {
    result.status = *refusal;
    result.tokenId = request.tokenId;
  } else if (request.type == messages::RequestType::kReplenish) {
    queueKeys(request.tokenId, 10);
  } else if (request.type == messages::RequestType::kUpdateDevice) {
    pushToken = base::asText(request.pushToken.expose());
  } else if (request.type == messages::RequestType::kClaimCode) {
    const auto parsed = protocol::parseCode(request.code);
    const auto code = parsed.ok() ? codes.find(parsed->codeRef) : codes.end();
    if (code == codes.end()) {
      result.status = CpsStatus::kCodeWrong;
      result.triesLeft = --triesLeft;
    } else {
      result.tokenId = code->second.card;
      codes.erase(code);
      installCard(result.tokenId);
    }
  }
  lastReqSeq_ = request.reqSeq;
  lastResult_ = result;
  return result;
}

void TwinBackend::queue(messages::OperationType type, const base::TokenId& card,
                        messages::OperationPayload payload, bool ofDevice) {
  operations_[++lastOpSeq_] = {ofDevice ? 0 : ++cardSeq_[card], card, type,
                               messages::encodePayload(type, payload)};
}

void TwinBackend::installCard(const base::TokenId& card) {
  emv::TokenFacts facts;
  facts.dpan = SecretBytes::copyOf(base::asBytes("4111111111111111"));
  facts.expiry = "1230";
  messages::InstallCard install;
  install.digitalCardId = base::DigitalCardId::random(random_);
  install.profile = emv::encodeProfile(*emv::makeProfile(emv::programK2(), facts));
  install.target = messages::CardTarget::kActive;
  install.product = "Test card";
  install.scheme = "K2";
  install.panLastFour = "1111";
  install.dpanLastFour = "1111";
  install.panExpiry = "1230";
  install.lowWater = 3;
  queue(messages::OperationType::kInstallCard, card, std::move(install));
  queueKeys(card, 10);
}

Bytes TwinBackend::paymentKey(const base::TokenId& card, std::uint32_t atc) {
  const auto digest = crypto::sha256(base::concat(card.view(), base::bigEndian(atc)));
  return {digest.begin(), digest.begin() + 16};
}

void TwinBackend::queueKeys(const base::TokenId& card, std::uint32_t count) {
  const auto shared = transport_.agree(deviceTransportPoint_);
  messages::InstallKeys install{transportId_, transport_.publicPoint(), {}};
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t atc = ++issuedAtc[card];
    const crypto::PaymentKeyLabel label{transportId_, deviceId_, card,
                                        static_cast<std::uint8_t>(messages::KeyKind::kSuk), atc};
    install.keys.push_back(
        {messages::KeyKind::kSuk, atc,
         crypto::wrapPaymentKey(*shared, label, SecretBytes::take(paymentKey(card, atc)))});
  }
  queue(messages::OperationType::kInstallKeys, card, std::move(install));
}

}  // namespace florin::wallet
