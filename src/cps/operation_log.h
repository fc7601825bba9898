// OperationLog: everything the backend does to a device goes through here (D7). Appending happens
// in the unit of the state change that caused it; the payload is sealed once and every delivery
// repeats those bytes (I4).
#pragma once

#include <vector>

#include "cps/backend.h"
#include "messages/exchange.h"

namespace florin::cps {

// Activate, suspend, resume: they carry the state that the card is to have.
bool isStateOperation(messages::OperationType type);

// SuspendCard, DeleteCard and Wipe never wait: a parked operation does not hold them back, and they
// are delivered first, with what comes before them for their card.
bool isUrgent(messages::OperationType type);

// Revoked and wiped devices get Wipe and nothing else (I8).
bool takesOperations(records::DeviceState state);

class OperationLog {
 public:
  explicit OperationLog(Backend& backend) : backend_(backend) {}

  // Wake: whether the device is to be told to ask; not when it asks at this moment.
  enum class Wake : std::uint8_t { kByPush, kNot };

  // append writes the next operation of `device` and counts device.nextOpSeq up; the caller writes
  // the device row. `tokenId` zero: it concerns the device itself. The push is written in the same
  // unit.
  Status append(ports::Unit& unit, records::Device& device, const base::TokenId& tokenId,
                messages::OperationType type, const messages::OperationPayload& payload,
                Wake wake = Wake::kByPush);

  // appendState writes the operation that gives the card this state.
  Status appendState(ports::Unit& unit, records::Device& device, const base::TokenId& tokenId,
                     messages::CardTarget target);

  // acknowledge records the device's verdicts. An ack beyond the log is kInvalidConversation; one
  // already recorded is passed over. With every 16th operation what is over for long is erased
  // (Backend::operationsKept), while the device's rows are at hand: a device that is not heard of
  // makes no rows either.
  Status acknowledge(ports::Unit& unit, const records::Device& device,
                     const std::vector<messages::Ack>& acks);

  // pending gives what is to be delivered, in order, but for urgent operations; what a parked
  // operation holds back is left out. `more` tells that a limit of number or size cut it.
  struct Delivery {
    std::vector<records::Operation> operations;
    bool more = false;
  };
  // kUrgent: only urgent operations, with what comes before them for their card.
  enum class Which : std::uint8_t { kAll, kUrgent };
  Result<Delivery> pending(ports::Unit& unit, const base::DeviceId& deviceId,
                           Which which = Which::kAll);

  // unseal turns log rows into what goes on the wire; no unit is needed.
  Result<std::vector<messages::DeliveredOperation>> unseal(
      const std::vector<records::Operation>& operations);

 private:
  Status push(ports::Unit& unit, const records::Device& device);
  Status noteInstall(ports::Unit& unit, const records::Device& device,
                     const records::Operation& row, const messages::Ack& ack);

  Backend& backend_;
};

}  // namespace florin::cps
