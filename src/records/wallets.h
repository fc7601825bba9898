// Rows of room cps: wallets, activation codes, enrollments, devices, operations, results. A row is
// a plain value; columns named `sealed...` hold what sealing::RowSealer made. Repositories live
// inside one unit of work (ports/store.h); every method may fail with what the store fails with,
// which is not repeated here. Keys begin with the tenant. An update leaves what names a row as it
// was inserted: tenant, wallet, share, correlation and time of creation.
#pragma once

#include <optional>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "florin/bytes.h"
#include "florin/error.h"
#include "florin/result.h"

namespace florin::records {

struct Wallet {
  base::TenantId tenant;  // the wallet provider
  base::WalletId walletId;
  Bytes publicKey;  // 65 bytes, registered at WSE
  std::string applicationId;
  std::uint32_t triesLeft = 0;  // guesses left for activation codes (I3)
  base::Time created;
};

class WalletRepository {
 public:
  virtual ~WalletRepository() = default;
  virtual Result<std::optional<Wallet>> find(const base::TenantId&, const base::WalletId&) = 0;
  // insert: kConflict when the id is taken.
  virtual Status insert(const Wallet&) = 0;
  virtual Status setTriesLeft(const base::TenantId&, const base::WalletId&,
                              std::uint32_t triesLeft) = 0;
};

enum class CodeState : std::uint8_t { kOpen = 1, kBound = 2 };

// One activation code: the SPAKE2+ registration record, never the code (I10). Erased when its card
// is claimed. `codeRef` names it within its wallet: for S1 it follows from the code, for S2 it is
// random and stays here, because a typed code must not leave a trace that can be tried against.
struct ActivationCode {
  base::TenantId tenant;
  base::WalletId walletId;
  Bytes codeRef;  // 8 bytes
  std::uint8_t suite = 0;
  Bytes sealedRecord;  // (w0, L)
  base::DigitalCardId digitalCardId;
  base::TokenId tokenId;
  base::TenantId issuer;  // tenant of the token
  CodeState state = CodeState::kOpen;
  base::Time expires;
};

class ActivationCodeRepository {
 public:
  virtual ~ActivationCodeRepository() = default;
  virtual Result<std::optional<ActivationCode>> find(const base::TenantId&, const base::WalletId&,
                                                     ByteView codeRef) = 0;
  // findTyped gives the wallet's open code of suite S2: there is at most one.
  virtual Result<std::optional<ActivationCode>> findTyped(const base::TenantId&,
                                                          const base::WalletId&) = 0;
  virtual Result<std::optional<ActivationCode>> findByCard(const base::TenantId&,
                                                           const base::WalletId&,
                                                           const base::DigitalCardId&) = 0;
  virtual Result<std::uint32_t> countOf(const base::TenantId&, const base::WalletId&) = 0;
  // put inserts, or replaces the code of the same wallet and codeRef.
  virtual Status put(const ActivationCode&) = 0;
  virtual Status erase(const base::TenantId&, const base::WalletId&, ByteView codeRef) = 0;
  // expiredBefore gives open codes of all tenants that expired before `time`, at most `limit`.
  virtual Result<std::vector<ActivationCode>> expiredBefore(base::Time time, std::size_t limit) = 0;
};

enum class EnrollmentState : std::uint8_t { kAnswered = 1, kBound = 2, kActive = 3 };

// One answered shareP (D5). `shareHash` = SHA-256 of E1, unique per wallet: the same E1 gets the
// stored E2.
struct Enrollment {
  base::TenantId tenant;
  base::EnrollmentId enrollmentId;
  base::WalletId walletId;
  Bytes shareHash;  // 32 bytes
  Bytes codeRef;
  EnrollmentState state = EnrollmentState::kAnswered;
  Bytes e2;                 // as it was sent
  Bytes sealedAttempt;      // protocol::BackendAttempt; empty once ACTIVE
  Bytes e3Hash;             // SHA-256 of E3; empty before it came
  Bytes e4;                 // as it was sent; empty before
  base::DeviceId deviceId;  // zero before E3
  base::Time created;
  base::Time bound;
};

class EnrollmentRepository {
 public:
  virtual ~EnrollmentRepository() = default;
  virtual Result<std::optional<Enrollment>> find(const base::TenantId&,
                                                 const base::EnrollmentId&) = 0;
  virtual Result<std::optional<Enrollment>> findByShare(const base::TenantId&,
                                                        const base::WalletId&,
                                                        ByteView shareHash) = 0;
  // findByDevice gives the enrollment that was bound last.
  virtual Result<std::optional<Enrollment>> findByDevice(const base::TenantId&,
                                                         const base::DeviceId&) = 0;
  virtual Status insert(const Enrollment&) = 0;
  virtual Status update(const Enrollment&) = 0;
  // oldest gives enrollments of all tenants in the order in which they were inserted, at most
  // `limit`.
  virtual Result<std::vector<Enrollment>> oldest(std::size_t limit) = 0;
  virtual Status erase(const base::TenantId&, const base::EnrollmentId&) = 0;
};

// Revoked: gets Wipe and nothing else (I8); wiped: its Wipe was acknowledged.
enum class DeviceState : std::uint8_t {
  kBound = 1,
  kActive = 2,
  kRevoked = 3,
  kWiped = 4,
  kSuspended = 5,
};

// The highest ATC that a device said it used, of one card.
struct ReportedAtc {
  base::TokenId tokenId;
  std::uint32_t lastAtc = 0;
  bool operator==(const ReportedAtc&) const = default;
};

struct Device {
  base::TenantId tenant;
  base::DeviceId deviceId;
  base::WalletId walletId;
  DeviceState state = DeviceState::kBound;
  std::uint32_t epoch = 0;   // tickets of an earlier one are void (D6)
  Bytes publicKey;           // 65 bytes: channel static key
  Bytes transportPublicKey;  // 65 bytes: payment keys are wrapped for it
  Bytes sealedPsk;
  Bytes sealedPushToken;  // empty: none
  std::string language;
  std::string info;
  std::uint64_t nextReqSeq = 1;  // the only request number that is executed
  std::uint64_t nextOpSeq = 1;
  std::uint64_t vaultGeneration = 0;  // the highest that it reported
  base::Time created;
  base::Time lastSeen;
  Bytes challenge;  // 16 bytes that its next request must quote (D7); empty: none
  std::vector<ReportedAtc> reported = {};
  std::uint32_t storeEpoch = 0;  // cps::StoreEpoch in which it was last brought up to date
  LockReason lockReason = LockReason::NONE;  // why it is suspended or revoked
  // Accepted before it was last brought up to date, so that its vault need not know of them.
  std::vector<ReportedAtc> excused = {};
  std::uint8_t suspenders = 0;  // the set of Suspender; empty unless it is kSuspended
};

class DeviceRepository {
 public:
  virtual ~DeviceRepository() = default;
  // A device id is unique over all tenants: an exchange names only the device.
  virtual Result<std::optional<Device>> find(const base::DeviceId&) = 0;
  virtual Result<std::optional<Device>> findByWallet(const base::TenantId&,
                                                     const base::WalletId&) = 0;
  virtual Status insert(const Device&) = 0;
  virtual Status update(const Device&) = 0;
  virtual Status erase(const base::DeviceId&) = 0;
  virtual Result<std::uint64_t> count() = 0;
};

enum class OperationState : std::uint8_t { kPending = 1, kAcked = 2, kParked = 3, kVoid = 4 };

inline bool isOver(OperationState state) {
  return state == OperationState::kAcked || state == OperationState::kVoid;
}

struct Operation {
  base::DeviceId deviceId;
  std::uint64_t opSeq = 0;
  base::TokenId tokenId;      // zero: the device itself
  std::uint64_t cardSeq = 0;  // 0: the device itself
  std::uint8_t type = 0;      // messages::OperationType
  Bytes sealedPayload;        // empty when the operation is over: it is not delivered again
  OperationState state = OperationState::kPending;
  std::uint32_t parkedReason = 0;
  base::Time created;
};

class OperationRepository {
 public:
  virtual ~OperationRepository() = default;
  virtual Status insert(const Operation&) = 0;
  // pendingOf gives pending operations by opSeq, at most `limit`.
  virtual Result<std::vector<Operation>> pendingOf(const base::DeviceId&, std::size_t limit) = 0;
  virtual Result<std::optional<Operation>> find(const base::DeviceId&, std::uint64_t opSeq) = 0;
  // newestOfType gives the operation of this type with the highest opSeq.
  virtual Result<std::optional<Operation>> newestOfType(const base::DeviceId&,
                                                        std::uint8_t type) = 0;
  // newestOfCard gives the card's operation of this type and state with the highest cardSeq.
  virtual Result<std::optional<Operation>> newestOfCard(const base::DeviceId&, const base::TokenId&,
                                                        std::uint8_t type, OperationState) = 0;
  // openOfCard gives the card's pending and parked operations by opSeq; parkedOf the parked ones of
  // all cards of a device, and of the device itself.
  virtual Result<std::vector<Operation>> openOfCard(const base::DeviceId&,
                                                    const base::TokenId&) = 0;
  virtual Result<std::vector<Operation>> parkedOf(const base::DeviceId&) = 0;
  // listOf gives the operations of a device above `after`, by opSeq, at most `limit`.
  virtual Result<std::vector<Operation>> listOf(const base::DeviceId&, std::uint64_t after,
                                                std::size_t limit) = 0;
  // voidPending sets every pending operation of the device to kVoid. It and setState forget the
  // payload of what becomes kAcked or kVoid.
  virtual Status voidPending(const base::DeviceId&) = 0;
  virtual Status setState(const base::DeviceId&, std::uint64_t opSeq, OperationState,
                          std::uint32_t reason) = 0;
  // lastCardSeq gives the highest cardSeq written for this card on this device, 0 when there is
  // none.
  virtual Result<std::uint64_t> lastCardSeq(const base::DeviceId&, const base::TokenId&) = 0;
  // eraseOld erases operations of the device that are over and were written before `before`, but
  // those that are still read: the last of each card, whatever became of it, and the last kAcked of
  // each card and type.
  virtual Status eraseOld(const base::DeviceId&, base::Time before) = 0;
};

// The stored answer to a device request, repeated for limits::kStoredResults numbers.
struct RequestResult {
  Bytes mark;    // blind index of the request, 32 bytes; empty: of an older schema
  Bytes result;  // as it is repeated
};
class RequestResultRepository {
 public:
  virtual ~RequestResultRepository() = default;
  virtual Result<std::optional<RequestResult>> find(const base::DeviceId&,
                                                    std::uint64_t reqSeq) = 0;
  // put stores one and drops those below reqSeq - limits::kStoredResults.
  virtual Status put(const base::DeviceId&, std::uint64_t reqSeq, const RequestResult& result) = 0;
  virtual Status eraseOf(const base::DeviceId&) = 0;
};

}  // namespace florin::records
