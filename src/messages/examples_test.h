// For tests: one example of each message with every field set.
#pragma once

#include "base/limits.h"
#include "messages/enrollment.h"
#include "messages/exchange.h"
#include "messages/operations.h"

namespace florin::messages {

template <class IdType>
IdType idOf(std::uint8_t byte) {
  return IdType::fromBytes(Bytes(16, byte)).value();
}
inline SecretBytes secretText(std::string_view text) {
  return SecretBytes::copyOf(base::asBytes(text));
}

inline E1 exampleE1() {
  return {1, Suite::kS1, idOf<base::WalletId>(1), Bytes(8, 2), Bytes(16, 3), Bytes(65, 4)};
}
inline E2 exampleE2() { return {idOf<base::EnrollmentId>(1), Bytes(65, 2), Bytes(32, 3), 4}; }
inline E3 exampleE3() { return {idOf<base::EnrollmentId>(1), Bytes(32, 2), Bytes(100, 3)}; }
inline E4 exampleE4() { return {Bytes(100, 3)}; }

inline DeviceFacts exampleDeviceFacts() {
  DeviceFacts facts;
  facts.devicePublicKey = Bytes(65, 1);
  facts.transportPublicKey = Bytes(65, 2);
  facts.attestation = Bytes(10, 3);
  facts.pushToken = secretText("HMS:token");
  facts.language = "en";
  facts.deviceInfo = "a watch";
  return facts;
}

inline BackendFacts exampleBackendFacts() {
  BackendFacts facts;
  facts.deviceId = idOf<base::DeviceId>(1);
  facts.channelKey = {idOf<base::KeyId>(2), Bytes(65, 3), Bytes(64, 4)};
  facts.transportKey = {idOf<base::KeyId>(5), Bytes(65, 6), Bytes(64, 7)};
  facts.pskId = idOf<base::KeyId>(8);
  facts.serverTime = base::fromMs(1'700'000'000'000);
  return facts;
}

inline ExchangeEnvelope exampleEnvelope() {
  return {1, idOf<base::DeviceId>(1), idOf<base::KeyId>(2), Bytes(100, 3), {}};
}

inline DeviceRequest exampleClaim() {
  DeviceRequest request;
  request.reqSeq = 5;
  request.type = RequestType::kClaimCode;
  request.code = secretText("ABCDEFGHIJKLMNOPQRSTUVWX23");
  return request;
}
inline DeviceRequest exampleTypedClaim() {
  DeviceRequest request;
  request.reqSeq = 5;
  request.type = RequestType::kClaimCode;
  request.w0 = SecretBytes::copyOf(Bytes(32, 6));
  request.w1 = SecretBytes::copyOf(Bytes(32, 7));
  return request;
}
inline ExchangeEnvelope exampleFollowUp() {
  return {1, idOf<base::DeviceId>(1), {}, Bytes(100, 3), Bytes(90, 4)};
}
inline DeviceRequest exampleReplenish() {
  DeviceRequest request;
  request.reqSeq = 6;
  request.type = RequestType::kReplenish;
  request.tokenId = idOf<base::TokenId>(9);
  request.force = true;
  return request;
}
inline DeviceRequest exampleUpdate() {
  DeviceRequest request;
  request.reqSeq = 7;
  request.type = RequestType::kUpdateDevice;
  request.pushToken = secretText("token");
  request.language = "fr";
  return request;
}

inline ExchangeRequest exampleRequest(DeviceRequest request = exampleClaim()) {
  ExchangeRequest out;
  out.deviceTime = base::fromMs(1'700'000'000'000);
  out.vaultGeneration = 12;
  out.request = std::move(request);
  out.acks.push_back({1, AckVerdict::kApplied, 0});
  out.acks.push_back({2, AckVerdict::kCannotApply, 7});
  out.cards.push_back({idOf<base::TokenId>(4), 0xFFFF, 10});
  out.challenge = Bytes(kChallengeSize, 6);
  return out;
}

inline RequestResult exampleResult() {
  return {5, CpsStatus::kCodeWrong, 3, idOf<base::TokenId>(4)};
}

inline ExchangeReply exampleReply() {
  ExchangeReply reply;
  reply.status = CpsStatus::kWalletUnknown;
  reply.serverTime = base::fromMs(1'700'000'000'000);
  reply.result = exampleResult();
  DeliveredOperation operation;
  operation.opSeq = 8;
  operation.cardSeq = 2;
  operation.tokenId = idOf<base::TokenId>(4);
  operation.type = OperationType::kInstallKeys;
  operation.payload = secretText("payload");
  reply.operations.push_back(std::move(operation));
  reply.more = true;
  reply.ticket = Bytes(90, 5);
  reply.nextReqSeq = 6;
  reply.lockReason = LockReason::STOLEN;
  return reply;
}

inline ExchangeReply exampleChallenge() {
  ExchangeReply reply;
  reply.serverTime = base::fromMs(1'700'000'000'000);
  reply.more = true;
  reply.ticket = Bytes(90, 5);
  reply.challenge = Bytes(kChallengeSize, 6);
  return reply;
}

inline InstallCard exampleInstallCard() {
  InstallCard card;
  card.digitalCardId = idOf<base::DigitalCardId>(1);
  card.profile = secretText("profile");
  card.target = CardTarget::kActive;
  card.product = "Florin Test";
  card.scheme = "K2";
  card.panLastFour = "1111";
  card.dpanLastFour = "2222";
  card.panExpiry = "1230";
  card.lowWater = 3;
  return card;
}

inline InstallCard exampleCardWithKey() {
  InstallCard card = exampleInstallCard();
  card.iccKey = {idOf<base::KeyId>(1), Bytes(65, 2), 7, Bytes(840, 3)};
  return card;
}

inline InstallKeys exampleInstallKeys() {
  InstallKeys keys;
  keys.transportKeyId = idOf<base::KeyId>(1);
  keys.transportPublicKey = Bytes(65, 2);
  keys.keys.push_back({KeyKind::kSuk, 1, Bytes(24, 3)});
  keys.keys.push_back({KeyKind::kSuk, 2, Bytes(24, 4)});
  keys.voidBelow = 1;
  return keys;
}

inline InstallKeys exampleLimitedKey() {
  InstallKeys keys = exampleInstallKeys();
  keys.keys = {{KeyKind::kLuk, 6'333'101, Bytes(24, 3), 5, base::fromMs(1'700'000'010'000),
                base::fromMs(1'700'000'008'000)}};
  keys.voidBelow = 0;
  return keys;
}

}  // namespace florin::messages
