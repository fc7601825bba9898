#include "cps/parked_operations.h"

#include <algorithm>
#include <iterator>

#include "base/limits.h"
#include "cps/audit.h"
#include "cps/card_claims.h"
#include "cps/device_view.h"

namespace florin::cps {
namespace {

using messages::OperationType;
using records::OperationState;

using Operations = std::vector<records::Operation>;

}  // namespace

Result<Operations> ParkedOperations::list(const base::DeviceId& deviceId, std::uint64_t after) {
  return backend_.store.read([&](ports::Unit& unit) -> Result<Operations> {
    FLORIN_TRY(requireDevice(unit, backend_, deviceId));
    return unit.operations().listOf(deviceId, after, base::limits::kOperationsPerExchange);
  });
}

Result<Operations> ParkedOperations::parked(const base::DeviceId& deviceId) {
  return backend_.store.read([&](ports::Unit& unit) -> Result<Operations> {
    FLORIN_TRY(requireDevice(unit, backend_, deviceId));
    return unit.operations().parkedOf(deviceId);
  });
}

Result<Operations> ParkedOperations::open(const base::DeviceId& deviceId) {
  return backend_.store.read([&](ports::Unit& unit) -> Result<Operations> {
    FLORIN_TRY(requireDevice(unit, backend_, deviceId));
    FLORIN_TRY_ASSIGN(auto rows,
                      unit.operations().pendingOf(deviceId, base::limits::kOperationsPerExchange));
    FLORIN_TRY_ASSIGN(auto parked, unit.operations().parkedOf(deviceId));
    std::ranges::move(parked, std::back_inserter(rows));
    std::ranges::sort(rows, {}, &records::Operation::opSeq);
    return rows;
  });
}

Status ParkedOperations::retry(const base::DeviceId& deviceId, std::uint64_t opSeq,
                               const Actor& by) {
  return release(deviceId, opSeq, true, by);
}
Status ParkedOperations::giveUp(const base::DeviceId& deviceId, std::uint64_t opSeq,
                                const Actor& by) {
  return release(deviceId, opSeq, false, by);
}

Status ParkedOperations::release(const base::DeviceId& deviceId, std::uint64_t opSeq, bool again,
                                 const Actor& by) {
  const Literal action = again ? Literal("operation.retried") : Literal("operation.voided");
  const Status released = backend_.store.write([&](ports::Unit& unit) -> Status {
    FLORIN_TRY_ASSIGN(auto device, requireDevice(unit, backend_, deviceId));
    FLORIN_TRY_ASSIGN(const auto row, unit.operations().find(deviceId, opSeq));
    if (!row) return Error(Code::kNotFound, "no such operation");
    if (row->state != OperationState::kParked || !takesOperations(device.state)) {
      return Error(Code::kWrongState, "the operation is not parked, or its device is gone");
    }
    FLORIN_TRY(releaseCard(unit, device, *row, again));
    FLORIN_TRY(
        audit(unit, backend_, {by, action, deviceId.view(), "operation " + std::to_string(opSeq)}));
    return unit.devices().update(device);
  });
  if (!released.ok()) return released;
  backend_.log.info(action, {{"deviceId", deviceId}, {"opSeq", opSeq}});
  return {};
}

// Everything of the card from the parked operation on gets new numbers, in its order. State
// operations carry the target of now, so one at the end stands for all.
Status ParkedOperations::releaseCard(ports::Unit& unit, records::Device& device,
                                     const records::Operation& parked, bool again) {
  const auto close = [&](const records::Operation& row) {
    return unit.operations().setState(device.deviceId, row.opSeq, OperationState::kVoid,
                                      row.parkedReason);
  };
  FLORIN_TRY(close(parked));
  if (!again) FLORIN_TRY(voidKeysOf(unit, device, parked));
  if (parked.cardSeq == 0) {
    return again ? writeAgain(unit, device, parked, messages::CardTarget::kSuspended) : Status();
  }
  FLORIN_TRY_ASSIGN(const auto target, targetOfCard(unit, device, parked.tokenId));
  FLORIN_TRY_ASSIGN(const auto open, unit.operations().openOfCard(device.deviceId, parked.tokenId));
  bool state = again && isStateOperation(static_cast<OperationType>(parked.type));
  if (again && !state) FLORIN_TRY(writeAgain(unit, device, parked, target));
  for (const records::Operation& row : open) {
    const auto type = static_cast<OperationType>(row.type);
    const bool isParked = row.state == OperationState::kParked;
    const bool held = row.opSeq > parked.opSeq && (isParked ? again : !isUrgent(type));
    if (!held) continue;
    FLORIN_TRY(close(row));
    if (isStateOperation(type)) {
      state = true;
    } else {
      FLORIN_TRY(writeAgain(unit, device, row, target));
    }
  }
  return state ? log_.appendState(unit, device, parked.tokenId, target) : Status();
}

// Keys that never reach the device would count as its stock for ever.
Status ParkedOperations::voidKeysOf(ports::Unit& unit, const records::Device& device,
                                    const records::Operation& row) {
  if (static_cast<OperationType>(row.type) != OperationType::kInstallKeys) return {};
  FLORIN_TRY_ASSIGN(const auto card,
                    unit.digitalCards().findByToken(device.tenant, device.walletId, row.tokenId));
  if (!card) return Error(Code::kCorrupted, "an operation's card is missing");
  FLORIN_TRY_ASSIGN(const auto opened, log_.unseal({row}));
  FLORIN_TRY_ASSIGN(const auto payload,
                    messages::decodePayload(opened.front().type, opened.front().payload.expose()));
  std::vector<ports::PaymentKeyName> names;
  for (const messages::WrappedKey& key : std::get<messages::InstallKeys>(payload).keys) {
    names.push_back({key.kind == messages::KeyKind::kLuk ? ports::PaymentKeyKind::kLuk
                                                         : ports::PaymentKeyKind::kSuk,
                     key.number});
  }
  return backend_.tokens.voidKeys(unit, card->issuer, row.tokenId, names);
}

Status ParkedOperations::writeAgain(ports::Unit& unit, records::Device& device,
                                    const records::Operation& row, messages::CardTarget target) {
  const auto type = static_cast<OperationType>(row.type);
  FLORIN_TRY_ASSIGN(const auto opened, log_.unseal({row}));
  FLORIN_TRY_ASSIGN(auto payload, messages::decodePayload(type, opened.front().payload.expose()));
  if (auto* const install = std::get_if<messages::InstallCard>(&payload)) install->target = target;
  return log_.append(unit, device, row.tokenId, type, payload);
}

Result<messages::CardTarget> ParkedOperations::targetOfCard(ports::Unit& unit,
                                                            const records::Device& device,
                                                            const base::TokenId& card) {
  FLORIN_TRY_ASSIGN(const auto row,
                    unit.digitalCards().findByToken(device.tenant, device.walletId, card));
  if (!row) return Error(Code::kCorrupted, "an operation's card is missing");
  FLORIN_TRY_ASSIGN(const auto now, backend_.tokens.look(unit, row->issuer, row->tokenId));
  return targetOf(now.after);
}

}  // namespace florin::cps
