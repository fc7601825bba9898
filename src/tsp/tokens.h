// Tokens is Florin's own TokenService: DPANs of our ranges, profiles from the catalog, keys through
// custody.
#pragma once

#include "base/metrics.h"
#include "base/random.h"
#include "base/time.h"
#include "florin/log.h"
#include "ports/key_custody.h"
#include "ports/push_sender.h"
#include "ports/store.h"
#include "sealing/row_sealer.h"
#include "tsp/card_keys.h"
#include "tsp/catalog.h"
#include "tsp/token_service.h"

namespace florin::notify {
class Notices;
}  // namespace florin::notify

namespace florin::tsp {

// What the TSP works with; everything is borrowed.
struct Tsp {
  ports::Store& store;
  ports::KeyCustody& custody;
  sealing::RowSealer& sealer;
  const Catalog& catalog;
  base::Clock& clock;
  base::Random& random;
  Log& log;
  std::uint32_t storeEpoch = 0;        // how often the store was put back from a backup
  ports::PushBell* bell = nullptr;     // null: no push service is configured
  CardKeys* cardKeys = nullptr;        // null: no program does offline data authentication
  notify::Notices* notices = nullptr;  // null: no issuer is told anything
  base::Metrics* metrics = nullptr;    // null: nothing is counted
};

// openDpan unseals the DPAN of a row: ASCII digits.
Result<SecretBytes> openDpan(Tsp& tsp, const records::Token& token);

// cardKeyRef names the card to custody.
ports::CardKeyRef cardKeyRef(const records::Token& token, SecretBytes dpan);

class Tokens : public TokenService {
 public:
  explicit Tokens(Tsp& tsp) : tsp_(tsp) {}

  Result<records::Token> prepareToken(const NewToken& request) override;
  Status commitToken(ports::Unit& unit, const records::Token& token) override;
  Result<CardFacts> cardFacts(const base::TenantId& issuer, const base::TokenId& tokenId,
                              const ProfileOrder& order) override;
  Result<KeyBatch> prepareKeys(const base::TenantId& issuer, const base::TokenId& tokenId,
                               const DeviceTransport& device) override;
  Result<KeyBatch> prepareRenewal(const base::TenantId& issuer, const base::TokenId& tokenId,
                                  const DeviceTransport& device,
                                  const KeyRenewal& renewal) override;
  Status commitKeys(ports::Unit& unit, const KeyBatch& batch) override;
  Status keysArrived(ports::Unit& unit, const base::TokenId& tokenId) override;
  Status voidKeys(ports::Unit& unit, const base::TenantId& issuer, const base::TokenId& tokenId,
                  std::span<const ports::PaymentKeyName> keys) override;
  Status commitExpiry(ports::Unit& unit, const base::TenantId& issuer, const base::TokenId& tokenId,
                      const CardFacts& facts) override;
  Result<std::uint32_t> highestSpent(ports::Unit& unit, const base::TokenId& tokenId) override;
  Result<CardChange> look(ports::Unit& unit, const base::TenantId& issuer,
                          const base::TokenId& tokenId) override;
  Result<CardChange> change(ports::Unit& unit, const base::TenantId& issuer,
                            const base::TokenId& tokenId, const CardStep& step) override;

 private:
  struct Stocked {
    std::uint32_t outstanding = 0;  // single-use keys that the device has not used
    records::AtcWindow window;
    bool wantsLimitedKey = false;
  };
  Result<Stocked> stockedOf(const records::Token& token, std::uint32_t lastAtc);
  Result<records::Token> find(const base::TenantId& issuer, const base::TokenId& tokenId);
  Result<const Program*> programOf(const records::Token& token) const;
  Result<KeyBatch> batchOf(const records::Token& token, const Program& program,
                           const DeviceTransport& device, std::uint32_t next);
  Status wrapKeys(KeyBatch& batch, const records::Token& token, const DeviceTransport& device,
                  const ports::PaymentKeyName& first, std::uint32_t count);
  Status addKeys(KeyBatch& batch, const records::Token& token, const DeviceTransport& device,
                 std::uint32_t count);
  Status addLimitedKey(KeyBatch& batch, const records::Token& token, const DeviceTransport& device,
                       const emv::KeyPolicy& policy);
  Status addCardKey(CardFacts& facts, const records::Token& token, const DeviceTransport& device,
                    emv::TokenFacts& card);
  Status insertLimited(ports::Unit& unit, const KeyBatch& batch);

  Tsp& tsp_;
};

}  // namespace florin::tsp
