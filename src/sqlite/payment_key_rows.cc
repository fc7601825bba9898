#include <algorithm>

#include "base/check.h"
#include "base/limits.h"
#include "sqlite/changed.h"
#include "sqlite/token_rows.h"

namespace florin::sqlite {
namespace {

using records::PaymentKeyState;

struct Batch {
  std::int64_t firstAtc = 0;
  Bytes states;
};

struct NamedBatch {
  std::int64_t masterKeyVersion = 0;
  std::int64_t firstAtc = 0;
  Bytes states;
};

Status readRow(Columns& columns, NamedBatch& batch) {
  return columns.read(batch.masterKeyVersion, batch.firstAtc, batch.states);
}

Status readRow(Columns& columns, Batch& batch) {
  return columns.read(batch.firstAtc, batch.states);
}

// stateAt points at the byte of `atc`, or is null when the batch ends before it.
std::uint8_t* stateAt(std::optional<Batch>& batch, std::uint32_t atc) {
  if (!batch) return nullptr;
  const auto offset = static_cast<std::size_t>(atc - batch->firstAtc);
  return offset < batch->states.size() ? &batch->states[offset] : nullptr;
}

// lastBatchUpTo gives the batch that holds `atc`, if one does.
Result<std::optional<Batch>> lastBatchUpTo(Connection& db, const base::TokenId& id,
                                           std::uint32_t masterKeyVersion, std::int64_t atc) {
  return db.find<Batch>(
      "SELECT first_atc, states FROM payment_keys WHERE token_id = ? AND master_key_version = ?"
      " AND first_atc <= ? ORDER BY first_atc DESC LIMIT 1",
      id, masterKeyVersion, atc);
}

}  // namespace

Status PaymentKeyRows::insertIssued(const base::TokenId& id, std::uint32_t masterKeyVersion,
                                    std::uint32_t firstAtc, std::uint32_t count) {
  FLORIN_CHECK(count <= base::limits::kKeysPerOperation);
  if (count == 0) return {};
  const std::int64_t lastAtc = std::int64_t{firstAtc} + count - 1;
  FLORIN_TRY_ASSIGN(const std::optional<Batch> before,
                    lastBatchUpTo(db_, id, masterKeyVersion, lastAtc));
  if (before && before->firstAtc + static_cast<std::int64_t>(before->states.size()) > firstAtc) {
    return Error(Code::kConflict, "a payment key of this ATC was issued already");
  }
  const Bytes states(count, static_cast<std::uint8_t>(PaymentKeyState::kIssued));
  return done(db_.execute("INSERT INTO payment_keys VALUES (?, ?, ?, ?, ?)", id, masterKeyVersion,
                          firstAtc, states, count));
}

Result<std::optional<records::PaymentKey>> PaymentKeyRows::find(const base::TokenId& id,
                                                                std::uint32_t masterKeyVersion,
                                                                std::uint32_t atc) {
  FLORIN_TRY_ASSIGN(std::optional<Batch> batch, lastBatchUpTo(db_, id, masterKeyVersion, atc));
  const std::uint8_t* const state = stateAt(batch, atc);
  if (state == nullptr) return std::optional<records::PaymentKey>();
  const auto known = static_cast<PaymentKeyState>(*state);
  switch (known) {
    case PaymentKeyState::kIssued:
    case PaymentKeyState::kSpent:
    case PaymentKeyState::kVoid:
      return std::optional(records::PaymentKey{id, masterKeyVersion, atc, known});
  }
  return Error(Code::kCorrupted, "unknown state of a payment key", *state);
}

Status PaymentKeyRows::setState(const base::TokenId& id, std::uint32_t masterKeyVersion,
                                std::uint32_t atc, PaymentKeyState state) {
  FLORIN_TRY_ASSIGN(std::optional<Batch> batch, lastBatchUpTo(db_, id, masterKeyVersion, atc));
  std::uint8_t* const stored = stateAt(batch, atc);
  if (stored == nullptr || *stored != static_cast<std::uint8_t>(PaymentKeyState::kIssued)) {
    return Error(Code::kConflict, "the payment key is not issued, or not any more");
  }
  *stored = static_cast<std::uint8_t>(state);
  const int fewer = state == PaymentKeyState::kIssued ? 0 : 1;
  return oneChanged(
      db_.execute("UPDATE payment_keys SET states = ?, issued = issued - ?"
                  " WHERE token_id = ? AND master_key_version = ? AND first_atc = ?",
                  batch->states, fewer, id, masterKeyVersion, batch->firstAtc));
}

// A later version begins above the ATCs of the one before, so the newest batch that has a spent key
// has the highest.
Result<std::uint32_t> PaymentKeyRows::highestSpent(const base::TokenId& id) {
  FLORIN_TRY_ASSIGN(const auto batch,
                    db_.find<Batch>("SELECT first_atc, states FROM payment_keys"
                                    " WHERE token_id = ? AND instr(states, x'02') > 0"
                                    " ORDER BY master_key_version DESC, first_atc DESC LIMIT 1",
                                    id));
  if (!batch) return 0U;
  std::uint32_t highest = 0;
  for (std::size_t i = 0; i < batch->states.size(); ++i) {
    const bool spent = batch->states[i] == static_cast<std::uint8_t>(PaymentKeyState::kSpent);
    if (spent) highest = batch->firstAtc + static_cast<std::uint32_t>(i);
  }
  return highest;
}

Status PaymentKeyRows::voidIssued(const base::TokenId& id) {
  FLORIN_TRY_ASSIGN(std::vector<NamedBatch> batches,
                    db_.list<NamedBatch>("SELECT master_key_version, first_atc, states"
                                         " FROM payment_keys WHERE token_id = ? AND issued > 0",
                                         id));
  for (NamedBatch& batch : batches) {
    std::replace(batch.states.begin(), batch.states.end(),
                 static_cast<std::uint8_t>(PaymentKeyState::kIssued),
                 static_cast<std::uint8_t>(PaymentKeyState::kVoid));
    FLORIN_TRY(
        oneChanged(db_.execute("UPDATE payment_keys SET states = ?, issued = 0"
                               " WHERE token_id = ? AND master_key_version = ? AND first_atc = ?",
                               batch.states, id, batch.masterKeyVersion, batch.firstAtc)));
  }
  return {};
}

Result<std::uint32_t> PaymentKeyRows::countIssued(const base::TokenId& id,
                                                  std::uint32_t masterKeyVersion,
                                                  std::uint32_t atc) {
  FLORIN_TRY_ASSIGN(const auto batches,
                    db_.list<Batch>("SELECT first_atc, states FROM payment_keys WHERE token_id = ?"
                                    " AND master_key_version = ? AND issued > 0",
                                    id, masterKeyVersion));
  std::uint32_t count = 0;
  for (const Batch& batch : batches) {
    for (std::size_t i = 0; i < batch.states.size(); ++i) {
      const bool above = batch.firstAtc + static_cast<std::int64_t>(i) > atc;
      const bool issued = batch.states[i] == static_cast<std::uint8_t>(PaymentKeyState::kIssued);
      if (above && issued) ++count;
    }
  }
  return count;
}

}  // namespace florin::sqlite
