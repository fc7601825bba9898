#include "cps/enrollments.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "cps/backend_keys.h"
#include "crypto/equal.h"
#include "crypto/hash.h"
#include "messages/status.h"

namespace florin::cps {
namespace {

using messages::CpsStatus;

sealing::ColumnRef attemptColumn(const base::EnrollmentId& id) {
  return {"enrollments", "attempt", id.view()};
}

}  // namespace

Result<Enrollments> Enrollments::make(Backend& backend, ActivationCodes& codes,
                                      const Attestation& attestation) {
  const auto channelKeys = backend.custody.channelKeys();
  if (channelKeys.empty()) return Error(Code::kInternal, "custody has no channel key");
  SignedKeys keys;
  FLORIN_TRY_ASSIGN(keys.channel, signBackendKey(backend.custody, messages::BackendKeyUse::kChannel,
                                                 channelKeys.front()));
  FLORIN_TRY_ASSIGN(keys.transport,
                    signBackendKey(backend.custody, messages::BackendKeyUse::kTransport,
                                   backend.custody.transportKey()));
  return Enrollments(backend, codes, attestation, std::move(keys));
}

// A code reference that names nothing is a guess like any other, unless a restore lost its code.
Error Enrollments::noSuchCode(const records::Wallet& wallet,
                              std::optional<std::uint32_t>& triesLeft) {
  const Error refusal =
      notKnown(*backend_, CpsStatus::kCodeWrong, "no open code has this reference");
  if (messages::statusOf(refusal) != CpsStatus::kCodeWrong) return refusal;
  const auto left = backend_->store.write([&](ports::Unit& unit) -> Result<std::uint32_t> {
    FLORIN_TRY_ASSIGN(const auto row, unit.wallets().find(wallet.tenant, wallet.walletId));
    if (!row || row->triesLeft == 0) return 0U;
    FLORIN_TRY(unit.wallets().setTriesLeft(wallet.tenant, wallet.walletId, row->triesLeft - 1));
    return row->triesLeft - 1;
  });
  if (!left.ok()) return left.error();
  triesLeft = *left;
  if (wallet.triesLeft == 0) {
    return messages::refusal(CpsStatus::kCodeTriesExceeded, "no tries left for this wallet");
  }
  return refusal;
}

Status Enrollments::storeAnswer(const records::Wallet& wallet, const records::ActivationCode& code,
                                const records::Enrollment& row) {
  return backend_->store.write([&](ports::Unit& unit) -> Status {
    FLORIN_TRY_ASSIGN(const auto now, unit.wallets().find(wallet.tenant, wallet.walletId));
    FLORIN_TRY_ASSIGN(const auto open, unit.codes().find(code.tenant, code.walletId, code.codeRef));
    if (!now || now->triesLeft != wallet.triesLeft || !open ||
        open->sealedRecord != code.sealedRecord) {
      return Error(Code::kConflict, "tries or code changed meanwhile");
    }
    FLORIN_TRY(unit.wallets().setTriesLeft(wallet.tenant, wallet.walletId, wallet.triesLeft - 1));
    return unit.enrollments().insert(row);
  });
}

Result<Bytes> Enrollments::answer(const records::Wallet& signer, ByteView e1Bytes,
                                  std::optional<std::uint32_t>& triesLeft) {
  FLORIN_TRY_ASSIGN(const messages::E1 e1, messages::decodeE1(e1Bytes));
  if (e1.walletId != signer.walletId) {
    return messages::refusal(CpsStatus::kWalletUnknown, "E1 names another wallet than its signer");
  }
  const Bytes shareHash = base::toBytes(crypto::sha256(e1Bytes));
  for (unsigned round = 0; round < base::limits::kUnitRetries; ++round) {
    struct Found {
      std::optional<records::Enrollment> answered;
      std::optional<records::Wallet> wallet;
      std::optional<records::ActivationCode> code;
    };
    FLORIN_TRY_ASSIGN(
        const Found found, backend_->store.read([&](ports::Unit& unit) -> Result<Found> {
          Found rows;
          FLORIN_TRY_ASSIGN(rows.answered, unit.enrollments().findByShare(
                                               signer.tenant, signer.walletId, shareHash));
          FLORIN_TRY_ASSIGN(rows.wallet, unit.wallets().find(signer.tenant, signer.walletId));
          FLORIN_TRY_ASSIGN(rows.code, codes_->find(unit, signer, e1.suite, e1.codeRef));
          return rows;
        }));
    if (found.answered) return found.answered->e2;
    const records::Wallet& wallet = found.wallet ? *found.wallet : signer;
    if (!found.code) return noSuchCode(wallet, triesLeft);
    if (found.code->suite != static_cast<std::uint8_t>(e1.suite)) {
      return messages::refusal(CpsStatus::kMalformedRequest, "suite is not the code's");
    }
    FLORIN_TRY(codes_->checkUsable(wallet, *found.code));
    FLORIN_TRY_ASSIGN(const protocol::Registration record, codes_->openRecord(*found.code));

    records::Enrollment row;
    row.tenant = wallet.tenant;
    row.enrollmentId = base::EnrollmentId::random(backend_->random);
    row.walletId = wallet.walletId;
    row.shareHash = shareHash;
    row.codeRef = found.code->codeRef;
    row.created = backend_->clock.now();
    const protocol::AnswerFacts facts{backend_->backendId, row.enrollmentId, wallet.triesLeft - 1};
    FLORIN_TRY_ASSIGN(auto answered,
                      protocol::answerE1(e1, e1Bytes, record, facts, backend_->random));
    row.e2 = std::move(answered.e2);
    row.sealedAttempt =
        backend_->sealer.seal(attemptColumn(row.enrollmentId), answered.attempt.toBytes());
    const Status stored = storeAnswer(wallet, *found.code, row);
    if (stored.ok()) {
      backend_->log.info("enrollment.answered", {{"enrollmentId", row.enrollmentId},
                                                 {"walletId", wallet.walletId},
                                                 {"triesLeft", wallet.triesLeft - 1}});
      return row.e2;
    }
    if (stored.error().code() != Code::kConflict) return stored.error();
  }
  return Error(Code::kUnavailable, "enrollment kept conflicting with others");
}

Result<records::Device> Enrollments::makeDevice(const records::Wallet& wallet, const Stored& stored,
                                                const protocol::BackendAttempt& attempt,
                                                messages::DeviceFacts facts) {
  const std::optional<records::Device>& known = stored.device;
  if (known && known->publicKey != facts.devicePublicKey) {
    return messages::refusal(CpsStatus::kWalletEnrolled,
                             "wallet is enrolled with another device key");
  }
  if (known && known->state != records::DeviceState::kBound &&
      known->state != records::DeviceState::kActive) {
    return messages::refusal(CpsStatus::kDeviceRefused, "device is suspended, revoked or wiped");
  }
  records::Device device;
  device.tenant = wallet.tenant;
  device.deviceId = known ? known->deviceId : base::DeviceId::random(backend_->random);
  device.walletId = wallet.walletId;
  device.state = records::DeviceState::kBound;  // until E5, also when it enrolls a second time
  if (known) {
    device.epoch = known->epoch + 1;
    // It may have used keys in the days that a restored store has lost: its next exchange tells.
    device.storeEpoch = known->storeEpoch;
    device.nextOpSeq = known->nextOpSeq;  // requests are numbered anew, operations are not
    device.vaultGeneration = known->vaultGeneration;
    device.reported = known->reported;
    device.excused = known->excused;
    device.created = known->created;
  } else {
    device.storeEpoch = backend_->epoch.number;
    device.created = backend_->clock.now();
  }
  device.publicKey = std::move(facts.devicePublicKey);
  device.transportPublicKey = std::move(facts.transportPublicKey);
  device.sealedPsk =
      backend_->sealer.seal({"devices", "psk", device.deviceId.view()}, attempt.keys.psk);
  if (!facts.pushToken.empty()) {
    device.sealedPushToken =
        backend_->sealer.seal({"devices", "push_token", device.deviceId.view()}, facts.pushToken);
  }
  device.language = std::move(facts.language);
  device.info = std::move(facts.deviceInfo);
  device.lastSeen = stored.row->created;
  return device;
}

Status Enrollments::checkAttestation(const protocol::BackendAttempt& attempt,
                                     const messages::DeviceFacts& facts) {
  if (attestation_.policy == AttestationPolicy::kOff) return {};
  const ports::AttestedKeys keys{attempt.keys.attestChallenge, facts.devicePublicKey};
  const Status verdict = facts.attestation
                             ? attestation_.verifier->verify(keys, *facts.attestation)
                             : Status(Error(Code::kUnauthenticated, "device attested nothing"));
  if (verdict.ok()) return {};
  backend_->log.warning("enrollment.not_attested",
                        {{"enrollmentId", attempt.enrollmentId}, {"error", verdict.error()}});
  if (attestation_.policy == AttestationPolicy::kLog) return {};
  return messages::refusal(CpsStatus::kDeviceRefused, "attestation is required");
}

Status Enrollments::bind(const records::Enrollment& row, const records::Device& device) {
  return backend_->store.write([&](ports::Unit& unit) -> Status {
    FLORIN_TRY_ASSIGN(const auto now, unit.enrollments().find(row.tenant, row.enrollmentId));
    if (!now || now->state != records::EnrollmentState::kAnswered) {
      return Error(Code::kConflict, "enrollment was bound meanwhile");
    }
    FLORIN_TRY_ASSIGN(const auto known, unit.devices().findByWallet(row.tenant, row.walletId));
    // An exchange or an operator may have come in between: then the row is made again.
    if (known.has_value() != (device.epoch > 0) ||
        (known && (known->deviceId != device.deviceId || known->epoch + 1 != device.epoch ||
                   known->nextOpSeq != device.nextOpSeq))) {
      return Error(Code::kConflict, "wallet's device changed meanwhile");
    }
    FLORIN_TRY_ASSIGN(auto code, unit.codes().find(row.tenant, row.walletId, row.codeRef));
    if (!code) {
      return messages::refusal(CpsStatus::kCodeExpired, "the code was replaced or used meanwhile");
    }
    code->state = records::CodeState::kBound;
    FLORIN_TRY(unit.codes().put(*code));
    FLORIN_TRY(unit.results().eraseOf(device.deviceId));
    FLORIN_TRY(known ? unit.devices().update(device) : unit.devices().insert(device));
    return unit.enrollments().update(row);
  });
}

Result<Bytes> Enrollments::finish(const records::Wallet& wallet,
                                  const base::EnrollmentId& enrollmentId, ByteView e3Bytes) {
  FLORIN_TRY_ASSIGN(const messages::E3 e3, messages::decodeE3(e3Bytes));
  const Bytes e3Hash = base::toBytes(crypto::sha256(e3Bytes));
  for (unsigned round = 0; round < base::limits::kUnitRetries; ++round) {
    FLORIN_TRY_ASSIGN(Stored stored, backend_->store.read([&](ports::Unit& unit) -> Result<Stored> {
      Stored rows;
      FLORIN_TRY_ASSIGN(rows.row, unit.enrollments().find(wallet.tenant, enrollmentId));
      FLORIN_TRY_ASSIGN(rows.device, unit.devices().findByWallet(wallet.tenant, wallet.walletId));
      return rows;
    }));
    std::optional<records::Enrollment>& row = stored.row;
    if (!row || row->walletId != wallet.walletId || e3.enrollmentId != enrollmentId) {
      return messages::refusal(CpsStatus::kInvalidConversation,
                               "no such enrollment of this wallet");
    }
    if (row->state != records::EnrollmentState::kAnswered) {
      if (crypto::equal(row->e3Hash, e3Hash)) return row->e4;
      return messages::refusal(CpsStatus::kInvalidConversation,
                               "enrollment is bound by another E3");
    }
    const base::Time now = backend_->clock.now();
    if (now >= row->created + base::limits::kAnsweredShareLifetime) {
      return messages::refusal(CpsStatus::kCodeExpired, "enrollment was not finished in time");
    }
    FLORIN_TRY_ASSIGN(const SecretBytes sealed,
                      backend_->sealer.open(attemptColumn(enrollmentId), row->sealedAttempt));
    FLORIN_TRY_ASSIGN(const auto attempt, protocol::BackendAttempt::fromBytes(sealed));
    FLORIN_TRY_ASSIGN(auto facts, protocol::onE3(attempt, e3));
    FLORIN_TRY(checkAttestation(attempt, facts));
    FLORIN_TRY_ASSIGN(const records::Device device,
                      makeDevice(wallet, stored, attempt, std::move(facts)));

    messages::BackendFacts reply;
    reply.deviceId = device.deviceId;
    reply.channelKey = keys_.channel;
    reply.transportKey = keys_.transport;
    reply.pskId = base::KeyId::random(backend_->random);
    reply.serverTime = now;
    row->state = records::EnrollmentState::kBound;
    row->e3Hash = e3Hash;
    row->e4 = protocol::makeE4(attempt, reply);
    row->deviceId = device.deviceId;
    row->bound = now;
    const Status bound = bind(*row, device);
    if (bound.ok()) {
      backend_->log.info("enrollment.bound",
                         {{"enrollmentId", enrollmentId}, {"deviceId", device.deviceId}});
      return row->e4;
    }
    if (bound.error().code() != Code::kConflict) return bound.error();
  }
  return Error(Code::kUnavailable, "enrollment kept conflicting with others");
}

}  // namespace florin::cps
