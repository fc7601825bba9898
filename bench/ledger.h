// Ledger is what one device got and what it knows to be acknowledged, to be held against the
// backend's store at the end.
#pragma once

#include <map>
#include <vector>

#include "crypto/hash.h"
#include "messages/exchange.h"
#include "ports/store.h"

namespace florin::bench {

class Ledger {
 public:
  // got: kCorrupted when it contradicts what came before: an operation with another content, or a
  // key number a second time in another operation.
  Status got(const messages::DeliveredOperation& operation,
             const messages::OperationPayload& payload);

  // acknowledged: the backend answered the exchange that carried these.
  void acknowledged(const std::vector<messages::Ack>& acks);

  // What the device and the store do not agree on.
  struct Discrepancies {
    std::size_t lost = 0;   // acknowledged or delivered here, and not there
    std::size_t twice = 0;  // there more often than here
  };
  // audit expects that the device has ended: it got and acknowledged all that was for it.
  [[nodiscard]] Result<Discrepancies> audit(ports::Unit& unit, const base::DeviceId& device,
                                            const base::TokenId& card) const;

  [[nodiscard]] std::size_t operations() const { return operations_.size(); }
  [[nodiscard]] std::size_t keys() const { return keys_.size(); }

 private:
  struct Operation {
    crypto::Digest content;
    bool acknowledged = false;
  };
  std::map<std::uint64_t, Operation> operations_;  // by opSeq
  std::map<std::uint32_t, std::uint64_t> keys_;    // by number: the operation that brought it
};

}  // namespace florin::bench
