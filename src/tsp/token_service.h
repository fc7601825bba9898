// TokenService is the TSP as the other rooms see it: tokens and their keys. Creating and preparing
// use custody and run outside a unit of work; the methods that take a Unit only write rows, so that
// they stand in the caller's transaction.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "florin/bytes.h"
#include "florin/result.h"
#include "ports/key_custody.h"
#include "ports/store.h"
#include "tsp/card_states.h"

namespace florin::tsp {

struct NewToken {
  base::TenantId issuer;
  std::string program;
  SecretBytes pan;        // ASCII digits
  std::string panExpiry;  // MMYY
};

// For whom keys are wrapped.
struct DeviceTransport {
  base::DeviceId deviceId;
  Bytes transportPublicKey;   // 65 bytes
  std::uint32_t lastAtc = 0;  // the highest running ATC that the device says it used
};

// Why a card's keys are renewed: nothing that was issued counts any more.
struct KeyRenewal {
  std::uint32_t aboveAtc = 0;  // also above this one, whatever the token's row says
  bool unknownAtcs = false;    // nobody knows which were used in lost days: the next PSN
};

// What a profile is made for.
struct ProfileOrder {
  std::string expiry = {};                               // MMYY; empty: as it is
  std::uint8_t psn = 0;                                  // 0: as it is
  std::optional<DeviceTransport> device = std::nullopt;  // none: nobody will get it
};

// A card's own key, wrapped for its device.
struct WrappedCardKey {
  base::KeyId transportKeyId;
  Bytes transportPublicKey;
  std::uint32_t number = 0;
  Bytes wrapped;
};

// What InstallCard needs of a token.
struct CardFacts {
  SecretBytes profile;                    // emv::encodeProfile
  std::optional<WrappedCardKey> cardKey;  // of a program with offline data authentication
  std::string product;
  std::string scheme;
  std::string panLastFour;
  std::string dpanLastFour;
  std::string panExpiry;
  std::uint32_t lowWater = 0;
  records::TokenState state = records::TokenState::kInactive;
  std::uint64_t tokenVersion = 0;  // of the row that they were made from
};

struct PreparedKey {
  std::uint32_t number = 0;  // running ATC of a SUK, index of a LUK
  Bytes wrapped;
};

// What holds of a limited-use key (D8).
struct LimitedUse {
  std::uint32_t limit = 0;
  base::Time expires;
  base::Time refresh;  // when its device asks for the next one
};

// Keys derived and wrapped but not issued yet: commitKeys makes them real. `tokenVersion` is the
// row they were prepared from.
struct KeyBatch {
  base::TenantId issuer;
  base::TokenId tokenId;
  base::DeviceId deviceId;
  std::uint64_t tokenVersion = 0;
  std::uint32_t masterKeyVersion = 0;
  std::uint32_t firstAtc = 0;  // running ATC that the batch begins with
  std::uint32_t usedAtc = 0;   // that the device said it used
  base::KeyId transportKeyId;
  Bytes transportPublicKey;
  std::vector<PreparedKey> keys;      // may be empty: the stock is full
  std::optional<LimitedUse> limited;  // `keys` is one LUK
  std::uint32_t lowWater = 0;         // by the program's policy
  bool renews = false;                // all that was issued before is void with it
  bool newPsn = false;     // the card goes on with the next PSN, which needs another profile
  bool newPolicy = false;  // the device knows another low-water mark
};

// What a step made of a token. Both lives are the same when the card's holder sees no change.
struct CardChange {
  CardLife before = CardLife::kInactive;
  CardLife after = CardLife::kInactive;
  bool written = false;  // the row changed: its state, or who suspends it
  records::Token token;  // after the step
};

class TokenService {
 public:
  virtual ~TokenService() = default;

  // prepareToken draws a free DPAN and gives the row, INACTIVE, not written yet. kNotFound: no such
  // program; kExhausted: the program's DPAN range is used up.
  virtual Result<records::Token> prepareToken(const NewToken& request) = 0;

  // commitToken writes a prepared token in the caller's unit. kConflict: the DPAN was taken
  // meanwhile; prepare again.
  virtual Status commitToken(ports::Unit& unit, const records::Token& token) = 0;

  // cardFacts builds the profile and what the wallet shows. Each call gives the card another key of
  // its own, if it has one. kNotFound: no such token; kInvalidArgument: no expiry.
  virtual Result<CardFacts> cardFacts(const base::TenantId& issuer, const base::TokenId& tokenId,
                                      const ProfileOrder& order) = 0;

  // prepareKeys wraps for a device as many SUKs as the stock lacks, or a new LUK. Outstanding are
  // the SUKs above the last ATC that it used: a payment that was never authorized has used its key
  // all the same. No LUK is made before the last one has arrived. Below limits::kRenewAtcBelow ATCs
  // the batch goes on with the next PSN. kExhausted: no PSN is left, or no index in this hour.
  virtual Result<KeyBatch> prepareKeys(const base::TenantId& issuer, const base::TokenId& tokenId,
                                       const DeviceTransport& device) = 0;

  // prepareRenewal gives a whole stock that replaces what was issued; none for a card that gets no
  // keys as it is, but what it has is void all the same.
  virtual Result<KeyBatch> prepareRenewal(const base::TenantId& issuer,
                                          const base::TokenId& tokenId,
                                          const DeviceTransport& device,
                                          const KeyRenewal& renewal) = 0;

  // commitKeys issues a prepared batch in the caller's unit. kConflict: the token changed since;
  // prepare again.
  virtual Status commitKeys(ports::Unit& unit, const KeyBatch& batch) = 0;

  // keysArrived is told, in the caller's unit, that the device has all keys that were issued: from
  // now on a replaced LUK has limits::kReplacedKeyGrace left.
  virtual Status keysArrived(ports::Unit& unit, const base::TokenId& tokenId) = 0;

  // voidKeys makes keys that will never reach their device void, in the caller's unit, so that
  // others can take their place. One that was used stays as it is. kNotFound: no such token.
  virtual Status voidKeys(ports::Unit& unit, const base::TenantId& issuer,
                          const base::TokenId& tokenId,
                          std::span<const ports::PaymentKeyName> keys) = 0;

  // commitExpiry gives the token another expiry in the caller's unit. kConflict: it is not the row
  // that `facts` were made from.
  virtual Status commitExpiry(ports::Unit& unit, const base::TenantId& issuer,
                              const base::TokenId& tokenId, const CardFacts& facts) = 0;

  // highestSpent gives the highest running ATC of the card that was accepted, in the caller's unit;
  // 0: none was, or there is no such token.
  virtual Result<std::uint32_t> highestSpent(ports::Unit& unit, const base::TokenId& tokenId) = 0;

  // look gives a token as it is, in the caller's unit. kNotFound: no such token.
  virtual Result<CardChange> look(ports::Unit& unit, const base::TenantId& issuer,
                                  const base::TokenId& tokenId) = 0;

  // change moves a token by one step of tsp/card_states.h in the caller's unit; deleting voids its
  // keys. kNotFound: no such token; kWrongState: stepped's refusals.
  virtual Result<CardChange> change(ports::Unit& unit, const base::TenantId& issuer,
                                    const base::TokenId& tokenId, const CardStep& step) = 0;
};

}  // namespace florin::tsp
