#include "wallet/enroll_steps.h"

#include "base/bytes.h"
#include "wallet/retired_keys.h"

namespace florin::wallet {
namespace {

using vault::EnrollmentPhase;
using vault::EnrollmentRecord;
using vault::Transaction;
using vault::Vault;

Result<EnrollmentRecord> attemptOf(Core& core, EnrollmentPhase phase) {
  return core.withVault([phase](Vault& vault) -> Result<EnrollmentRecord> {
    FLORIN_TRY_ASSIGN(auto record, vault::readRecord<EnrollmentRecord>(vault));
    if (!record || record->phase != phase) {
      return Error(Code::kWrongState, "the enrollment is in another phase");
    }
    return std::move(*record);
  });
}

Status store(Core& core, const EnrollmentRecord& record) {
  return core.withVault([&](Vault& vault) {
    Transaction transaction;
    putRecord(transaction, record);
    if (!record.deviceKey.empty()) {
      useKey(transaction, record.deviceKey);
      useKey(transaction, record.transportKey);
    }
    return vault.commit(std::move(transaction));
  });
}

Result<vault::WalletRecord> wallet(Core& core) {
  return core.withVault([](Vault& vault) { return walletOf(vault); });
}

Result<messages::DeviceFacts> deviceFacts(Core& core, const EnrollmentRecord& record,
                                          ByteView attestChallenge) {
  messages::DeviceFacts facts;
  FLORIN_TRY_ASSIGN(facts.devicePublicKey, core.deviceKeys().publicKey(record.deviceKey));
  FLORIN_TRY_ASSIGN(facts.transportPublicKey, core.deviceKeys().publicKey(record.transportKey));
  FLORIN_TRY_ASSIGN(facts.attestation, core.deviceKeys().attest(record.deviceKey, attestChallenge));
  facts.pushToken = record.pushToken.clone();
  facts.language = record.language;
  facts.deviceInfo = core.config.deviceInfo;
  return facts;
}

// makeKeys makes the device's keys, unless an earlier attempt did, and gives what E3 says of them.
Result<messages::DeviceFacts> makeKeys(Core& core, EnrollmentRecord& record,
                                       ByteView attestChallenge) {
  if (record.deviceKey.empty()) {
    const auto generate = [&core] {
      return core.withVault([&](Vault& vault) { return generateKey(vault, core.deviceKeys()); });
    };
    FLORIN_TRY_ASSIGN(record.deviceKey, generate());
    FLORIN_TRY_ASSIGN(record.transportKey, generate());
  }
  return deviceFacts(core, record, attestChallenge);
}

}  // namespace

Status enterCode(Core& core, const SecretBytes& code, const Given& given) {
  return core.withVault([&](Vault& vault) -> Status {
    FLORIN_TRY_ASSIGN(auto stored, vault::readRecord<EnrollmentRecord>(vault));
    EnrollmentRecord record;
    if (stored) {  // what the backend may know of us already
      record.pushToken = std::move(stored->pushToken);
      record.deviceKey = std::move(stored->deviceKey);
      record.transportKey = std::move(stored->transportKey);
    }
    if (given.pushToken) {
      record.pushToken = SecretBytes::copyOf(base::asBytes(*given.pushToken));
    }
    record.phase = EnrollmentPhase::kCodeEntered;
    record.code = code.clone();
    record.language = given.language;
    Transaction transaction;
    putRecord(transaction, record);
    return vault.commit(std::move(transaction));
  });
}

Status makeE1(Core& core) {
  FLORIN_TRY_ASSIGN(auto record, attemptOf(core, EnrollmentPhase::kCodeEntered));
  FLORIN_TRY_ASSIGN(const auto us, wallet(core));
  FLORIN_TRY_ASSIGN(const auto state,
                    protocol::startEnrollment(record.code, us.walletId, us.backendId, core.random));
  record.phase = EnrollmentPhase::kAwaitingE2;
  record.state = state.toBytes();
  return store(core, record);
}

Result<E2Verdict> takeE2(Core& core, ByteView e2) {
  FLORIN_TRY_ASSIGN(auto record, attemptOf(core, EnrollmentPhase::kAwaitingE2));
  FLORIN_TRY_ASSIGN(const auto state, protocol::AwaitingE2::fromBytes(record.state));
  FLORIN_TRY_ASSIGN(auto answer, protocol::onE2(state, e2));
  if (const auto* wrong = std::get_if<protocol::WrongCode>(&answer)) {
    FLORIN_TRY(forgetAttempt(core, wrong->triesLeft > 0));
    return E2Verdict{true, wrong->triesLeft};
  }
  auto& ready = std::get<protocol::ReadyForE3>(answer);
  const auto facts = makeKeys(core, record, ready.keys.attestChallenge);
  if (!facts.ok()) {
    removeRetiredKeys(core);  // the next attempt makes new ones
    return facts.error();
  }
  record.phase = EnrollmentPhase::kAwaitingE4;
  record.state = protocol::makeE3(std::move(ready), *facts).toBytes();
  FLORIN_TRY(store(core, record));
  return E2Verdict{};
}

Status takeE4(Core& core, ByteView e4) {
  FLORIN_TRY_ASSIGN(auto record, attemptOf(core, EnrollmentPhase::kAwaitingE4));
  FLORIN_TRY_ASSIGN(const auto state, protocol::AwaitingE4::fromBytes(record.state));
  FLORIN_TRY_ASSIGN(const auto us, wallet(core));
  FLORIN_TRY_ASSIGN(auto enrolled, protocol::onE4(state, e4, us.identityKey));
  vault::DeviceRecord device;
  device.deviceId = enrolled.facts.deviceId;
  device.deviceKey = std::move(record.deviceKey);
  device.transportKey = std::move(record.transportKey);
  device.psk = std::move(enrolled.psk);
  device.pskId = enrolled.facts.pskId;
  device.channelKeyId = enrolled.facts.channelKey.id;
  device.channelPoint = std::move(enrolled.facts.channelKey.point);
  core.learnTime(enrolled.facts.serverTime);
  return core.withVault([&](Vault& vault) {
    Transaction transaction;
    putRecord(transaction, device);
    putRecord(transaction, vault::PushTokenRecord{std::move(record.pushToken)});
    vault::eraseRecord<EnrollmentRecord>(transaction);
    vault::eraseRecord<vault::RequestsRecord>(transaction);  // numbers begin anew with E4
    transaction.shred();
    return vault.commit(std::move(transaction));
  });
}

Status forgetAttempt(Core& core, bool stayInProgress) {
  return core.withVault([&](Vault& vault) -> Status {
    FLORIN_TRY_ASSIGN(auto record, vault::readRecord<EnrollmentRecord>(vault));
    if (!record) return {};
    Transaction transaction;
    // Once E3 was sent the backend may have bound the code to these keys, whatever it says outside
    // of the channel: the next attempt must come with the same ones or is refused for ever (533).
    const bool keysAreKnown = !record->deviceKey.empty();
    if (stayInProgress || keysAreKnown) {
      EnrollmentRecord next;
      next.phase = stayInProgress ? EnrollmentPhase::kCodeNeeded : EnrollmentPhase::kKeysKept;
      next.deviceKey = std::move(record->deviceKey);
      next.transportKey = std::move(record->transportKey);
      next.pushToken = std::move(record->pushToken);
      next.language = std::move(record->language);
      putRecord(transaction, next);
    } else {
      vault::eraseRecord<EnrollmentRecord>(transaction);
    }
    transaction.shred();
    return vault.commit(std::move(transaction));
  });
}

}  // namespace florin::wallet
