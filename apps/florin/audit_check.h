// AuditCheck holds the audit log of a backend against its hashes and seals (proof/audit_chain.h).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "crypto/p256.h"
#include "records/audit.h"

namespace florin::apps {

// What is wrong with the log, and where: the entry of the lowest number that does not fit.
struct AuditFault {
  std::uint64_t number = 0;  // 0: the end of a chain is missing
  std::string text;
};

class AuditCheck {
 public:
  // addSeal: kUnauthenticated: it is not signed by the key.
  Status addSeal(const crypto::P256PublicKey& identity, const records::AuditSeal& seal);

  // add takes the entries from the newest to the oldest.
  void add(const records::AuditEntry& entry);

  // finish gives what was found, once all entries were taken.
  std::optional<AuditFault> finish();

  [[nodiscard]] std::size_t entries() const { return entries_; }
  [[nodiscard]] std::size_t unchained() const { return unchained_; }
  [[nodiscard]] std::size_t seals() const { return seals_; }
  [[nodiscard]] std::size_t unsealed() const { return unsealed_; }
  [[nodiscard]] std::size_t chains() const { return chains_.size(); }

 private:
  struct Chain {
    std::optional<records::AuditEntry> later;           // whose hash waits for the one before it
    std::map<std::uint64_t, records::AuditSeal> seals;  // by position; those met are erased
    std::uint64_t sealedTo = 0;
  };

  void found(std::uint64_t number, std::string text);

  std::map<std::string, Chain, std::less<>> chains_;
  std::optional<AuditFault> fault_;
  std::size_t entries_ = 0;
  std::size_t unchained_ = 0;
  std::size_t seals_ = 0;
  std::size_t unsealed_ = 0;
};

}  // namespace florin::apps
