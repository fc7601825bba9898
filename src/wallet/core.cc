#include "wallet/core.h"

#include "wallet/retired_keys.h"

namespace florin::wallet {

Core::Core(WalletConfig walletConfig, const WalletEnvironment& environment, base::Clock& wallClock,
           base::Random& randomSource, std::unique_ptr<vault::Vault> opened)
    : config(std::move(walletConfig)),
      transport(environment.transport),
      log(environment.log),
      clock(wallClock),
      random(randomSource),
      polls(config),
      executor_(environment.executor),
      softwareKeys_(randomSource),
      deviceKeys_(environment.deviceKeys == nullptr ? &softwareKeys_ : environment.deviceKeys),
      vault_(std::move(opened)) {}

std::function<void()> Core::whileOpen(std::function<void()> task) {
  return [weak = weak_from_this(), task = std::move(task)] {
    if (const auto open = weak.lock()) task();
  };
}

void Core::post(std::function<void()> task) { executor_.post(whileOpen(std::move(task))); }

void Core::postAfter(std::chrono::milliseconds delay, std::function<void()> task) {
  executor_.postAfter(delay, whileOpen(std::move(task)));
}

void Core::converse(std::function<void()> start) {
  if (conversing_) {
    waiting_.push_back(std::move(start));
    return;
  }
  conversing_ = true;
  start();
}

void Core::conversationEnded() {
  conversing_ = false;
  if (waiting_.empty()) return;
  auto next = std::move(waiting_.front());
  waiting_.pop_front();
  post([this, next = std::move(next)] { converse(next); });
}

Status newIdentity(vault::Transaction& transaction, vault::Vault& vault, DeviceKeys& keys,
                   base::Random& random) {
  vault::WalletRecord wallet;
  wallet.walletId = base::WalletId::random(random);
  FLORIN_TRY_ASSIGN(const auto old, vault::readRecord<vault::WalletRecord>(vault));
  if (old) retireKey(transaction, old->signingKey);
  FLORIN_TRY_ASSIGN(wallet.signingKey, generateKey(vault, keys));
  useKey(transaction, wallet.signingKey);
  putRecord(transaction, wallet);
  return {};
}

Result<std::unique_ptr<vault::Vault>> openVault(const WalletEnvironment& environment,
                                                base::Random& random) {
  FLORIN_TRY_ASSIGN(auto vault,
                    vault::Vault::open(environment.storage, environment.vaultKey, random));
  if (vault->find(vault::Kind::kWallet, {}) != nullptr) return vault;
  if (!vault->list(vault::Kind::kDevice).empty()) {
    return Error(Code::kCorrupted, "a device without a wallet");
  }
  SoftwareDeviceKeys software(random);
  DeviceKeys& keys = environment.deviceKeys == nullptr ? software : *environment.deviceKeys;
  vault::Transaction first;
  FLORIN_TRY(newIdentity(first, *vault, keys, random));
  FLORIN_TRY(vault->commit(std::move(first)));
  return vault;
}

Result<vault::WalletRecord> walletOf(const vault::Vault& vault) {
  FLORIN_TRY_ASSIGN(auto wallet, vault::readRecord<vault::WalletRecord>(vault));
  if (!wallet) return Error(Code::kWrongState, "the wallet was wiped");
  return std::move(*wallet);
}

EnrollmentStatus statusOf(const vault::Vault& vault) {
  const auto device = vault::readRecord<vault::DeviceRecord>(vault);
  if (device.ok() && *device) {
    return (*device)->active ? EnrollmentStatus::ENROLLMENT_COMPLETE
                             : EnrollmentStatus::ENROLLMENT_IN_PROGRESS;
  }
  const auto enrollment = vault::readRecord<vault::EnrollmentRecord>(vault);
  const bool none = enrollment.ok() &&
                    (!*enrollment || (*enrollment)->phase == vault::EnrollmentPhase::kKeysKept);
  return none ? EnrollmentStatus::ENROLLMENT_NEEDED : EnrollmentStatus::ENROLLMENT_IN_PROGRESS;
}

}  // namespace florin::wallet
