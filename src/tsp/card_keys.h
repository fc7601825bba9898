// CardKeys gives cards keys of their own for offline data authentication (EMV Book 2, 5 and 6): who
// certifies them, and a stock of RSA keys, because making one takes tens of milliseconds.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "emv/program.h"
#include "florin/log.h"
#include "ports/key_custody.h"
#include "tsp/catalog.h"

namespace florin::tsp {

// CardAuthority is what terminals know of a program (Book 2, 5.2), and what its cards carry.
struct CardAuthority {
  std::string program;
  Bytes rid;  // 5 bytes: the beginning of its cards' AID
  emv::RecoveryPublicKey key;
  std::string prefix;             // of the DPANs that `issuer` is certified for
  emv::IssuerCredentials issuer;  // borrows the custody; its authorityIndex is the key's
};

// Thread-safe.
class CardKeys {
 public:
  // make has the issuer keys certified of all programs that do offline data authentication; the
  // same certificates each time. `custody` must outlive it. kNotFound: custody has no keys of one.
  static Result<std::unique_ptr<CardKeys>> make(ports::KeyCustody& custody, const Catalog& catalog);

  [[nodiscard]] const std::vector<CardAuthority>& authorities() const { return authorities_; }

  // authorityOf gives nullptr for a program without one.
  [[nodiscard]] const CardAuthority* authorityOf(std::string_view program) const;

  // credentialsFor gives the issuer's credentials for a card: the same, or, if the program's range
  // was another one when its token was made, certified anew for it. kNotFound: none for `program`.
  Result<emv::IssuerCredentials> credentialsFor(std::string_view program, const SecretBytes& dpan);

  // take gives a key out of the stock, or makes one when it is empty.
  Result<ports::CardRsaKey> take();

  // keepStocked fills the stock, limits::kCardKeysInStock keys, whenever it is not full, until it
  // is told to stop. For a thread of its own; without one, every key is made when it is taken.
  void keepStocked(const std::stop_token& stop, Log& log);

 private:
  CardKeys(ports::KeyCustody& custody, std::vector<CardAuthority> authorities)
      : custody_(custody), authorities_(std::move(authorities)) {}

  ports::KeyCustody& custody_;
  const std::vector<CardAuthority> authorities_;
  std::mutex mutex_;  // of what follows
  std::condition_variable_any taken_;
  std::vector<ports::CardRsaKey> stock_;
};

}  // namespace florin::tsp
