#include "cps/exchanges.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/limits.h"
#include "cps/backend_keys.h"
#include "cps/vault_age.h"
#include "crypto/equal.h"
#include "messages/status.h"
#include "protocol/code.h"

namespace florin::cps {
namespace {

using messages::CpsStatus;

// sameConversation: nothing else was served between reading the row and writing it.
bool sameConversation(const records::Device& now, const records::Device& before) {
  return now.state == before.state && now.nextReqSeq == before.nextReqSeq &&
         now.sealedPsk == before.sealedPsk && now.storeEpoch == before.storeEpoch;
}

}  // namespace

Result<Exchanges> Exchanges::make(const Parts& parts) {
  const auto keys = parts.backend.custody.channelKeys();
  if (keys.empty()) return Error(Code::kInternal, "custody has no channel key");
  FLORIN_TRY_ASSIGN(
      auto channelKey,
      signBackendKey(parts.backend.custody, messages::BackendKeyUse::kChannel, keys.front()));
  return Exchanges(parts, std::move(channelKey));
}

// A follow-up is opened, judged and, when the device only looks in, answered in the view in which
// its row was read. Static keys take longer than a view should last: it holds the store's log.
Result<Bytes> Exchanges::exchange(const ports::HttpRequest& request, RefusalFacts& facts) {
  FLORIN_TRY_ASSIGN(const messages::ExchangeEnvelope envelope, Channel::decode(request.body));
  std::optional<records::Device> device;
  std::optional<Channel::Opened> opened;
  Look look;
  FLORIN_TRY(backend_->store.read([&](ports::Unit& unit) -> Status {
    FLORIN_TRY_ASSIGN(device, unit.devices().find(envelope.deviceId));
    if (!device || envelope.ticket.empty()) return {};
    FLORIN_TRY_ASSIGN(opened, channel_.openFollowUp(envelope, *device));
    FLORIN_TRY_ASSIGN(look, lookAt(unit, *device, *opened));
    return {};
  }));
  if (!opened) {
    FLORIN_TRY_ASSIGN(opened, channel_.openWithKeys(envelope, device, request.body, facts));
    FLORIN_TRY_ASSIGN(look, backend_->store.read(
                                [&](ports::Unit& unit) { return lookAt(unit, *device, *opened); }));
  }
  FLORIN_TRY(request.proved({ports::ProvenClient::Kind::kWallet, device->walletId.view()}));
  FLORIN_TRY_ASSIGN(messages::ExchangeReply reply, serve(*opened, std::move(look)));
  return channel_.close(std::move(*opened), std::move(reply));
}

Result<Exchanges::Look> Exchanges::lookAt(ports::Unit& unit, const records::Device& device,
                                          const Channel::Opened& opened) {
  Look look;
  const bool judged =
      device.state == records::DeviceState::kActive && device.storeEpoch == backend_->epoch.number;
  if (!judged) return look;
  FLORIN_TRY_ASSIGN(look.age, judgeVault(unit, *backend_, device, opened.request));
  if (look.age == VaultAge::kAsKnown && wantsNothing(device, opened)) {
    FLORIN_TRY_ASSIGN(look.pending, log_->pending(unit, device.deviceId));
  }
  return look;
}

// A conflict is another exchange or an operator at the same moment: the row is read again.
Result<messages::ExchangeReply> Exchanges::serve(const Channel::Opened& opened, Look look) {
  std::optional<records::Device> device = opened.device;
  for (unsigned round = 0; round < base::limits::kUnitRetries; ++round) {
    if (round > 0) {
      FLORIN_TRY(backend_->store.read([&](ports::Unit& unit) -> Status {
        FLORIN_TRY_ASSIGN(device, unit.devices().find(opened.device.deviceId));
        if (!device) return {};
        FLORIN_TRY_ASSIGN(look, lookAt(unit, *device, opened));
        return {};
      }));
    }
    if (device && device->sealedPsk != opened.device.sealedPsk) {
      return messages::refusal(CpsStatus::kInvalidConversation, "device enrolled again meanwhile");
    }
    Result<messages::ExchangeReply> reply = messages::ExchangeReply();
    if (!device || device->state == records::DeviceState::kWiped) {
      reply->status = CpsStatus::kWalletUnknown;
    } else if (device->state == records::DeviceState::kSuspended) {
      reply = serveSuspended(*device, opened.request);
    } else if (device->state == records::DeviceState::kRevoked) {
      reply = serveRevoked(*device, opened.request);
    } else {
      reply = serveActive(opened, *device, look);
    }
    if (!reply.ok() && reply.error().code() == Code::kConflict) continue;
    if (reply.ok()) reply->serverTime = backend_->clock.now();
    return reply;
  }
  return Error(Code::kUnavailable, "exchange kept conflicting with others");
}

Result<messages::ExchangeReply> Exchanges::serveActive(const Channel::Opened& opened,
                                                       const records::Device& device,
                                                       const Look& look) {
  const messages::ExchangeRequest& request = opened.request;
  if (look.pending) return answerWith({*look.pending, std::nullopt});
  const bool restored = device.storeEpoch != backend_->epoch.number;
  if (device.state == records::DeviceState::kActive && restored) {
    return resynchronize(device, request, ResyncReason::kRestoredStore);
  }
  if (look.age == VaultAge::kSuspected) return challenge(device, request);
  if (look.age == VaultAge::kProvenOld && missedNewEpoch(*backend_, device, request)) {
    return resynchronize(device, request, ResyncReason::kRestoredStore);
  }
  if (look.age == VaultAge::kProvenOld) return oldVault(device, request);
  FLORIN_TRY_ASSIGN(const Plan planned, plan(device, opened));
  const bool writes = planned.result || planned.activates || planned.rotates ||
                      !request.acks.empty() || tellsMore(device, request);
  const auto work = [&](ports::Unit& unit) { return apply(unit, device, request, planned); };
  FLORIN_TRY_ASSIGN(const Written written,
                    writes ? backend_->store.write(work) : backend_->store.read(work));
  if (planned.activates) backend_->log.info("device.active", {{"deviceId", device.deviceId}});
  FLORIN_TRY_ASSIGN(messages::ExchangeReply reply, answerWith(written));
  // E5 answers no request: the device asks again once it is active.
  reply.more = reply.more || (planned.activates && request.request.has_value());
  return reply;
}

bool Exchanges::wantsNothing(const records::Device& device, const Channel::Opened& opened) const {
  const messages::ExchangeRequest& request = opened.request;
  const bool rotates = opened.channelKey && *opened.channelKey != channelKey_.id;
  return !rotates && !request.request && request.acks.empty() && !tellsMore(device, request);
}

Result<messages::ExchangeReply> Exchanges::answerWith(const Written& written) {
  messages::ExchangeReply reply;
  reply.result = written.result;
  FLORIN_TRY_ASSIGN(reply.operations, log_->unseal(written.delivery.operations));
  reply.more = written.delivery.more;
  return reply;
}

// A challenge does nothing else: what came may be an old message of a device that is well.
Result<messages::ExchangeReply> Exchanges::challenge(const records::Device& before,
                                                     const messages::ExchangeRequest& request) {
  messages::ExchangeReply reply;
  reply.challenge = backend_->random.bytes(messages::kChallengeSize);
  reply.more = true;
  const Status written = backend_->store.write([&](ports::Unit& unit) -> Status {
    FLORIN_TRY_ASSIGN(auto device, unit.devices().find(before.deviceId));
    if (!device || device->state != before.state) {
      return Error(Code::kConflict, "device changed meanwhile");
    }
    device->challenge = reply.challenge;
    FLORIN_TRY(learnPayments(unit, *backend_, *device, request));
    return unit.devices().update(*device);
  });
  FLORIN_TRY(written);
  backend_->log.warning("device.suspected", {{"deviceId", before.deviceId}});
  return reply;
}

// An operator who resumed the device has decided: it is not suspended for the same vault again.
Result<messages::ExchangeReply> Exchanges::oldVault(const records::Device& before,
                                                    const messages::ExchangeRequest& request) {
  if (onRollback_ == OnRollback::kReplaceKeys || before.lockReason == LockReason::OLD_VAULT) {
    return resynchronize(before, request, ResyncReason::kOldVault);
  }
  FLORIN_TRY_ASSIGN(const auto suspended,
                    backend_->store.write([&](ports::Unit& unit) -> Result<records::Device> {
                      FLORIN_TRY_ASSIGN(auto device, unit.devices().find(before.deviceId));
                      if (!device || !sameConversation(*device, before) ||
                          device->challenge != before.challenge) {
                        return Error(Code::kConflict, "device changed meanwhile");
                      }
                      device->challenge.clear();
                      FLORIN_TRY(devices_->suspendForOldVault(unit, *device));
                      return std::move(*device);
                    }));
  backend_->log.warning("device.suspended", {{"deviceId", before.deviceId}, {"oldVault", true}});
  return serveSuspended(suspended, request);
}

Result<messages::ExchangeReply> Exchanges::resynchronize(const records::Device& before,
                                                         const messages::ExchangeRequest& request,
                                                         ResyncReason reason) {
  FLORIN_TRY_ASSIGN(const Resync::Plan planned, resync_.prepare(before, request, reason));
  messages::ExchangeReply reply;
  FLORIN_TRY_ASSIGN(const auto delivery,
                    backend_->store.write([&](ports::Unit& unit) -> Result<OperationLog::Delivery> {
                      FLORIN_TRY_ASSIGN(auto device, unit.devices().find(before.deviceId));
                      if (!device || !sameConversation(*device, before) ||
                          device->challenge != before.challenge) {
                        return Error(Code::kConflict, "device changed meanwhile");
                      }
                      FLORIN_TRY(resync_.commit(unit, *device, request, planned));
                      device->lastSeen = backend_->clock.now();
                      FLORIN_TRY(unit.devices().update(*device));
                      reply.nextReqSeq = device->nextReqSeq;
                      return log_->pending(unit, device->deviceId);
                    }));
  FLORIN_TRY_ASSIGN(reply.operations, log_->unseal(delivery.operations));
  reply.more = delivery.more || request.request.has_value();
  const bool old = reason == ResyncReason::kOldVault;
  backend_->log.warning(old ? Literal("device.rolled_back") : Literal("device.resynchronized"),
                        {{"deviceId", before.deviceId}, {"cards", planned.cards.size()}});
  return reply;
}

// A suspended device gets what stops its cards, and its acks count; nothing else does. After a
// restore even that waits until it is resumed.
Result<messages::ExchangeReply> Exchanges::serveSuspended(
    const records::Device& before, const messages::ExchangeRequest& request) {
  messages::ExchangeReply reply;
  reply.status = CpsStatus::kDeviceRefused;
  reply.lockReason = before.lockReason;
  if (before.storeEpoch != backend_->epoch.number) return reply;
  const auto work = [&](ports::Unit& unit) -> Result<OperationLog::Delivery> {
    FLORIN_TRY_ASSIGN(auto device, unit.devices().find(before.deviceId));
    if (!device || device->state != before.state) {
      return Error(Code::kConflict, "device changed meanwhile");
    }
    FLORIN_TRY(log_->acknowledge(unit, *device, request.acks));
    return log_->pending(unit, device->deviceId, OperationLog::Which::kUrgent);
  };
  FLORIN_TRY_ASSIGN(const auto delivery, request.acks.empty() ? backend_->store.read(work)
                                                              : backend_->store.write(work));
  FLORIN_TRY_ASSIGN(reply.operations, log_->unseal(delivery.operations));
  reply.more = delivery.more;
  return reply;
}

// A revoked device gets Wipe, until it says that it did it (I8).
Result<messages::ExchangeReply> Exchanges::serveRevoked(const records::Device& before,
                                                        const messages::ExchangeRequest& request) {
  FLORIN_TRY_ASSIGN(const auto delivery,
                    backend_->store.write([&](ports::Unit& unit) -> Result<OperationLog::Delivery> {
                      FLORIN_TRY_ASSIGN(auto device, unit.devices().find(before.deviceId));
                      if (!device || device->state != before.state) {
                        return Error(Code::kConflict, "device changed meanwhile");
                      }
                      FLORIN_TRY(log_->acknowledge(unit, *device, request.acks));
                      FLORIN_TRY_ASSIGN(auto pending, log_->pending(unit, device->deviceId));
                      if (pending.operations.empty()) device->state = records::DeviceState::kWiped;
                      device->lastSeen = backend_->clock.now();
                      FLORIN_TRY(unit.devices().update(*device));
                      return pending;
                    }));
  messages::ExchangeReply reply;
  reply.lockReason = before.lockReason;
  if (request.request) {
    reply.result.emplace();
    reply.result->reqSeq = request.request->reqSeq;
    reply.result->status = CpsStatus::kDeviceRefused;
  }
  FLORIN_TRY_ASSIGN(reply.operations, log_->unseal(delivery.operations));
  return reply;
}

Result<Exchanges::Plan> Exchanges::plan(const records::Device& device,
                                        const Channel::Opened& opened) {
  const messages::ExchangeRequest& request = opened.request;
  Plan planned;
  if (device.state == records::DeviceState::kBound) {
    FLORIN_TRY(planActivation(device, planned));
  } else if (request.request && request.request->reqSeq == device.nextReqSeq) {
    FLORIN_TRY(planRequest(device, request, planned));
  }
  FLORIN_TRY(planRotation(device, opened, planned));
  return planned;
}

// A device that still uses the older channel key is told the current one, once: until it has
// acknowledged, and not again when it could not apply it.
Status Exchanges::planRotation(const records::Device& device, const Channel::Opened& opened,
                               Plan& planned) {
  if (!opened.channelKey || *opened.channelKey == channelKey_.id) return {};
  FLORIN_TRY_ASSIGN(const auto told, backend_->store.read([&](ports::Unit& unit) {
    return unit.operations().newestOfType(
        device.deviceId, static_cast<std::uint8_t>(messages::OperationType::kRotateBackendKey));
  }));
  planned.rotates = !told || told->state == records::OperationState::kAcked ||
                    told->state == records::OperationState::kVoid;
  return {};
}

// E5: the device has stored E4, so the code becomes its card; if there is still one to claim.
Status Exchanges::planActivation(const records::Device& device, Plan& planned) {
  planned.activates = true;
  FLORIN_TRY_ASSIGN(const auto code,
                    backend_->store.read([&](ports::Unit& unit) -> Result<records::ActivationCode> {
                      FLORIN_TRY_ASSIGN(const auto enrollment, unit.enrollments().findByDevice(
                                                                   device.tenant, device.deviceId));
                      if (!enrollment)
                        return Error(Code::kCorrupted, "a bound device has no enrollment");
                      planned.enrollment = enrollment->enrollmentId;
                      FLORIN_TRY_ASSIGN(auto code, unit.codes().find(device.tenant, device.walletId,
                                                                     enrollment->codeRef));
                      if (!code) return Error(Code::kCorrupted, "a bound enrollment has no code");
                      return std::move(*code);
                    }));
  auto claim = claims_->prepare(code, device);
  if (claim.ok()) {
    planned.claim = std::move(*claim);
  } else if (claim.error().code() == Code::kWrongState) {
    planned.ended = code;
  } else {
    return claim.error();
  }
  return {};
}

Status Exchanges::planRequest(const records::Device& device,
                              const messages::ExchangeRequest& exchange, Plan& planned) {
  const messages::DeviceRequest& request = *exchange.request;
  planned.result.emplace();
  planned.result->reqSeq = request.reqSeq;
  FLORIN_TRY_ASSIGN(planned.mark, markOf(*backend_, request));
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
  if (!refused || *refused == CpsStatus::kBusy) return outcome;  // it may come again as it is
  planned.result->status = *refused;
  return {};
}

// A claim brings an S1 code, or w0 and w1 of an S2 code, so that no guess costs us a scrypt.
Result<bool> Exchanges::claimProves(const messages::DeviceRequest& request,
                                    const base::WalletId& walletId,
                                    const records::ActivationCode& code) {
  FLORIN_TRY_ASSIGN(const auto record, codes_->openRecord(code));
  protocol::Spake2Secrets secrets{request.w0.clone(), request.w1.clone()};
  if (!request.code.empty()) {
    FLORIN_TRY_ASSIGN(secrets,
                      protocol::deriveSecrets(request.code, walletId, backend_->backendId));
  }
  const auto offered = protocol::makeRegistration(secrets);
  return offered.ok() && crypto::equal(record.toBytes().expose(), offered->toBytes().expose());
}

Status Exchanges::planClaim(const records::Device& device, const messages::DeviceRequest& request,
                            Plan& planned) {
  protocol::ParsedCode parsed{messages::Suite::kS2, {}};
  if (!request.code.empty()) {
    auto form = protocol::parseCode(request.code);
    if (!form.ok() || form->suite != messages::Suite::kS1) {
      return messages::refusal(CpsStatus::kMalformedRequest, "not an S1 code");
    }
    parsed = std::move(*form);
  }
  FLORIN_TRY_ASSIGN(const auto wallet, backend_->store.read([&](ports::Unit& unit) {
    return unit.wallets().find(device.tenant, device.walletId);
  }));
  if (!wallet) return Error(Code::kCorrupted, "a device has no wallet");
  FLORIN_TRY_ASSIGN(const auto code, backend_->store.read([&](ports::Unit& unit) {
    return codes_->find(unit, *wallet, parsed.suite, parsed.codeRef);
  }));
  bool right = false;
  if (code) {
    FLORIN_TRY(codes_->checkUsable(*wallet, *code));
    FLORIN_TRY_ASSIGN(right, claimProves(request, device.walletId, *code));
  }
  if (!right) {
    constexpr Literal kText = "no open code is this one";
    const Error refusal = code ? messages::refusal(CpsStatus::kCodeWrong, kText)
                               : notKnown(*backend_, CpsStatus::kCodeWrong, kText);
    if (messages::statusOf(refusal) != CpsStatus::kCodeWrong) return refusal;
    if (wallet->triesLeft == 0) {
      return messages::refusal(CpsStatus::kCodeTriesExceeded, "no tries left for this wallet");
    }
    planned.lostTry = true;
    planned.result->triesLeft = wallet->triesLeft - 1;
    return refusal;
  }
  auto claim = claims_->prepare(*code, device);
  if (!claim.ok() && claim.error().code() == Code::kWrongState) {
    return messages::refusal(CpsStatus::kWrongState, "the card is not to be claimed any more");
  }
  FLORIN_TRY_ASSIGN(planned.claim, std::move(claim));
  planned.result->tokenId = code->tokenId;
  return {};
}

Status Exchanges::planReplenishment(const records::Device& device,
                                    const messages::ExchangeRequest& exchange, Plan& planned) {
  const messages::DeviceRequest& request = *exchange.request;
  planned.result->tokenId = request.tokenId;
  FLORIN_TRY_ASSIGN(const auto card, backend_->store.read([&](ports::Unit& unit) {
    return unit.digitalCards().findByToken(device.tenant, device.walletId, request.tokenId);
  }));
  if (!card) {
    return notKnown(*backend_, CpsStatus::kTokenUnknown, "no such card in this wallet");
  }
  if (card->state == records::DigitizationState::kEnded) {
    return messages::refusal(CpsStatus::kTokenUnknown, "the card was deleted");
  }
  const auto report = std::find_if(exchange.cards.begin(), exchange.cards.end(),
                                   [&](const auto& c) { return c.tokenId == request.tokenId; });
  auto refill =
      claims_->prepareRefill(*card, device, report == exchange.cards.end() ? 0 : report->lastAtc);
  if (!refill.ok()) {
    if (refill.error().code() == Code::kExhausted) {
      return messages::refusal(CpsStatus::kCapacityExceeded, "the card gets no more keys now");
    }
    if (refill.error().code() != Code::kWrongState) return refill.error();
    return messages::refusal(CpsStatus::kReplenishmentRefused, "the card is not to be replenished");
  }
  planned.refill = std::move(*refill);
  return {};
}

Result<Exchanges::Written> Exchanges::apply(ports::Unit& unit, const records::Device& before,
                                            const messages::ExchangeRequest& request,
                                            const Plan& planned) {
  FLORIN_TRY_ASSIGN(auto device, unit.devices().find(before.deviceId));
  if (!device || !sameConversation(*device, before)) {
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
    FLORIN_TRY_ASSIGN(written.result, messages::decodeRequestResult(stored->result));
  }
  const bool writes = planned.result || planned.activates || planned.rotates ||
                      !request.acks.empty() || tellsMore(before, request);
  if (writes) FLORIN_TRY(applyPlan(unit, *device, request, planned));
  if (planned.result) written.result = planned.result;
  FLORIN_TRY_ASSIGN(written.delivery, log_->pending(unit, device->deviceId));
  // It has all that a push would have told it of: the next one begins without attempts behind it.
  if (writes && written.delivery.operations.empty() && !device->sealedPushToken.empty()) {
    FLORIN_TRY(unit.pushes().withdraw(device->deviceId));
  }
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
      backend_->sealer.seal({"devices", "push_token", device.deviceId.view()}, request.pushToken);
}

Status Exchanges::applyPlan(ports::Unit& unit, records::Device& device,
                            const messages::ExchangeRequest& request, const Plan& planned) {
  FLORIN_TRY(log_->acknowledge(unit, device, request.acks));
  if (planned.activates) {
    device.state = records::DeviceState::kActive;
    FLORIN_TRY_ASSIGN(auto enrollment, unit.enrollments().find(device.tenant, *planned.enrollment));
    if (!enrollment) return Error(Code::kConflict, "enrollment changed meanwhile");
    enrollment->state = records::EnrollmentState::kActive;
    enrollment->sealedAttempt.clear();
    FLORIN_TRY(unit.enrollments().update(*enrollment));
    FLORIN_TRY(resync_.lookAtCardsBrought(unit, device, request));
  }
  if (planned.lostTry) FLORIN_TRY(applyLostTry(unit, device, planned));
  if (planned.ended) FLORIN_TRY(codes_->finish(unit, *planned.ended));
  if (planned.claim) FLORIN_TRY(claims_->commit(unit, device, *planned.claim));
  if (planned.refill) FLORIN_TRY(claims_->appendRefill(unit, device, *planned.refill));
  if (planned.rotates) {
    FLORIN_TRY(log_->append(unit, device, {}, messages::OperationType::kRotateBackendKey,
                            channelKey_, OperationLog::Wake::kNot));
  }
  if (planned.result && request.request->type == messages::RequestType::kUpdateDevice) {
    updateDevice(device, *request.request);
  }
  if (planned.result) {
    ++device.nextReqSeq;
    FLORIN_TRY(unit.results().put(device.deviceId, planned.result->reqSeq,
                                  {planned.mark, messages::encodeRequestResult(*planned.result)}));
  }
  learnVault(device, request);
  device.lastSeen = backend_->clock.now();
  return unit.devices().update(device);
}

}  // namespace florin::cps
