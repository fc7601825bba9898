// Core is what the use cases of one wallet share: the world outside, the vault, the queue of
// conversations. All use cases run as tasks of the executor. The vault is guarded by one lock with
// short sections, so that getters and the NFC thread may read it too.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

#include "base/random.h"
#include "base/time.h"
#include "florin/wallet.h"
#include "protocol/exchange.h"
#include "vault/records.h"
#include "wallet/poll_schedule.h"
#include "wallet/progress.h"
#include "wallet/software_keys.h"

namespace florin::wallet {

// NextExchange is what the last reply left for a follow-up (D6): in memory only.
struct NextExchange {
  base::DeviceId deviceId;
  protocol::FollowUp followUp;
  base::Time keyed;  // when the device's static key was last used, by the backend's time
};

class Core : public std::enable_shared_from_this<Core> {
 public:
  // Everything borrowed must outlive the Core.
  Core(WalletConfig walletConfig, const WalletEnvironment& environment, base::Clock& wallClock,
       base::Random& randomSource, std::unique_ptr<vault::Vault> opened);

  const WalletConfig config;
  Transport& transport;
  Log& log;
  base::Clock& clock;
  base::Random& random;

  [[nodiscard]] DeviceKeys& deviceKeys() { return *deviceKeys_; }

  // keepAlive holds what was borrowed until the last task is over.
  void keepAlive(std::shared_ptr<void> borrowed) { borrowed_ = std::move(borrowed); }

  // post runs a task on the executor, unless the wallet is closed before.
  void post(std::function<void()> task);
  void postAfter(std::chrono::milliseconds delay, std::function<void()> task);

  // withVault runs `work` under the lock. It must take no other lock, and of the application call
  // nothing but DeviceKeys, which does not call back.
  template <class Work>
  auto withVault(Work work) {
    const std::lock_guard lock(mutex_);
    return work(*vault_);
  }

  // converse runs `start` when no other conversation with the backend is under way; it ends with
  // conversationEnded. On the executor only.
  void converse(std::function<void()> start);
  void conversationEnded();
  [[nodiscard]] bool conversing() const { return conversing_; }

  // What a conversation leaves to the next one. On the executor only.
  std::optional<NextExchange> nextExchange;
  bool sessionFailed = false;  // and may be tried again (retrySession)

  // stockMayBeShort is called when a payment key may have been spent or another card matters more.
  // Any thread; set before the wallet is used.
  std::function<void()> stockMayBeShort = [] {};

  // sessionEnded is called after every session. On the executor; set before the wallet is used.
  std::function<void()> sessionEnded = [] {};

  PollSchedule polls;  // under the vault's lock

  // What is being done. Shared, because requests may outlive the wallet.
  const std::shared_ptr<Progress> progress = std::make_shared<Progress>();

  // cardsVersion grows with every change of what a terminal may be told of the cards.
  [[nodiscard]] std::uint64_t cardsVersion() const { return cardsVersion_; }
  void cardsChanged() { ++cardsVersion_; }

  // Time as the backend has it, as far as it told us. Any thread.
  [[nodiscard]] base::Time backendTime() { return clock.now() + offset_.load(); }
  void learnTime(base::Time serverTime) { offset_ = serverTime - clock.now(); }

 private:
  std::function<void()> whileOpen(std::function<void()> task);

  std::shared_ptr<void> borrowed_;
  Executor& executor_;
  SoftwareDeviceKeys softwareKeys_;
  DeviceKeys* deviceKeys_;
  std::mutex mutex_;
  std::unique_ptr<vault::Vault> vault_;
  std::deque<std::function<void()>> waiting_;
  bool conversing_ = false;
  std::atomic<base::Duration> offset_{base::Duration(0)};
  std::atomic<std::uint64_t> cardsVersion_{1};
};

// openVault reads the vault or makes it, with a wallet identity in it.
Result<std::unique_ptr<vault::Vault>> openVault(const WalletEnvironment& environment,
                                                base::Random& random);

// newIdentity puts a wallet record with a new walletId and signing key, and retires the old key.
Status newIdentity(vault::Transaction& transaction, vault::Vault& vault, DeviceKeys& keys,
                   base::Random& random);

// walletOf gives the wallet record, which every open vault has.
Result<vault::WalletRecord> walletOf(const vault::Vault& vault);

// statusOf is the documented state of enrollment, from durable state only.
EnrollmentStatus statusOf(const vault::Vault& vault);

}  // namespace florin::wallet
