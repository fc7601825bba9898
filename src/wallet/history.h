// What a wallet sees of its cards' payments: access tokens, and the history that they open
// (wallet-api 1).
#pragma once

#include <map>

#include "wallet/notifier.h"

namespace florin::wallet {

// AccessTokens keeps tokens in memory until they expire. It lives on the executor.
class AccessTokens : public std::enable_shared_from_this<AccessTokens> {
 public:
  // `core` is borrowed and outlives its own tasks.
  explicit AccessTokens(Core& core) : core_(core) {}

  void get(const std::string& digitalCardId, AccessTokenMode mode,
           std::shared_ptr<AccessTokenListener> listener);

 private:
  using Told = Notifier<AccessTokenListener>;

  struct Kept {
    std::shared_ptr<const SecretBytes> token;
    base::Time expires;  // by the backend's clock
  };

  void answer(Told& told, const std::string& digitalCardId, const Bytes& body);

  Core& core_;
  std::map<std::string, Kept> kept_;  // by digitalCardId; one for each card here at most
};

class HistoryService : public MGTransactionHistoryService {
 public:
  explicit HistoryService(Core& core) : core_(core) {}

  void refreshHistory(SecretBytes accessToken, const std::string& digitalCardId,
                      std::optional<std::chrono::sys_time<std::chrono::milliseconds>> since,
                      std::shared_ptr<MGTransactionHistoryListener> listener) override;

 private:
  Core& core_;
};

}  // namespace florin::wallet
