// VaultReader reads a device's vault from its disk, as a wallet that starts would find it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "florin/enrollment.h"
#include "messages/operations.h"
#include "vault/format.h"
#include "vault/records.h"

namespace florin::sim {

// What a limited-use key has left.
struct LimitedUses {
  std::uint32_t left = 0;
  std::uint64_t expiresMs = 0;
  friend bool operator==(const LimitedUses&, const LimitedUses&) = default;
};

// DeviceView is a device's vault as it is on the disk.
struct DeviceView {
  // Token, and the running ATC of a single-use key or the index of a limited-use one.
  using KeyNumber = std::tuple<base::TokenId, messages::KeyKind, std::uint32_t>;

  std::uint64_t generation = 0;
  std::optional<base::WalletId> walletId;  // none before the first start
  EnrollmentStatus status = EnrollmentStatus::ENROLLMENT_NEEDED;
  std::optional<base::DeviceId> deviceId;
  bool active = false;
  std::map<base::TokenId, std::uint8_t> cards;  // with their PSNs
  std::set<KeyNumber> keys;
  std::map<KeyNumber, LimitedUses> limited;
  std::map<base::TokenId, std::uint32_t> counters;
  std::map<base::TokenId, std::uint64_t> sequences;
};

// A vault's file only grows, until it is written anew: then it is opened as a whole.
class VaultReader {
 public:
  // read gives what is on the disk. Errors as Vault::open. What was appended since the last time
  // has to be the next in the chain.
  Result<DeviceView> read(const std::optional<Bytes>& disk);

 private:
  struct Profile {
    SecretBytes record;  // that it was read from
    std::uint8_t psn = 0;
  };
  Status follow(const Bytes& disk);
  Status openAsWhole(const Bytes& disk);
  Status readRest(ByteView rest);
  [[nodiscard]] Result<DeviceView> view();
  Status viewRecord(DeviceView& view, vault::Kind kind, ByteView id, const SecretBytes& value);
  Status viewOfCard(DeviceView& view, vault::Kind kind, const base::TokenId& card,
                    const SecretBytes& value);
  Result<std::uint8_t> psnOf(const base::TokenId& card, const SecretBytes& record);

  Bytes seen_;  // whole transactions
  std::optional<vault::Chain> chain_;
  vault::Records records_;
  std::map<base::TokenId, Profile> profiles_;
};

}  // namespace florin::sim
