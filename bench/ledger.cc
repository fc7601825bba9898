#include "ledger.h"

#include "base/bytes.h"

namespace florin::bench {
namespace {

constexpr std::size_t kPage = 1'000;
constexpr std::uint32_t kFirstMasterKey = 1;

crypto::Digest contentOf(const messages::DeliveredOperation& operation) {
  const Bytes head = base::concat(base::bigEndian(operation.cardSeq), operation.tokenId.view(),
                                  Bytes{static_cast<std::uint8_t>(operation.type)});
  return crypto::Sha256().update(head).update(operation.payload.expose()).finish();
}

}  // namespace

Status Ledger::got(const messages::DeliveredOperation& operation,
                   const messages::OperationPayload& payload) {
  const auto content = contentOf(operation);
  const auto [known, isNew] = operations_.try_emplace(operation.opSeq, Operation{content});
  if (!isNew && known->second.content != content) {
    return Error(Code::kCorrupted, "an operation came again with another content",
                 static_cast<std::int64_t>(operation.opSeq));
  }
  const auto* const install = std::get_if<messages::InstallKeys>(&payload);
  if (install == nullptr) return {};
  for (const messages::WrappedKey& key : install->keys) {
    const auto [before, isFirst] = keys_.try_emplace(key.number, operation.opSeq);
    if (!isFirst && before->second != operation.opSeq) {
      return Error(Code::kCorrupted, "a key came in two operations", key.number);
    }
  }
  return {};
}

void Ledger::acknowledged(const std::vector<messages::Ack>& acks) {
  for (const messages::Ack& ack : acks) operations_[ack.opSeq].acknowledged = true;
}

Result<Ledger::Discrepancies> Ledger::audit(ports::Unit& unit, const base::DeviceId& device,
                                            const base::TokenId& card) const {
  Discrepancies found;
  for (const auto& [opSeq, operation] : operations_) {
    FLORIN_TRY_ASSIGN(const auto row, unit.operations().find(device, opSeq));
    const bool there = row && row->state == records::OperationState::kAcked;
    if (!there || !operation.acknowledged) ++found.lost;
  }
  for (const auto& [number, opSeq] : keys_) {
    FLORIN_TRY_ASSIGN(const auto key, unit.paymentKeys().find(card, kFirstMasterKey, number));
    if (!key || key->state != records::PaymentKeyState::kIssued) ++found.lost;
  }
  FLORIN_TRY_ASSIGN(const std::uint32_t issued,
                    unit.paymentKeys().countIssued(card, kFirstMasterKey, 0));
  if (issued > keys_.size()) found.twice += issued - keys_.size();
  for (std::uint64_t after = 0;;) {
    FLORIN_TRY_ASSIGN(const auto rows, unit.operations().listOf(device, after, kPage));
    if (rows.empty()) return found;
    for (const records::Operation& row : rows) {
      if (!operations_.contains(row.opSeq)) ++found.twice;
    }
    after = rows.back().opSeq;
  }
}

}  // namespace florin::bench
