#include "wallet/operations.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "base/running_atc.h"
#include "crypto/p256.h"
#include "emv/profile.h"
#include "protocol/enrollment_device.h"
#include "wallet/retired_keys.h"

namespace florin::wallet {
namespace {

using messages::OperationType;
using vault::Kind;
using vault::Transaction;
using vault::Vault;

constexpr Error kNoSuchCard(Code::kNotFound, "an operation for a card that is not here");

// putOwnKey: a profile that speaks of the card's own key comes with it, and no other does.
Status putOwnKey(Transaction& transaction, const base::TokenId& card, const emv::Profile& profile,
                 const std::optional<messages::IccKey>& key) {
  if (profile.signsCryptograms() != key.has_value()) {
    return Error(Code::kMalformed, "a card's own key is not there, or its profile has none");
  }
  if (!key) {
    eraseRecord<vault::IccKeyRecord>(transaction, card.view());
    return {};
  }
  FLORIN_TRY(crypto::checkP256Point(key->transportPublicKey));
  putIccKey(transaction, card, *key);
  return {};
}

// beginPsn lets a card count from the first ATC of its profile's PSN, if it has not come there yet:
// keys of an earlier PSN go. Of the first PSN nothing is written.
Status beginPsn(Transaction& transaction, const Vault& vault, const base::TokenId& card,
                std::uint8_t psn) {
  FLORIN_TRY_ASSIGN(const std::uint32_t last, vault::lastAtc(vault, card));
  if (psn <= 1 || last >= base::runningAtc(psn, 0)) return {};
  vault::eraseKeys(transaction, vault, card);
  putRecord(transaction, vault::CounterRecord{base::runningAtc(psn, 0)}, card.view());
  return {};
}

Result<std::string> installCard(Transaction& transaction, const Vault& vault,
                                const base::TokenId& card, messages::InstallCard&& install) {
  FLORIN_TRY_ASSIGN(const emv::Profile profile, emv::decodeProfile(install.profile.expose()));
  FLORIN_TRY(emv::checkProfile(profile));
  FLORIN_TRY(beginPsn(transaction, vault, card, profile.psn));
  FLORIN_TRY(putOwnKey(transaction, card, profile, install.iccKey));
  const bool isNew = vault.find(Kind::kCard, card.view()) == nullptr;
  if (isNew && vault.list(Kind::kCard).size() >= base::limits::kCardsPerWallet) {
    return Error(Code::kExhausted, "the wallet holds no more cards");
  }
  vault::CardRecord record;
  record.digitalCardId = install.digitalCardId;
  record.profile = std::move(install.profile);
  record.target = install.target;
  record.product = std::move(install.product);
  record.scheme = std::move(install.scheme);
  record.panLastFour = std::move(install.panLastFour);
  record.dpanLastFour = std::move(install.dpanLastFour);
  record.panExpiry = std::move(install.panExpiry);
  record.lowWater = install.lowWater;
  putRecord(transaction, record, card.view());
  if (record.target == messages::CardTarget::kActive) {
    eraseRecord<vault::PendingActivationRecord>(transaction, record.digitalCardId.view());
  }
  if (vault.find(Kind::kDefaultCard, {}) == nullptr) {
    putRecord(transaction, vault::DefaultCardRecord{card});
  }
  return std::string("CBP.info.tokenProvisioned");
}

// renewProfile gives a card that is there other data. With another PSN it begins to count anew: its
// keys are of the old one, and go.
Result<std::string> renewProfile(Transaction& transaction, const Vault& vault,
                                 const base::TokenId& card, messages::InstallCard&& install) {
  FLORIN_TRY_ASSIGN(const auto before, vault::readRecord<vault::CardRecord>(vault, card.view()));
  if (!before) return kNoSuchCard;
  FLORIN_TRY_ASSIGN(const emv::Profile old, emv::decodeProfile(before->profile.expose()));
  FLORIN_TRY_ASSIGN(const emv::Profile renewed, emv::decodeProfile(install.profile.expose()));
  if (renewed.psn < old.psn) return Error(Code::kWrongState, "a renewal to an earlier PSN");
  FLORIN_TRY(installCard(transaction, vault, card, std::move(install)));
  if (renewed.scheme != old.scheme) vault::eraseKeys(transaction, vault, card);
  return std::string("CBP.info.tokenRenewed");
}

Result<std::string> updatePolicy(Transaction& transaction, const Vault& vault,
                                 const base::TokenId& card, const messages::UpdatePolicy& policy) {
  FLORIN_TRY_ASSIGN(auto record, vault::readRecord<vault::CardRecord>(vault, card.view()));
  if (!record) return kNoSuchCard;
  record->lowWater = policy.lowWater;
  putRecord(transaction, *record, card.view());
  return std::string();
}

// checkKey: a key of another kind or PSN than the card's would make cryptograms that nobody
// accepts.
Status checkKey(const messages::WrappedKey& key, const emv::Profile& profile) {
  switch (key.kind) {
    case messages::KeyKind::kSuk:
      if (!base::isRunningAtc(key.number)) {
        return Error(Code::kMalformed, "a payment key without an ATC", key.number);
      }
      if (profile.scheme == emv::KeyScheme::kSuk && base::psnOf(key.number) == profile.psn) {
        return {};
      }
      break;
    case messages::KeyKind::kLuk:
      if (profile.scheme == emv::KeyScheme::kLuk) return {};
      break;
    case messages::KeyKind::kIcc: break;  // it comes with its profile
  }
  return Error(Code::kMalformed, "a payment key that is not of this card's kind", key.number);
}

Result<std::string> installKeys(Transaction& transaction, const Vault& vault,
                                const base::TokenId& card, const messages::InstallKeys& keys) {
  FLORIN_TRY_ASSIGN(const auto record, vault::readRecord<vault::CardRecord>(vault, card.view()));
  if (!record) return kNoSuchCard;
  FLORIN_TRY(crypto::checkP256Point(keys.transportPublicKey));
  FLORIN_TRY_ASSIGN(const emv::Profile profile, emv::decodeProfile(record->profile.expose()));
  for (const messages::WrappedKey& key : keys.keys) FLORIN_TRY(checkKey(key, profile));
  FLORIN_TRY(putKeys(transaction, vault, card, keys));
  return std::string("CBP.info.tokenReplenished");
}

Result<std::string> setState(Transaction& transaction, const Vault& vault,
                             const base::TokenId& card, const messages::SetCardState& state) {
  FLORIN_TRY_ASSIGN(auto record, vault::readRecord<vault::CardRecord>(vault, card.view()));
  if (!record) return kNoSuchCard;
  record->target = state.target;
  putRecord(transaction, *record, card.view());
  if (state.target == messages::CardTarget::kActive) {
    eraseRecord<vault::PendingActivationRecord>(transaction, record->digitalCardId.view());
  }
  return std::string(state.target == messages::CardTarget::kSuspended ? "CBP.info.tokenSuspended"
                                                                      : "CBP.info.tokenResumed");
}

Result<std::string> wipe(Transaction& transaction, const Vault& vault) {
  FLORIN_TRY_ASSIGN(auto device, vault::readRecord<vault::DeviceRecord>(vault));
  if (!device) return Error(Code::kWrongState, "no device to wipe");
  eraseCards(transaction, vault);
  device->wiped = true;
  putRecord(transaction, *device);
  transaction.shred();
  return std::string("CBP.info.tokenDeleted");
}

// rotateBackendKey takes a channel key that the key pinned at WSE signed. The application is told
// nothing of it.
Result<std::string> rotateBackendKey(Transaction& transaction, const Vault& vault,
                                     messages::SignedBackendKey&& key) {
  FLORIN_TRY_ASSIGN(auto device, vault::readRecord<vault::DeviceRecord>(vault));
  FLORIN_TRY_ASSIGN(const auto wallet, vault::readRecord<vault::WalletRecord>(vault));
  if (!device || !wallet) return Error(Code::kWrongState, "no device whose channel could change");
  FLORIN_TRY(
      protocol::checkBackendKey(key, messages::BackendKeyUse::kChannel, wallet->identityKey));
  device->channelKeyId = key.id;
  device->channelPoint = std::move(key.point);
  putRecord(transaction, *device);
  return std::string();
}

// change puts into the transaction what the operation does, and gives the message for the
// application.
Result<std::string> change(Transaction& transaction, const Vault& vault,
                           const messages::DeliveredOperation& operation) {
  FLORIN_TRY_ASSIGN(auto payload,
                    messages::decodePayload(operation.type, operation.payload.expose()));
  const base::TokenId& card = operation.tokenId;
  switch (operation.type) {
    case OperationType::kInstallCard:
      return installCard(transaction, vault, card,
                         std::get<messages::InstallCard>(std::move(payload)));
    case OperationType::kInstallKeys:
      return installKeys(transaction, vault, card, std::get<messages::InstallKeys>(payload));
    case OperationType::kActivateCard:
    case OperationType::kSuspendCard:
    case OperationType::kResumeCard:
      return setState(transaction, vault, card, std::get<messages::SetCardState>(payload));
    case OperationType::kDeleteCard:
      eraseCard(transaction, vault, card);
      transaction.shred();
      return std::string("CBP.info.tokenDeleted");
    case OperationType::kWipe: return wipe(transaction, vault);
    case OperationType::kRotateBackendKey:
      return rotateBackendKey(transaction, vault,
                              std::get<messages::SignedBackendKey>(std::move(payload)));
    case OperationType::kRenewProfile:
      return renewProfile(transaction, vault, card,
                          std::get<messages::InstallCard>(std::move(payload)));
    case OperationType::kUpdatePolicy:
      return updatePolicy(transaction, vault, card, std::get<messages::UpdatePolicy>(payload));
  }
  return Error(Code::kUnsupported, "an operation that this SDK does not know");
}

Result<bool> wasApplied(const Vault& vault, const messages::DeliveredOperation& operation) {
  if (operation.cardSeq == 0) return false;  // of the device: each is idempotent
  FLORIN_TRY_ASSIGN(const auto sequence,
                    vault::readRecord<vault::CardSequenceRecord>(vault, operation.tokenId.view()));
  return sequence && operation.cardSeq <= sequence->cardSeq;
}

}  // namespace

void eraseCard(Transaction& transaction, const Vault& vault, const base::TokenId& card) {
  const auto record = vault::readRecord<vault::CardRecord>(vault, card.view());
  if (record.ok() && *record) {
    eraseRecord<vault::PendingActivationRecord>(transaction, (*record)->digitalCardId.view());
  }
  transaction.erase(Kind::kCard, card.view());
  transaction.erase(Kind::kIccKey, card.view());
  vault::eraseKeys(transaction, vault, card);
  const auto standard = vault::readRecord<vault::DefaultCardRecord>(vault);
  if (standard.ok() && *standard && (*standard)->tokenId == card) {
    transaction.erase(Kind::kDefaultCard, {});
  }
}

void eraseCards(Transaction& transaction, const Vault& vault) {
  for (const Kind kind : {Kind::kCard, Kind::kPaymentKey, Kind::kLimitedKey, Kind::kIccKey,
                          Kind::kPendingActivation, Kind::kTransportKey, Kind::kDefaultCard}) {
    vault::eraseAll(transaction, vault, kind);
  }
}

Status eraseDevice(Transaction& transaction, const Vault& vault) {
  FLORIN_TRY(retireDeviceKeys(transaction, vault));
  eraseCards(transaction, vault);
  for (const Kind kind : {Kind::kEnrollment, Kind::kDevice, Kind::kRequests, Kind::kAck,
                          Kind::kCounter, Kind::kCardSequence, Kind::kPushToken, Kind::kPoll}) {
    vault::eraseAll(transaction, vault, kind);
  }
  transaction.shred();
  return {};
}

Status loseChannel(Transaction& transaction, const Vault& vault) {
  FLORIN_TRY_ASSIGN(auto device, vault::readRecord<vault::DeviceRecord>(vault));
  if (!device) return {};
  vault::EnrollmentRecord kept;
  kept.phase = vault::EnrollmentPhase::kKeysKept;
  kept.deviceKey = std::move(device->deviceKey);
  kept.transportKey = std::move(device->transportKey);
  putRecord(transaction, kept);
  for (const Kind kind :
       {Kind::kDevice, Kind::kRequests, Kind::kAck, Kind::kPushToken, Kind::kPoll}) {
    vault::eraseAll(transaction, vault, kind);
  }
  transaction.shred();
  return {};
}

Result<Applied> applyOperation(Vault& vault, const messages::DeliveredOperation& operation) {
  FLORIN_TRY_ASSIGN(const bool before, wasApplied(vault, operation));
  Applied applied;
  vault::AckRecord ack;
  Transaction transaction;
  if (!before) {
    auto changed = change(transaction, vault, operation);
    if (changed.ok()) {
      applied.code = std::move(*changed);
      if (operation.cardSeq != 0) {
        applied.tokenizedCardId = operation.tokenId.toString();
        putRecord(transaction, vault::CardSequenceRecord{operation.cardSeq},
                  operation.tokenId.view());
      }
    } else {
      transaction = Transaction();
      ack.verdict = messages::AckVerdict::kCannotApply;
      ack.reason = static_cast<std::uint32_t>(changed.error().code());
    }
  }
  putRecord(transaction, ack, base::bigEndian(operation.opSeq));
  FLORIN_TRY(vault.commit(std::move(transaction)));
  return applied;
}

}  // namespace florin::wallet
