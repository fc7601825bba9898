// Rows of rooms tsp and gateway: tokens, payment keys, authorizations; digital cards; API tokens.
// See wallets.h for what holds of every row and repository.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/money.h"
#include "base/time.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::records {

enum class TokenState : std::uint8_t { kInactive = 1, kActive = 2, kSuspended = 3, kDeleted = 4 };

// Who may suspend: bits of Token::suspenders and Device::suspenders (tsp/suspenders.h).
enum class Suspender : std::uint8_t { kWallet = 1, kIssuer = 2, kOperator = 4, kSystem = 8 };

// A token: DPAN of one card in one wallet. DPAN + PSN is never reused.
struct Token {
  base::TenantId tenant;  // the issuer
  base::TokenId tokenId;
  std::string program;
  Bytes dpanIndex;       // blind index of DPAN, 32 bytes
  Bytes sealedDpan;      // digits
  Bytes sealedPan;       // digits of the card behind it
  std::uint8_t psn = 0;  // of the keys to come; a renewal counts it up
  std::string dpanLastFour;
  std::string panLastFour;
  std::string expiry;  // MMYY, of the token
  TokenState state = TokenState::kInactive;
  std::uint32_t masterKeyVersion = 1;
  std::uint32_t nextAtc = 1;  // running ATC (base/running_atc.h) that keys to come begin with
  base::DeviceId deviceId;    // zero until claimed
  std::uint64_t version = 0;  // grows with every update: update() checks it
  base::Time created;
  std::uint8_t suspenders = 0;     // the set of Suspender; empty in state kActive
  std::uint32_t toldLowWater = 0;  // the low-water mark that its device knows; 0: none yet
};

class TokenRepository {
 public:
  virtual ~TokenRepository() = default;
  virtual Result<std::optional<Token>> find(const base::TenantId&, const base::TokenId&) = 0;
  virtual Result<std::optional<Token>> findByDpan(ByteView dpanIndex) = 0;
  virtual Status insert(const Token&) = 0;  // kConflict: the DPAN is taken, with whatever PSN
  // update writes the row if its stored version is still `token.version`, and stores version + 1.
  // kConflict otherwise. A token keeps its DPAN.
  virtual Status update(const Token&) = 0;
};

enum class PaymentKeyState : std::uint8_t { kIssued = 1, kSpent = 2, kVoid = 3 };

// A single-use key that was issued, by running ATC (base/running_atc.h). The key itself is not
// stored: it is derived in custody (I10).
struct PaymentKey {
  base::TokenId tokenId;
  std::uint32_t masterKeyVersion = 1;
  std::uint32_t atc = 0;
  PaymentKeyState state = PaymentKeyState::kIssued;
};

class PaymentKeyRepository {
 public:
  virtual ~PaymentKeyRepository() = default;
  // insertIssued writes `count` keys from `firstAtc` on. kConflict when one exists (I2).
  virtual Status insertIssued(const base::TokenId&, std::uint32_t masterKeyVersion,
                              std::uint32_t firstAtc, std::uint32_t count) = 0;
  virtual Result<std::optional<PaymentKey>> find(const base::TokenId&,
                                                 std::uint32_t masterKeyVersion,
                                                 std::uint32_t atc) = 0;
  // setState changes the state if it is still kIssued. kConflict otherwise: spent once, void for
  // ever (I2).
  virtual Status setState(const base::TokenId&, std::uint32_t masterKeyVersion, std::uint32_t atc,
                          PaymentKeyState) = 0;
  // voidIssued makes every key of the token that is still kIssued kVoid.
  virtual Status voidIssued(const base::TokenId&) = 0;
  // highestSpent gives the highest ATC of all that are kSpent, under any version; 0: none is.
  virtual Result<std::uint32_t> highestSpent(const base::TokenId&) = 0;
  // countIssued counts those above `atc` that are still kIssued.
  virtual Result<std::uint32_t> countIssued(const base::TokenId&, std::uint32_t masterKeyVersion,
                                            std::uint32_t atc) = 0;
};

// One authorization request and its stored answer. Unique by (acquirer, idempotencyKey).
struct Authorization {
  base::AuthorizationId authorizationId;
  base::TenantId acquirer;
  std::string idempotencyKey;
  Bytes requestHash;      // SHA-256 of the body: the same key with another body is refused
  base::TenantId tenant;  // issuer of the token; zero when none was found
  base::TokenId tokenId;
  std::uint32_t atc = 0;
  base::Money amount;
  bool approved = false;
  std::string reason;
  Bytes response;  // as it was answered
  base::Time created;
  base::Time reversed = {};  // when it was taken back; zero: it was not
};

// Approved payments that were not taken back.
struct PaymentTally {
  std::uint64_t count = 0;
  std::int64_t amount = 0;  // minor units
};

