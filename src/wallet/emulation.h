// Emulation answers a terminal with the default card (D8). The NFC thread calls processApdu; arm
// and disarm come from others. One lock guards the card session and the keys made ready.
#pragma once

#include <map>
#include <mutex>

#include "card/card_session.h"
#include "wallet/spend.h"

namespace florin::wallet {

class Emulation : public CardEmulation, private card::KeySource {
 public:
  explicit Emulation(Core& core) : core_(core) {}

  Status arm() override;
  Bytes processApdu(ByteView command) override;
  void onDeactivated(DeactivationReason reason) override;

  // disarm forgets the key made ready for a card; the zero id means every card. The key stays
  // spent.
  void disarm(const base::TokenId& card);

 private:
  // Snapshot is what a tap needs of the vault: the cards as they were when it was taken.
  struct Snapshot {
    std::vector<std::unique_ptr<emv::Profile>> profiles;
    std::unique_ptr<card::CardSession> session;
    std::uint64_t version = 0;
  };

  bool hasKey(const base::TokenId& token) override;
  Result<card::CardKey> takeKey(const base::TokenId& token) override;
  Status takeSnapshot();

  Core& core_;
  std::mutex mutex_;  // taken before the vault's lock, never after
  std::map<base::TokenId, SpentKey> armed_;
  Snapshot snapshot_;
};

}  // namespace florin::wallet
