#include "cps/exchanges.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/limits.h"
#include "crypto/equal.h"
#include "florin/version.h"
#include "messages/status.h"
#include "protocol/code.h"

namespace florin::cps {
namespace {

using messages::CpsStatus;

// A channel key whose private half stays in custody.
class CustodyKey : public protocol::StaticKey {
 public:
  CustodyKey(ports::KeyCustody& custody, ports::BackendPublicKey key)
      : custody_(custody), key_(std::move(key)) {}
  [[nodiscard]] Bytes publicPoint() const override { return key_.point; }
  [[nodiscard]] Result<SecretBytes> agree(ByteView peerPoint) const override {
    return custody_.agree(key_.id, peerPoint);
  }

 private:
  ports::KeyCustody& custody_;
  ports::BackendPublicKey key_;
};

Result<ports::BackendPublicKey> findChannelKey(ports::KeyCustody& custody, const base::KeyId& id) {
  for (const ports::BackendPublicKey& key : custody.channelKeys()) {
    if (key.id == id) return key;
  }
  return messages::refusal(CpsStatus::kInvalidConversation, "no such channel key");
}

bool usable(const records::Device& device) {
  return device.state == records::DeviceState::kBound ||
         device.state == records::DeviceState::kActive;
}

}  // namespace

Result<Bytes> Exchanges::exchange(ByteView body) {
  FLORIN_TRY_ASSIGN(const messages::ExchangeEnvelope envelope,
                    messages::decodeExchangeEnvelope(body));
  if (envelope.version != kProtocolVersion) {
    return messages::refusal(CpsStatus::kVersionUnsupported, "protocol version is not spoken here");
  }
  FLORIN_TRY_ASSIGN(const auto device, backend_.store.read([&](ports::Unit& unit) {
    return unit.devices().find(envelope.deviceId);
  }));
  if (!device) return messages::refusal(CpsStatus::kWalletUnknown, "no such device");
  FLORIN_TRY_ASSIGN(auto publicKey, findChannelKey(backend_.custody, envelope.channelKeyId));
  const CustodyKey channelKey(backend_.custody, std::move(publicKey));
  FLORIN_TRY_ASSIGN(
      const SecretBytes psk,
      backend_.sealer.open({"devices", "psk", device->deviceId.view()}, device->sealedPsk));
  FLORIN_TRY_ASSIGN(auto received,
                    protocol::ExchangeResponder::receive(envelope, backend_.backendId, channelKey,
                                                         device->publicKey, psk));
  FLORIN_TRY_ASSIGN(const messages::ExchangeReply reply, serve(*device, received.request));
  return std::move(received.responder).reply(reply, backend_.random);
}

Result<messages::ExchangeReply> Exchanges::serve(const records::Device& authenticated,
                                                 const messages::ExchangeRequest& request) {
  const base::DeviceId deviceId = authenticated.deviceId;
  for (unsigned round = 0; round < base::limits::kUnitRetries; ++round) {
    FLORIN_TRY_ASSIGN(const auto device, backend_.store.read([&](ports::Unit& unit) {
      return unit.devices().find(deviceId);
    }));
    messages::ExchangeReply reply;
    reply.serverTime = backend_.clock.now();
    if (!device || !usable(*device)) {
      reply.status = device ? CpsStatus::kDeviceRefused : CpsStatus::kWalletUnknown;
      return reply;
    }
    if (device->sealedPsk != authenticated.sealedPsk) {
      return messages::refusal(CpsStatus::kInvalidConversation, "device enrolled again meanwhile");
    }
    FLORIN_TRY_ASSIGN(const Plan planned, plan(*device, request));
    const bool writes = planned.result || planned.activates || !request.acks.empty();
    const auto work = [&](ports::Unit& unit) { return apply(unit, *device, request, planned); };
    auto written = writes ? backend_.store.write(work) : backend_.store.read(work);
    if (!written.ok()) {
      if (written.error().code() == Code::kConflict) continue;
      return written.error();
    }
    if (planned.activates) {
      backend_.log.info("device.active", {{"deviceId", deviceId}});
    }
    reply.result = written->result;
    FLORIN_TRY_ASSIGN(reply.operations, log_.unseal(written->delivery.operations));
    // E5 answers no request: the device asks again once it is active.
    reply.more = written->delivery.more || (planned.activates && request.request.has_value());
    return reply;
  }
  return Error(Code::kUnavailable, "exchange kept conflicting with others");
}

Result<Exchanges::Plan> Exchanges::plan(const records::Device& device,
                                        const messages::ExchangeRequest& request) {
  Plan planned;
  if (device.state == records::DeviceState::kBound) {
    FLORIN_TRY(planActivation(device, planned));
  } else if (request.request && request.request->reqSeq == device.nextReqSeq) {
    FLORIN_TRY(planRequest(device, request, planned));
  }
  return planned;
}

// E5: the device has stored E4, so the code becomes its card.
Status Exchanges::planActivation(const records::Device& device, Plan& planned) {
  planned.activates = true;
  FLORIN_TRY_ASSIGN(const auto enrollment, backend_.store.read([&](ports::Unit& unit) {
    return unit.enrollments().findByDevice(device.tenant, device.deviceId);
  }));
  if (!enrollment) return Error(Code::kCorrupted, "a bound device has no enrollment");
  planned.enrollment = enrollment->enrollmentId;
  FLORIN_TRY_ASSIGN(const auto code, backend_.store.read([&](ports::Unit& unit) {
    return unit.codes().find(device.tenant, device.walletId, enrollment->codeRef);
  }));
  if (!code) return Error(Code::kCorrupted, "a bound enrollment has no code");
  FLORIN_TRY_ASSIGN(planned.claim, claims_.prepare(*code, device));
  return {};
}

Status Exchanges::planRequest(const records::Device& device,
                              const messages::ExchangeRequest& exchange, Plan& planned) {
  const messages::DeviceRequest& request = *exchange.request;
  planned.result.emplace();
  planned.result->reqSeq = request.reqSeq;
  Status outcome;
  switch (request.type) {
    case messages::RequestType::kClaimCode: outcome = planClaim(device, request, planned); break;
    case messages::RequestType::kReplenish:
      outcome = planReplenishment(device, exchange, planned);
      break;
    case messages::RequestType::kUpdateDevice: break;
  }
  if (outcome.ok()) return {};
  const auto refused = messages::statusOf(outcome.error());
  if (!refused) return outcome;
  planned.result->status = *refused;
  return {};
}

Status Exchanges::planClaim(const records::Device& device, const messages::DeviceRequest& request,
                            Plan& planned) {
  const auto parsed = protocol::parseCode(request.code);
  if (!parsed.ok() || parsed->suite != messages::Suite::kS1) {
    return messages::refusal(CpsStatus::kMalformedRequest, "not an S1 code");
  }
  FLORIN_TRY_ASSIGN(const auto wallet, backend_.store.read([&](ports::Unit& unit) {
    return unit.wallets().find(device.tenant, device.walletId);
  }));
  if (!wallet) return Error(Code::kCorrupted, "a device has no wallet");
  FLORIN_TRY_ASSIGN(const auto code, backend_.store.read([&](ports::Unit& unit) {
    return unit.codes().find(device.tenant, device.walletId, parsed->codeRef);
  }));
  if (code) FLORIN_TRY(codes_.checkUsable(*wallet, *code));
  bool right = false;
  if (code) {
    FLORIN_TRY_ASSIGN(const auto record, codes_.openRecord(*code));
    FLORIN_TRY_ASSIGN(const auto secrets,
                      protocol::deriveSecrets(request.code, device.walletId, backend_.backendId));
    FLORIN_TRY_ASSIGN(const auto offered, protocol::makeRegistration(secrets));
    right = crypto::equal(record.toBytes().expose(), offered.toBytes().expose());
  }
  if (!right) {
    if (wallet->triesLeft == 0) {
      return messages::refusal(CpsStatus::kCodeTriesExceeded, "no tries left for this wallet");
    }
    planned.lostTry = true;
    planned.result->triesLeft = wallet->triesLeft - 1;
    return messages::refusal(CpsStatus::kCodeWrong, "no open code is this one");
  }
  FLORIN_TRY_ASSIGN(planned.claim, claims_.prepare(*code, device));
  planned.result->tokenId = code->tokenId;
  return {};
}

Status Exchanges::planReplenishment(const records::Device& device,
                                    const messages::ExchangeRequest& exchange, Plan& planned) {
  const messages::DeviceRequest& request = *exchange.request;
  planned.result->tokenId = request.tokenId;
  FLORIN_TRY_ASSIGN(const auto card, backend_.store.read([&](ports::Unit& unit) {
    return unit.digitalCards().findByToken(device.tenant, device.walletId, request.tokenId);
  }));
  if (!card) return messages::refusal(CpsStatus::kTokenUnknown, "no such card in this wallet");
  const auto report = std::find_if(exchange.cards.begin(), exchange.cards.end(),
                                   [&](const auto& c) { return c.tokenId == request.tokenId; });
  auto batch = backend_.tokens.prepareKeys(
      card->issuer, card->tokenId,
      {.deviceId = device.deviceId,
       .transportPublicKey = device.transportPublicKey,
       .lastAtc = report == exchange.cards.end() ? 0 : report->lastAtc});
  if (!batch.ok()) {
    if (batch.error().code() != Code::kWrongState) return batch.error();
    return messages::refusal(CpsStatus::kReplenishmentRefused, "the card is not to be replenished");
  }
  planned.keys = std::move(*batch);
  return {};
}

Result<Exchanges::Written> Exchanges::apply(ports::Unit& unit, const records::Device& before,
                                            const messages::ExchangeRequest& request,
                                            const Plan& planned) {
  FLORIN_TRY_ASSIGN(auto device, unit.devices().find(before.deviceId));
  if (!device || device->state != before.state || device->nextReqSeq != before.nextReqSeq ||
      device->sealedPsk != before.sealedPsk) {
    return Error(Code::kConflict, "device changed meanwhile");
  }
  Written written;
  if (request.request && !planned.result && !planned.activates) {
    FLORIN_TRY_ASSIGN(const auto stored,
                      unit.results().find(device->deviceId, request.request->reqSeq));
    if (!stored) {
      return messages::refusal(CpsStatus::kInvalidConversation,
                               "request number is not the next one");
    }
    FLORIN_TRY_ASSIGN(written.result, messages::decodeRequestResult(*stored));
  }
  if (planned.result || planned.activates || !request.acks.empty()) {
    FLORIN_TRY(applyPlan(unit, *device, request, planned));
  }
  if (planned.result) written.result = planned.result;
  FLORIN_TRY_ASSIGN(written.delivery, log_.pending(unit, device->deviceId));
  return written;
}

// The count is the unit's own: a guess elsewhere at the same moment must not be forgotten (I3).
Status Exchanges::applyLostTry(ports::Unit& unit, const records::Device& device,
                               const Plan& planned) {
  FLORIN_TRY_ASSIGN(const auto wallet, unit.wallets().find(device.tenant, device.walletId));
  if (!wallet || wallet->triesLeft != *planned.result->triesLeft + 1) {
    return Error(Code::kConflict, "tries changed meanwhile");
  }
  return unit.wallets().setTriesLeft(device.tenant, device.walletId, *planned.result->triesLeft);
}

void Exchanges::updateDevice(records::Device& device, const messages::DeviceRequest& request) {
  if (!request.language.empty()) device.language = request.language;
  if (request.pushToken.empty()) return;
  device.sealedPushToken =
      backend_.sealer.seal({"devices", "push_token", device.deviceId.view()}, request.pushToken);
}

Status Exchanges::applyPlan(ports::Unit& unit, records::Device& device,
                            const messages::ExchangeRequest& request, const Plan& planned) {
  FLORIN_TRY(log_.acknowledge(unit, device, request.acks));
  if (planned.activates) {
    device.state = records::DeviceState::kActive;
    FLORIN_TRY_ASSIGN(auto enrollment, unit.enrollments().find(device.tenant, *planned.enrollment));
    if (!enrollment) return Error(Code::kConflict, "enrollment changed meanwhile");
    enrollment->state = records::EnrollmentState::kActive;
    enrollment->sealedAttempt.clear();
    FLORIN_TRY(unit.enrollments().update(*enrollment));
  }
  if (planned.lostTry) {
    FLORIN_TRY(
        unit.wallets().setTriesLeft(device.tenant, device.walletId, *planned.result->triesLeft));
  }
  if (planned.claim) FLORIN_TRY(claims_.commit(unit, device, *planned.claim));
  if (planned.keys) FLORIN_TRY(claims_.appendKeys(unit, device, *planned.keys));
  if (planned.result) {
    ++device.nextReqSeq;
    FLORIN_TRY(unit.results().put(device.deviceId, planned.result->reqSeq,
                                  messages::encodeRequestResult(*planned.result)));
  }
  device.vaultGeneration = std::max(device.vaultGeneration, request.vaultGeneration);
  device.lastSeen = backend_.clock.now();
  return unit.devices().update(device);
}

}  // namespace florin::cps
