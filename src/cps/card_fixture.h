// For tests: the CPS of cps_fixture.h with digital cards, claimed by its device or not, and the
// device's side of the operation log.
#pragma once

#include <vector>

#include "cps/card_claims.h"
#include "cps/cps_fixture.h"

namespace florin::cps {

struct CardTest : CpsTest {
  // digitized gives a code whose card was digitized into the wallet.
  records::ActivationCode digitized() {
    const records::Token token = put();
    records::DigitalCard card;
    card.tenant = tenant;
    card.digitalCardId = base::DigitalCardId::random(random);
    card.walletId = wallet.walletId;
    card.correlationId = base::CorrelationId::random(random);
    card.issuer = issuer;
    card.tokenId = token.tokenId;
    card.panIndex = random.bytes(32);
    card.sealedReply = {1};
    const auto code = codes.prepare(wallet, card);
    EXPECT_TRUE(code.ok());
    EXPECT_TRUE(write([&](ports::Unit& unit) -> Status {
                  FLORIN_TRY(unit.digitalCards().insert(card));
                  return codes.commit(unit, *code);
                }).ok());
    return code->row;
  }

  Status commit(const PreparedClaim& claim) {
    return write([&](ports::Unit& unit) -> Status {
      FLORIN_TRY(claims.commit(unit, row, claim));
      return unit.devices().update(row);
    });
  }

  // claimed gives the code of a card whose operations wait for the device.
  records::ActivationCode claimed() {
    readDevice();
    const records::ActivationCode code = digitized();
    const auto claim = claims.prepare(code, row);
    EXPECT_TRUE(claim.ok() && commit(*claim).ok());
    return code;
  }

  // installed gives the code of a card that is on the device, all of it acknowledged.
  records::ActivationCode installed() {
    const records::ActivationCode code = claimed();
    acknowledgeAll();
    return code;
  }

  void acknowledgeAll() {
    std::vector<messages::Ack> acks;
    for (const std::uint64_t opSeq : pendingSeqs()) acks.push_back({opSeq});
    EXPECT_TRUE(acknowledge(acks).ok());
  }

  // park says that the device could not apply an operation.
  void park(std::uint64_t opSeq) {
    EXPECT_TRUE(acknowledge({{opSeq, messages::AckVerdict::kCannotApply, 7}}).ok());
  }

  void readDevice() {
    row =
        store.read([&](ports::Unit& unit) { return unit.devices().find(device); }).value().value();
  }

  Status acknowledge(const std::vector<messages::Ack>& acks) {
    readDevice();
    return write([&](ports::Unit& unit) { return operations.acknowledge(unit, row, acks); });
  }
  using Which = OperationLog::Which;
  OperationLog::Delivery pending(Which which = Which::kAll) {
    return store.read([&](ports::Unit& unit) { return operations.pending(unit, device, which); })
        .value();
  }
  std::vector<std::uint64_t> pendingSeqs(Which which = Which::kAll) {
    std::vector<std::uint64_t> seqs;
    for (const records::Operation& operation : pending(which).operations)
      seqs.push_back(operation.opSeq);
    return seqs;
  }
  std::vector<messages::OperationType> pendingTypes() {
    std::vector<messages::OperationType> types;
    for (const records::Operation& operation : pending().operations) {
      types.push_back(static_cast<messages::OperationType>(operation.type));
    }
    return types;
  }
  // payloadOf decodes the pending operation at `index` of the delivery.
  messages::OperationPayload payloadOf(std::size_t index) {
    const auto delivered = operations.unseal(pending().operations);
    const auto& one = delivered->at(index);
    return messages::decodePayload(one.type, one.payload.expose()).value();
  }
  records::Operation find(std::uint64_t opSeq) {
    return store.read([&](ports::Unit& unit) { return unit.operations().find(device, opSeq); })
        .value()
        .value();
  }
  records::Token tokenOf(const records::ActivationCode& code) {
    return store.read([&](ports::Unit& unit) { return unit.tokens().find(issuer, code.tokenId); })
        .value()
        .value();
  }
  records::DigitalCard cardOf(const records::ActivationCode& code) {
    return store
        .read(
            [&](ports::Unit& unit) { return unit.digitalCards().find(tenant, code.digitalCardId); })
        .value()
        .value();
  }

  CardClaims claims{backend, codes, operations};
};

}  // namespace florin::cps