class AuthorizationRepository {
 public:
  virtual ~AuthorizationRepository() = default;
  virtual Result<std::optional<Authorization>> findByKey(const base::TenantId& acquirer,
                                                         std::string_view idempotencyKey) = 0;
  virtual Status insert(const Authorization&) = 0;  // kConflict: the key is taken
  virtual Result<std::vector<Authorization>> ofToken(const base::TenantId&, const base::TokenId&,
                                                     std::size_t limit) = 0;  // newest first
  // older gives those before one of the token's own, newest first; of another's: none.
  virtual Result<std::vector<Authorization>> older(const base::TenantId&, const base::TokenId&,
                                                   const base::AuthorizationId& than,
                                                   std::size_t limit) = 0;
  // setReversed: kNotFound.
  virtual Status setReversed(const base::TenantId& acquirer, std::string_view idempotencyKey,
                             base::Time) = 0;
  // tally counts a token's since `since`.
  virtual Result<PaymentTally> tally(const base::TenantId&, const base::TokenId&,
                                     base::Time since) = 0;
};

// Ended: its token was deleted; the same PAN may be digitized again.
enum class DigitizationState : std::uint8_t {
  kApproved = 1,
  kStepUp = 2,
  kDeclined = 3,
  kEnded = 4,
};

// A digital card at the gateway. Unique by (tenant, walletId, correlationId).
struct DigitalCard {
  base::TenantId tenant;  // the wallet provider
  base::DigitalCardId digitalCardId;
  base::WalletId walletId;
  base::CorrelationId correlationId;
  Bytes requestHash;
  base::TenantId issuer;
  base::TokenId tokenId;
  DigitizationState state = DigitizationState::kApproved;
  Bytes panIndex;     // blind index of the PAN, 32 bytes
  Bytes sealedReply;  // the answer, repeated for the same correlationId until its code expires;
                      // empty afterwards
  std::string product;
  std::string panLastFour;
  base::Time created;
  Bytes termsId = {};  // 32 bytes: what the cardholder accepted; empty: nothing
  base::Time termsAccepted = {};
};

// CardSearch is what an operator knows of a card: its wallet, its correlation, or its issuer with
// the last four digits of the PAN. Nothing: every card.
struct CardSearch {
  std::optional<base::WalletId> wallet = {};
  std::optional<base::CorrelationId> correlation = {};
  std::optional<base::TenantId> issuer = {};
  std::string lastFour = {};
};

class DigitalCardRepository {
 public:
  virtual ~DigitalCardRepository() = default;
  // search gives cards, ended ones too, by id above `after`, at most `limit`.
  virtual Result<std::vector<DigitalCard>> search(const base::TenantId&, const CardSearch&,
                                                  const base::DigitalCardId& after,
                                                  std::size_t limit) = 0;
  virtual Result<std::optional<DigitalCard>> find(const base::TenantId&,
                                                  const base::DigitalCardId&) = 0;
  virtual Result<std::optional<DigitalCard>> findByCorrelation(const base::TenantId&,
                                                               const base::WalletId&,
                                                               const base::CorrelationId&) = 0;
  virtual Result<std::optional<DigitalCard>> findByPan(const base::TenantId&, const base::WalletId&,
                                                       ByteView panIndex) = 0;
  virtual Result<std::optional<DigitalCard>> findByToken(const base::TenantId&,
                                                         const base::WalletId&,
                                                         const base::TokenId&) = 0;
  // ofWallet gives the wallet's cards that are not kEnded, at most `limit`; countOf counts them.
  virtual Result<std::vector<DigitalCard>> ofWallet(const base::TenantId&, const base::WalletId&,
                                                    std::size_t limit) = 0;
  virtual Result<std::uint32_t> countOf(const base::TenantId&, const base::WalletId&) = 0;
  virtual Status insert(const DigitalCard&) = 0;  // kConflict: the correlation is taken
  virtual Status update(const DigitalCard&) = 0;
};

// kMetrics reads figures and nothing else.
enum class ApiScope : std::uint8_t { kOperator = 1, kAcquirer = 2, kIssuer = 3, kMetrics = 4 };

// An API token, stored as its SHA-256 only.
struct ApiToken {
  Bytes tokenHash;  // 32 bytes
  base::TenantId tenant;
  ApiScope scope = ApiScope::kAcquirer;
  std::string label;
  bool revoked = false;
  base::Time created;
};

class ApiTokenRepository {
 public:
  virtual ~ApiTokenRepository() = default;
  virtual Result<std::optional<ApiToken>> find(ByteView tokenHash) = 0;
  // all gives them by the time of their making, at most `limit`.
  virtual Result<std::vector<ApiToken>> all(std::size_t limit) = 0;
  virtual Status insert(const ApiToken&) = 0;     // kConflict: the hash is taken
  virtual Status revoke(ByteView tokenHash) = 0;  // kNotFound
};

}  // namespace florin::records
