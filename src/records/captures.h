// Rows of room gateway about cards on their way in (wallet-api 3): nonces whose decision has been
// used, cards that their issuers have pushed, and what was guessed about whom. See wallets.h for
// what holds of every row.
#pragma once

#include <optional>

#include "base/ids.h"
#include "base/time.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::records {

// The nonce of a decision token that a digitization was approved by. It stays until no token with
// this nonce can be valid any more.
struct SpentNonce {
  base::TenantId tenant;  // the issuer
  Bytes nonceHash;        // 32 bytes, SHA-256
  base::DigitalCardId digitalCardId;
  base::Time expires;
};

class SpentNonceRepository {
 public:
  virtual ~SpentNonceRepository() = default;
  virtual Result<std::optional<SpentNonce>> find(const base::TenantId&, ByteView nonceHash) = 0;
  virtual Status insert(const SpentNonce&) = 0;  // kConflict: it was used
  // eraseExpired erases those of all tenants that expired before `time`, at most `limit`; gives how
  // many.
  virtual Result<std::size_t> eraseExpired(base::Time time, std::size_t limit) = 0;
};

// A card that its issuer hands to a wallet out of its own application. It goes when a wallet has
// digitized it.
struct PushSession {
  base::TenantId tenant;  // the wallet provider
  Bytes sessionHash;      // 32 bytes, SHA-256 of the id that the wallet brings
  base::TenantId issuer;
  Bytes sealedCard;            // JSON of proof::CardData
  bool approved = false;       // the issuer has decided: green
  bool termsAccepted = false;  // in the issuer's own application
  base::Time expires;
};

class PushSessionRepository {
 public:
  virtual ~PushSessionRepository() = default;
  virtual Result<std::optional<PushSession>> find(const base::TenantId&, ByteView sessionHash) = 0;
  virtual Result<std::uint32_t> countOf(const base::TenantId& issuer) = 0;
  virtual Status insert(const PushSession&) = 0;  // kConflict: the id is taken
  virtual Status erase(const base::TenantId&, ByteView sessionHash) = 0;
  // eraseExpired: as of SpentNonceRepository.
  virtual Result<std::size_t> eraseExpired(base::Time time, std::size_t limit) = 0;
};

// What was tried to prove who the holder of a PAN is, in all wallets together. It goes when its
// window is over.
struct PanGuesses {
  base::TenantId tenant;   // the issuer
  Bytes panIndex;          // blind index of the PAN, 32 bytes
  std::uint32_t sent = 0;  // one-time passwords
  std::uint32_t wrong = 0;
  base::Time expires;
};

class PanGuessesRepository {
 public:
  virtual ~PanGuessesRepository() = default;
  virtual Result<std::optional<PanGuesses>> find(const base::TenantId&, ByteView panIndex) = 0;
  virtual Status put(const PanGuesses&) = 0;
  // eraseExpired: as of SpentNonceRepository.
  virtual Result<std::size_t> eraseExpired(base::Time time, std::size_t limit) = 0;
};

}  // namespace florin::records
