// The content of a transaction: records put and erased, by key (docs/vault-format.md, entries).
#pragma once

#include <functional>
#include <map>

#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::vault {

// Kind says what a record is; the numbers are in the file and never change their meaning.
enum class Kind : std::uint8_t {
  kWallet = 1,
  kEnrollment = 2,
  kDevice = 3,
  kRequests = 4,
  kCard = 5,
  kPaymentKey = 6,
  kTransportKey = 7,
  kAck = 8,
  kDefaultCard = 9,
  kCounter = 10,
  kCardSequence = 11,
  kPushToken = 12,
  kRetiredKey = 13,
  kLimitedKey = 14,
  kPoll = 15,
  kIccKey = 16,
  kPendingActivation = 17,
};

// RecordKey is the kind's byte and the id; the order of keys is the order of ids within a kind.
using RecordKey = Bytes;
RecordKey recordKey(Kind kind, ByteView id);

// Records is the vault in memory: values in clear, as the transactions left them.
using Records = std::map<RecordKey, SecretBytes>;

// Changes is what one transaction does: a value is put, nothing is erased.
using Changes = std::map<RecordKey, std::optional<SecretBytes>>;

// encodedSize is the number of bytes that an entry takes.
std::size_t encodedSize(const RecordKey& key, const SecretBytes* value);

// encodeEntry writes one entry into the front of `out`, which is large enough, and gives the rest.
std::span<std::uint8_t> encodeEntry(std::span<std::uint8_t> out, const RecordKey& key,
                                    const SecretBytes* value);

// encodeChanges writes a whole transaction.
SecretBytes encodeChanges(const Changes& changes);

// applyEntries changes `records` as a transaction's entries say. kCorrupted: they do not have their
// form; `records` may be half changed then.
Status applyEntries(const SecretBytes& entries, Records& records);

}  // namespace florin::vault
