// Emulation answers a terminal with the card that pays next (D8). The NFC thread calls processApdu;
// the rest comes from others. One lock guards the card session and the keys made ready.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>

#include "card/card_session.h"
#include "wallet/spend.h"

namespace florin::wallet {

class Emulation : public CardEmulation, private card::KeySource, private card::Cardholder {
 public:
  explicit Emulation(Core& core) : core_(core) {}

  Status arm() override;
  void setUserAuthenticated(std::chrono::milliseconds validFor) override;
  Status setNextTransactionCard(const std::string& tokenizedCardId) override;
  void setListener(std::shared_ptr<CardEmulationListener> listener) override;
  Bytes processApdu(ByteView command) override;
  void onDeactivated(DeactivationReason reason) override;

  // disarm forgets the key made ready for a card; the zero id means every card. The key stays
  // spent.
  void disarm(const base::TokenId& card);

 private:
  // Snapshot is what a tap needs of the vault: the cards as they were when it was taken.
  struct Snapshot {
    std::vector<std::unique_ptr<emv::Profile>> profiles;
    std::map<base::TokenId, std::uint32_t> ownKeys;  // numbers of the keys that profiles speak of
    std::unique_ptr<card::CardSession> session;
    std::uint64_t version = 0;
  };

  bool hasKey(const base::TokenId& token) override;
  Result<card::CardKey> takeKey(const base::TokenId& token) override;
  bool isVerified() override;
  void verificationWanted(const base::TokenId& token) override;

  bool wasRenewed(const base::TokenId& token);
  Result<SpentKey> armedOrNew(const base::TokenId& token);
  Result<std::optional<base::TokenId>> payingCard();
  Status takeSnapshot();
  void tell(void (CardEmulationListener::*call)(const std::string&), const base::TokenId& card);

  Core& core_;
  std::mutex mutex_;  // taken before the vault's lock, never after
  std::map<base::TokenId, SpentKey> armed_;
  Snapshot snapshot_;
  std::optional<base::TokenId> nextCard_;
  std::chrono::steady_clock::time_point authenticatedUntil_;
  std::shared_ptr<CardEmulationListener> listener_;
};

}  // namespace florin::wallet
