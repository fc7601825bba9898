#include "sqlite/wallet_rows.h"

#include "base/limits.h"
#include "sqlite/changed.h"

namespace florin::sqlite {

// Found by argument-dependent lookup, so they cannot stand in an unnamed namespace.
static Status readRow(Columns& columns, records::Wallet& row) {
  return columns.read(row.tenant, row.walletId, row.publicKey, row.applicationId, row.triesLeft,
                      row.created);
}

static Status readRow(Columns& columns, records::ActivationCode& row) {
  return columns.read(row.tenant, row.walletId, row.codeRef, row.suite, row.sealedRecord,
                      row.digitalCardId, row.tokenId, row.issuer, row.state, row.expires);
}

static Status readRow(Columns& columns, records::Enrollment& row) {
  return columns.read(row.tenant, row.enrollmentId, row.walletId, row.shareHash, row.codeRef,
                      row.state, row.e2, row.sealedAttempt, row.e3Hash, row.e4, row.deviceId,
                      row.created, row.bound);
}

// reported, excused: token id, 16 bytes, and ATC, 4 bytes, of each card.
constexpr std::size_t kReportSize = 20;

static Bytes encodeReported(const std::vector<records::ReportedAtc>& reported) {
  Bytes bytes;
  bytes.reserve(reported.size() * kReportSize);
  for (const records::ReportedAtc& card : reported) {
    base::append(bytes, card.tokenId.view());
    base::appendBigEndian(bytes, card.lastAtc);
  }
  return bytes;
}

static Status decodeReported(ByteView bytes, std::vector<records::ReportedAtc>& reported) {
  if (bytes.size() % kReportSize != 0) return Error(Code::kCorrupted, "a report is cut");
  for (; !bytes.empty(); bytes = bytes.subspan(kReportSize)) {
    FLORIN_TRY_ASSIGN(const auto card, base::TokenId::fromBytes(bytes.first(16)));
    const auto atc = static_cast<std::uint32_t>(base::readBigEndian(bytes.subspan(16, 4)));
    reported.push_back({card, atc});
  }
  return {};
}

static Status readRow(Columns& columns, records::Device& row) {
  Bytes reported;
  Bytes excused;
  FLORIN_TRY(columns.read(row.tenant, row.deviceId, row.walletId, row.state, row.epoch,
                          row.publicKey, row.transportPublicKey, row.sealedPsk, row.sealedPushToken,
                          row.language, row.info, row.nextReqSeq, row.nextOpSeq,
                          row.vaultGeneration, row.created, row.lastSeen, row.challenge, reported,
                          row.storeEpoch, row.lockReason, excused, row.suspenders));
  FLORIN_TRY(decodeReported(reported, row.reported));
  return decodeReported(excused, row.excused);
}

static Status readRow(Columns& columns, records::RequestResult& row) {
  return columns.read(row.result, row.mark);
}

static Status readRow(Columns& columns, records::Operation& row) {
  return columns.read(row.deviceId, row.opSeq, row.tokenId, row.cardSeq, row.type,
                      row.sealedPayload, row.state, row.parkedReason, row.created);
}

Result<std::optional<records::Wallet>> WalletRows::find(const base::TenantId& tenant,
                                                        const base::WalletId& walletId) {
  return db_.find<records::Wallet>("SELECT * FROM wallets WHERE tenant = ? AND wallet_id = ?",
                                   tenant, walletId);
}

Status WalletRows::insert(const records::Wallet& row) {
  return done(db_.execute("INSERT INTO wallets VALUES (?, ?, ?, ?, ?, ?)", row.tenant, row.walletId,
                          row.publicKey, row.applicationId, row.triesLeft, row.created));
}

Status WalletRows::setTriesLeft(const base::TenantId& tenant, const base::WalletId& walletId,
                                std::uint32_t triesLeft) {
  return oneChanged(
      db_.execute("UPDATE wallets SET tries_left = ? WHERE tenant = ? AND wallet_id = ?", triesLeft,
                  tenant, walletId));
}

Result<std::optional<records::ActivationCode>> CodeRows::find(const base::TenantId& tenant,
                                                              const base::WalletId& walletId,
                                                              ByteView codeRef) {
  return db_.find<records::ActivationCode>(
      "SELECT * FROM activation_codes WHERE tenant = ? AND wallet_id = ? AND code_ref = ?", tenant,
      walletId, codeRef);
}

Result<std::optional<records::ActivationCode>> CodeRows::findTyped(const base::TenantId& tenant,
                                                                   const base::WalletId& walletId) {
  return db_.find<records::ActivationCode>(
      "SELECT * FROM activation_codes WHERE tenant = ? AND wallet_id = ? AND suite = 2"
      " AND state = 1",
      tenant, walletId);
}

Result<std::optional<records::ActivationCode>> CodeRows::findByCard(
    const base::TenantId& tenant, const base::WalletId& walletId,
    const base::DigitalCardId& digitalCardId) {
  return db_.find<records::ActivationCode>(
      "SELECT * FROM activation_codes WHERE tenant = ? AND wallet_id = ? AND digital_card_id = ?",
      tenant, walletId, digitalCardId);
}

Result<std::uint32_t> CodeRows::countOf(const base::TenantId& tenant,
                                        const base::WalletId& walletId) {
  FLORIN_TRY_ASSIGN(
      const std::int64_t count,
      db_.number("SELECT count(*) FROM activation_codes WHERE tenant = ? AND wallet_id = ?", tenant,
                 walletId));
  return static_cast<std::uint32_t>(count);
}

Status CodeRows::put(const records::ActivationCode& row) {
  return done(
      db_.execute("INSERT OR REPLACE INTO activation_codes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  row.tenant, row.walletId, row.codeRef, row.suite, row.sealedRecord,
                  row.digitalCardId, row.tokenId, row.issuer, row.state, row.expires));
}

Status CodeRows::erase(const base::TenantId& tenant, const base::WalletId& walletId,
                       ByteView codeRef) {
  return done(db_.execute(
      "DELETE FROM activation_codes WHERE tenant = ? AND wallet_id = ? AND code_ref = ?", tenant,
      walletId, codeRef));
}

Result<std::vector<records::ActivationCode>> CodeRows::expiredBefore(base::Time time,
                                                                     std::size_t limit) {
  return db_.list<records::ActivationCode>(
      "SELECT * FROM activation_codes WHERE expires_ms < ? AND state = 1 LIMIT ?", time, limit);
}

Result<std::optional<records::Enrollment>> EnrollmentRows::find(const base::TenantId& tenant,
                                                                const base::EnrollmentId& id) {
  return db_.find<records::Enrollment>(
      "SELECT * FROM enrollments WHERE tenant = ? AND enrollment_id = ?", tenant, id);
}

Result<std::optional<records::Enrollment>> EnrollmentRows::findByShare(
    const base::TenantId& tenant, const base::WalletId& walletId, ByteView shareHash) {
  return db_.find<records::Enrollment>(
      "SELECT * FROM enrollments WHERE tenant = ? AND wallet_id = ? AND share_hash = ?", tenant,
      walletId, shareHash);
}

Result<std::optional<records::Enrollment>> EnrollmentRows::findByDevice(
    const base::TenantId& tenant, const base::DeviceId& id) {
  // The second condition on device_id is the index's own, without which it is not used.
  return db_.find<records::Enrollment>(
      "SELECT * FROM enrollments WHERE tenant = ? AND device_id = ?"
      " AND device_id <> x'00000000000000000000000000000000'"
      " ORDER BY bound_ms DESC, enrollment_id DESC LIMIT 1",
      tenant, id);
}

Status EnrollmentRows::insert(const records::Enrollment& row) {
  return done(db_.execute("INSERT INTO enrollments VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                          row.tenant, row.enrollmentId, row.walletId, row.shareHash, row.codeRef,
                          row.state, row.e2, row.sealedAttempt, row.e3Hash, row.e4, row.deviceId,
                          row.created, row.bound));
}

// An index page is written whenever an UPDATE names a column of it, changed or not. So updates name
// no column of an index, and the device that binds an enrollment is set by a statement of its own.
Status EnrollmentRows::update(const records::Enrollment& row) {
  FLORIN_TRY(oneChanged(db_.execute(
      "UPDATE enrollments SET code_ref = ?, state = ?, e2 = ?, sealed_attempt = ?, e3_hash = ?,"
      " e4 = ?, bound_ms = ? WHERE tenant = ? AND enrollment_id = ?",
      row.codeRef, row.state, row.e2, row.sealedAttempt, row.e3Hash, row.e4, row.bound, row.tenant,
      row.enrollmentId)));
  return done(
      db_.execute("UPDATE enrollments SET device_id = ?1"
                  " WHERE tenant = ?2 AND enrollment_id = ?3 AND device_id <> ?1",
                  row.deviceId, row.tenant, row.enrollmentId));
}

Result<std::vector<records::Enrollment>> EnrollmentRows::oldest(std::size_t limit) {
  return db_.list<records::Enrollment>("SELECT * FROM enrollments ORDER BY rowid LIMIT ?", limit);
}

Status EnrollmentRows::erase(const base::TenantId& tenant, const base::EnrollmentId& id) {
  return done(
      db_.execute("DELETE FROM enrollments WHERE tenant = ? AND enrollment_id = ?", tenant, id));
}

Result<std::optional<records::Device>> DeviceRows::find(const base::DeviceId& id) {
  return db_.find<records::Device>("SELECT * FROM devices WHERE device_id = ?", id);
}

Result<std::optional<records::Device>> DeviceRows::findByWallet(const base::TenantId& tenant,
                                                                const base::WalletId& walletId) {
  return db_.find<records::Device>(
      "SELECT * FROM devices WHERE tenant = ? AND wallet_id = ?"
      " ORDER BY created_ms DESC, device_id DESC LIMIT 1",
      tenant, walletId);
}

Status DeviceRows::insert(const records::Device& row) {
  const Bytes reported = encodeReported(row.reported);
  return done(db_.execute(
      "INSERT INTO devices VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
      "?)",
      row.tenant, row.deviceId, row.walletId, row.state, row.epoch, row.publicKey,
      row.transportPublicKey, row.sealedPsk, row.sealedPushToken, row.language, row.info,
      row.nextReqSeq, row.nextOpSeq, row.vaultGeneration, row.created, row.lastSeen, row.challenge,
      reported, row.storeEpoch, row.lockReason, encodeReported(row.excused), row.suspenders));
}

Status DeviceRows::update(const records::Device& row) {
  const Bytes reported = encodeReported(row.reported);
  return oneChanged(db_.execute(
      "UPDATE devices SET state = ?, epoch = ?, public_key = ?, transport_public_key = ?,"
      " sealed_psk = ?, sealed_push_token = ?, language = ?, info = ?, next_req_seq = ?,"
      " next_op_seq = ?, vault_generation = ?, last_seen_ms = ?, challenge = ?, reported = ?,"
      " store_epoch = ?, lock_reason = ?, excused = ?, suspenders = ? WHERE device_id = ?",
      row.state, row.epoch, row.publicKey, row.transportPublicKey, row.sealedPsk,
      row.sealedPushToken, row.language, row.info, row.nextReqSeq, row.nextOpSeq,
      row.vaultGeneration, row.lastSeen, row.challenge, reported, row.storeEpoch, row.lockReason,
      encodeReported(row.excused), row.suspenders, row.deviceId));
}

Status DeviceRows::erase(const base::DeviceId& id) {
  return done(db_.execute("DELETE FROM devices WHERE device_id = ?", id));
}

Result<std::uint64_t> DeviceRows::count() {
  FLORIN_TRY_ASSIGN(const std::int64_t count, db_.number("SELECT count(*) FROM devices"));
  return static_cast<std::uint64_t>(count);
}

Status OperationRows::insert(const records::Operation& row) {
  return done(db_.execute("INSERT INTO operations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row.deviceId,
                          row.opSeq, row.tokenId, row.cardSeq, row.type, row.sealedPayload,
                          row.state, row.parkedReason, row.created));
}

Result<std::vector<records::Operation>> OperationRows::pendingOf(const base::DeviceId& id,
                                                                 std::size_t limit) {
  return db_.list<records::Operation>(
      "SELECT * FROM operations WHERE device_id = ? AND state = 1 ORDER BY op_seq LIMIT ?", id,
      limit);
}

Result<std::optional<records::Operation>> OperationRows::find(const base::DeviceId& id,
                                                              std::uint64_t opSeq) {
  return db_.find<records::Operation>("SELECT * FROM operations WHERE device_id = ? AND op_seq = ?",
                                      id, opSeq);
}

Result<std::optional<records::Operation>> OperationRows::newestOfType(const base::DeviceId& id,
                                                                      std::uint8_t type) {
  return db_.find<records::Operation>(
      "SELECT * FROM operations WHERE device_id = ? AND type = ? ORDER BY op_seq DESC LIMIT 1", id,
      type);
}

Result<std::optional<records::Operation>> OperationRows::newestOfCard(
    const base::DeviceId& id, const base::TokenId& tokenId, std::uint8_t type,
    records::OperationState state) {
  return db_.find<records::Operation>(
      "SELECT * FROM operations WHERE device_id = ? AND token_id = ? AND type = ? AND state = ?"
      " ORDER BY card_seq DESC LIMIT 1",
      id, tokenId, type, state);
}

Result<std::vector<records::Operation>> OperationRows::openOfCard(const base::DeviceId& id,
                                                                  const base::TokenId& tokenId) {
  return db_.list<records::Operation>(
      "SELECT * FROM operations WHERE device_id = ? AND token_id = ? AND state IN (1, 3)"
      " ORDER BY op_seq",
      id, tokenId);
}

Result<std::vector<records::Operation>> OperationRows::parkedOf(const base::DeviceId& id) {
  return db_.list<records::Operation>(
      "SELECT * FROM operations WHERE device_id = ? AND state = 3 ORDER BY op_seq", id);
}

Result<std::vector<records::Operation>> OperationRows::listOf(const base::DeviceId& id,
                                                              std::uint64_t after,
                                                              std::size_t limit) {
  return db_.list<records::Operation>(
      "SELECT * FROM operations WHERE device_id = ? AND op_seq > ? ORDER BY op_seq LIMIT ?", id,
      after, limit);
}

Status OperationRows::voidPending(const base::DeviceId& id) {
  return done(
      db_.execute("UPDATE operations SET state = ?, sealed_payload = x''"
                  " WHERE device_id = ? AND state = 1",
                  records::OperationState::kVoid, id));
}

Status OperationRows::setState(const base::DeviceId& id, std::uint64_t opSeq,
                               records::OperationState state, std::uint32_t reason) {
  const Literal sql =
      isOver(state) ? Literal(
                          "UPDATE operations SET state = ?, parked_reason = ?, sealed_payload = x''"
                          " WHERE device_id = ? AND op_seq = ?")
                    : Literal(
                          "UPDATE operations SET state = ?, parked_reason = ?"
                          " WHERE device_id = ? AND op_seq = ?");
  return oneChanged(db_.execute(sql, state, reason, id, opSeq));
}

Result<std::uint64_t> OperationRows::lastCardSeq(const base::DeviceId& id,
                                                 const base::TokenId& tokenId) {
  FLORIN_TRY_ASSIGN(const std::int64_t last,
                    db_.number("SELECT coalesce(max(card_seq), 0) FROM operations"
                               " WHERE device_id = ? AND token_id = ?",
                               id, tokenId));
  return static_cast<std::uint64_t>(last);
}

Status OperationRows::eraseOld(const base::DeviceId& id, base::Time before) {
  return done(
      db_.execute("DELETE FROM operations AS old"
                  " WHERE device_id = ?1 AND state IN (2, 4) AND created_ms < ?2 AND EXISTS ("
                  "SELECT 1 FROM operations AS later WHERE later.device_id = ?1"
                  " AND later.token_id = old.token_id AND later.op_seq > old.op_seq"
                  " AND (old.state = 4 OR (later.state = 2 AND later.type = old.type)))",
                  id, before));
}

Result<std::optional<records::RequestResult>> ResultRows::find(const base::DeviceId& id,
                                                               std::uint64_t reqSeq) {
  return db_.find<records::RequestResult>(
      "SELECT result, mark FROM request_results WHERE device_id = ? AND req_seq = ?", id, reqSeq);
}

Status ResultRows::put(const base::DeviceId& id, std::uint64_t reqSeq,
                       const records::RequestResult& result) {
  FLORIN_TRY(db_.execute("INSERT OR REPLACE INTO request_results VALUES (?, ?, ?, ?)", id, reqSeq,
                         result.result, result.mark));
  return done(db_.execute("DELETE FROM request_results WHERE device_id = ? AND req_seq < ? - ?", id,
                          reqSeq, base::limits::kStoredResults));
}

Status ResultRows::eraseOf(const base::DeviceId& id) {
  return done(db_.execute("DELETE FROM request_results WHERE device_id = ?", id));
}

}  // namespace florin::sqlite
