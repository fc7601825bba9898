#include "cps/operation_log.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/limits.h"
#include "cps/card_notices.h"
#include "cps/digitization_steps.h"
#include "ports/put_push.h"

namespace florin::cps {
namespace {

Bytes rowId(const base::DeviceId& deviceId, std::uint64_t opSeq) {
  return base::concat(deviceId.view(), base::bigEndian(opSeq));
}

// What is read to choose from: a card that is held back must not hide the others.
constexpr std::size_t kPendingRead = 8 * base::limits::kOperationsPerExchange;

messages::OperationType typeOf(const records::Operation& row) {
  return static_cast<messages::OperationType>(row.type);
}

void dropHeldBack(std::vector<records::Operation>& rows,
                  const std::vector<records::Operation>& parked) {
  std::erase_if(rows, [&](const records::Operation& row) {
    return row.cardSeq != 0 && !isUrgent(typeOf(row)) &&
           std::ranges::any_of(parked, [&](const records::Operation& stopped) {
             return stopped.tokenId == row.tokenId && stopped.opSeq < row.opSeq;
           });
  });
}

// putUrgentFirst gives how many are urgent or go with one: each card keeps its order, so what comes
// before an urgent operation of it goes first, too.
std::size_t putUrgentFirst(std::vector<records::Operation>& rows) {
  if (std::ranges::none_of(rows, [](const auto& row) { return isUrgent(typeOf(row)); })) return 0;
  const auto isFirst = [urgent = rows](const records::Operation& row) {
    return std::ranges::any_of(urgent, [&](const records::Operation& other) {
      return isUrgent(typeOf(other)) && other.tokenId == row.tokenId && other.opSeq >= row.opSeq;
    });
  };
  const auto others = std::ranges::stable_partition(rows, isFirst);
  return rows.size() - others.size();
}

}  // namespace

bool isStateOperation(messages::OperationType type) {
  switch (type) {
    case messages::OperationType::kActivateCard:
    case messages::OperationType::kSuspendCard:
    case messages::OperationType::kResumeCard: return true;
    case messages::OperationType::kInstallCard:
    case messages::OperationType::kInstallKeys:
    case messages::OperationType::kDeleteCard:
    case messages::OperationType::kRenewProfile:
    case messages::OperationType::kRotateBackendKey:
    case messages::OperationType::kUpdatePolicy:
    case messages::OperationType::kWipe: break;
  }
  return false;
}

bool isUrgent(messages::OperationType type) {
  return type == messages::OperationType::kSuspendCard ||
         type == messages::OperationType::kDeleteCard || type == messages::OperationType::kWipe;
}

bool takesOperations(records::DeviceState state) {
  switch (state) {
    case records::DeviceState::kBound:
    case records::DeviceState::kActive:
    case records::DeviceState::kSuspended: return true;
    case records::DeviceState::kRevoked:
    case records::DeviceState::kWiped: break;
  }
  return false;
}

Status OperationLog::append(ports::Unit& unit, records::Device& device,
                            const base::TokenId& tokenId, messages::OperationType type,
                            const messages::OperationPayload& payload, Wake wake) {
  records::Operation row;
  row.deviceId = device.deviceId;
  device.nextOpSeq = std::max(device.nextOpSeq, backend_.epoch.first);
  row.opSeq = device.nextOpSeq++;
  row.tokenId = tokenId;
  if (tokenId != base::TokenId()) {
    FLORIN_TRY_ASSIGN(const std::uint64_t last,
                      unit.operations().lastCardSeq(device.deviceId, tokenId));
    row.cardSeq = std::max(last + 1, backend_.epoch.first);
  }
  row.type = static_cast<std::uint8_t>(type);
  const Bytes id = rowId(device.deviceId, row.opSeq);
  row.sealedPayload =
      backend_.sealer.seal({"operations", "payload", id}, messages::encodePayload(type, payload));
  row.created = backend_.clock.now();
  FLORIN_TRY(unit.operations().insert(row));
  return wake == Wake::kByPush ? push(unit, device) : Status();
}

Status OperationLog::push(ports::Unit& unit, const records::Device& device) {
  return ports::putPush(unit, backend_.bell, device, {}, backend_.clock.now());
}

Status OperationLog::appendState(ports::Unit& unit, records::Device& device,
                                 const base::TokenId& tokenId, messages::CardTarget target) {
  const auto type = target == messages::CardTarget::kSuspended
                        ? messages::OperationType::kSuspendCard
                        : messages::OperationType::kResumeCard;
  return append(unit, device, tokenId, type, messages::SetCardState{target});
}

Status OperationLog::noteInstall(ports::Unit& unit, const records::Device& device,
                                 const records::Operation& row, const messages::Ack& ack) {
  FLORIN_TRY_ASSIGN(const auto card,
                    unit.digitalCards().findByToken(device.tenant, device.walletId, row.tokenId));
  if (!card) return {};
  const bool applied = ack.verdict == messages::AckVerdict::kApplied;
  return noteStep(unit, backend_, *card,
                  {applied ? Literal("installed") : "install_failed",
                   applied ? "" : "reason " + std::to_string(ack.reason)});
}

Status OperationLog::acknowledge(ports::Unit& unit, const records::Device& device,
                                 const std::vector<messages::Ack>& acks) {
  FLORIN_TRY_ASSIGN(const auto watch, ProvisioningWatch::before(unit, backend_, device, acks));
  bool eraseOld = false;
  for (const messages::Ack& ack : acks) {
    if (ack.opSeq == 0 || ack.opSeq >= device.nextOpSeq) {
      return messages::refusal(messages::CpsStatus::kInvalidConversation,
                               "acknowledged an operation that was never written");
    }
    FLORIN_TRY_ASSIGN(const auto row, unit.operations().find(device.deviceId, ack.opSeq));
    if (!row || row->state != records::OperationState::kPending) continue;
    const bool applied = ack.verdict == messages::AckVerdict::kApplied;
    FLORIN_TRY(unit.operations().setState(
        device.deviceId, ack.opSeq,
        applied ? records::OperationState::kAcked : records::OperationState::kParked, ack.reason));
    if (typeOf(*row) == messages::OperationType::kInstallCard) {
      FLORIN_TRY(noteInstall(unit, device, *row, ack));
    }
    if (applied && typeOf(*row) == messages::OperationType::kInstallKeys) {
      FLORIN_TRY(backend_.tokens.keysArrived(unit, row->tokenId));
    }
    eraseOld = eraseOld || ack.opSeq % base::limits::kEraseOldEvery == 0;
    if (!applied) {
      backend_.log.warning(
          "operation.parked",
          {{"deviceId", device.deviceId}, {"opSeq", ack.opSeq}, {"reason", ack.reason}});
    }
  }
  FLORIN_TRY(watch.tell(unit, backend_));
  if (!eraseOld) return {};
  return unit.operations().eraseOld(device.deviceId,
                                    backend_.clock.now() - backend_.operationsKept);
}

Result<OperationLog::Delivery> OperationLog::pending(ports::Unit& unit,
                                                     const base::DeviceId& deviceId, Which which) {
  constexpr std::size_t kLimit = base::limits::kOperationsPerExchange;
  Delivery delivery;
  FLORIN_TRY_ASSIGN(delivery.operations, unit.operations().pendingOf(deviceId, kPendingRead));
  if (delivery.operations.empty()) return delivery;
  FLORIN_TRY_ASSIGN(const auto parked, unit.operations().parkedOf(deviceId));
  dropHeldBack(delivery.operations, parked);
  const std::size_t urgent = putUrgentFirst(delivery.operations);
  if (which == Which::kUrgent) delivery.operations.resize(urgent);
  std::size_t count = 0;
  std::size_t bytes = 0;
  for (const records::Operation& row : delivery.operations) {
    bytes += row.sealedPayload.size();
    if (count == kLimit || (count > 0 && bytes > base::limits::kOperationBytesPerExchange)) break;
    ++count;
  }
  delivery.more = count < delivery.operations.size();
  delivery.operations.resize(count);
  return delivery;
}

Result<std::vector<messages::DeliveredOperation>> OperationLog::unseal(
    const std::vector<records::Operation>& operations) {
  std::vector<messages::DeliveredOperation> delivered;
  delivered.reserve(operations.size());
  for (const records::Operation& row : operations) {
    const Bytes id = rowId(row.deviceId, row.opSeq);
    FLORIN_TRY_ASSIGN(SecretBytes payload,
                      backend_.sealer.open({"operations", "payload", id}, row.sealedPayload));
    delivered.push_back({.opSeq = row.opSeq,
                         .cardSeq = row.cardSeq,
                         .tokenId = row.tokenId,
                         .type = static_cast<messages::OperationType>(row.type),
                         .payload = std::move(payload)});
  }
  return delivered;
}

}  // namespace florin::cps
