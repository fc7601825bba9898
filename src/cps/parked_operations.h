// ParkedOperations is what an operator does about operations that a device could not apply (D7):
// look, retry, void. A parked operation holds back what came after it for its card. When it is
// retried or voided, those are written anew behind it: a device passes over a cardSeq below the
// last that it has applied, and an urgent operation may have gone around them.
#pragma once

#include <vector>

#include "cps/actor.h"
#include "cps/operation_log.h"

namespace florin::cps {

class ParkedOperations {
 public:
  ParkedOperations(Backend& backend, OperationLog& log) : backend_(backend), log_(log) {}

  // list gives operations of a device above `after`, by opSeq, at most
  // limits::kOperationsPerExchange. kWalletUnknown: no such device.
  Result<std::vector<records::Operation>> list(const base::DeviceId& deviceId, std::uint64_t after);

  // parked gives those that the device could not apply; open those that it has not acknowledged,
  // too, of which at most limits::kOperationsPerExchange. By opSeq.
  Result<std::vector<records::Operation>> parked(const base::DeviceId& deviceId);
  Result<std::vector<records::Operation>> open(const base::DeviceId& deviceId);

  // retry writes the operation again, and giveUp gives it up; both then release what it held back.
  // kNotFound: no such operation; kWrongState: it is not parked (any more), or its device takes no
  // operations any more.
  Status retry(const base::DeviceId& deviceId, std::uint64_t opSeq, const Actor& by = anOperator());
  Status giveUp(const base::DeviceId& deviceId, std::uint64_t opSeq,
                const Actor& by = anOperator());

 private:
  Status release(const base::DeviceId& deviceId, std::uint64_t opSeq, bool again, const Actor& by);
  Status releaseCard(ports::Unit& unit, records::Device& device, const records::Operation& parked,
                     bool again);
  Status voidKeysOf(ports::Unit& unit, const records::Device& device,
                    const records::Operation& row);
  Status writeAgain(ports::Unit& unit, records::Device& device, const records::Operation& row,
                    messages::CardTarget target);
  Result<messages::CardTarget> targetOfCard(ports::Unit& unit, const records::Device& device,
                                            const base::TokenId& card);

  Backend& backend_;
  OperationLog& log_;
};

}  // namespace florin::cps
