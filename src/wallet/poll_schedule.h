// PollSchedule says when the wallet asks for what waits without being told to: one record of the
// vault, so that a process that starts ten times a day does not poll ten times. Every exchange that
// is answered counts, whoever asked for it. All calls are made under the vault's lock.
#pragma once

#include <optional>

#include "base/random.h"
#include "base/time.h"
#include "florin/wallet.h"
#include "vault/records.h"

namespace florin::wallet {

class PollSchedule {
 public:
  explicit PollSchedule(const WalletConfig& config)
      : usual_(config.pollInterval), often_(config.pollIntervalWithoutPush) {}

  // wait is how long to wait for the next poll; zero when it is due; nothing when there is no
  // device. It is never more than the interval that holds: where more is left, the clock went back,
  // and the poll is due.
  [[nodiscard]] std::optional<base::Duration> wait(const vault::Vault& vault, base::Time now) const;

  // answered puts the next poll a part of the interval after `now`. A poll that is as far away as
  // that already stays, so that most exchanges have nothing to store.
  void answered(vault::Transaction& transaction, const vault::Vault& vault, base::Time now,
                base::Random& random);

  // What follows is stored at once. A vault that takes nothing does not end the schedule: it is
  // then kept in memory.

  // failed puts the next poll off, longer with every failure.
  void failed(vault::Vault& vault, base::Time now, base::Random& random);

  // found: a poll brought what no push had announced. Until the next push comes the device polls as
  // one without a token.
  void found(vault::Vault& vault, base::Time now, base::Random& random);

  // pushed: a push came.
  void pushed(vault::Vault& vault);

  // networkReturned makes a poll that failed due at once; in memory only.
  void networkReturned(const vault::Vault& vault, base::Time now);

 private:
  [[nodiscard]] vault::PollRecord record(const vault::Vault& vault) const;
  [[nodiscard]] base::Duration interval(const vault::Vault& vault,
                                        const vault::PollRecord& record) const;
  void store(vault::Vault& vault, const vault::PollRecord& record);

  base::Duration usual_;
  base::Duration often_;
  std::optional<vault::PollRecord> unsaved_;  // newer than the vault's
};

}  // namespace florin::wallet
