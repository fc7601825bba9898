// EnrolledDevice is the device's side of exchanges: the channel, its request numbers and what it
// has to acknowledge, in memory.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "client.h"
#include "crypto/p256.h"
#include "emv/profile.h"
#include "ledger.h"
#include "protocol/enrollment_device.h"
#include "protocol/exchange.h"

namespace florin::bench {

// World is what all devices share. Its members are thread-safe and outlive the devices.
struct World {
  base::Random& random;
  base::Clock& clock;
};

// EnrolledDevice is used by one thread at a time. After kUnavailable the same call may be made
// again: it is the same request, in a new handshake.
class EnrolledDevice {
 public:
  static constexpr std::size_t kKeys = 10;

  EnrolledDevice(std::string backendId, crypto::P256Key key, protocol::Enrolled enrolled)
      : backendId_(std::move(backendId)), key_(std::move(key)), enrolled_(std::move(enrolled)) {}

  // keepLedger writes down all that comes from now on.
  void keepLedger() { ledger_.emplace(); }
  [[nodiscard]] const std::optional<Ledger>& ledger() const { return ledger_; }
  [[nodiscard]] const base::DeviceId& id() const { return enrolled_.facts.deviceId; }
  [[nodiscard]] const base::TokenId& card() const { return card_; }

  // install is E5, which brings the card and its keys, and the follow-up that acknowledges them.
  // kInternal, here and below: the backend did not deliver what it should.
  Status install(const World& world, Client& client);

  // replenish is one exchange with static keys: it acknowledges the keys before, says that all are
  // used, asks for more and gets `kKeys`.
  Status replenish(const World& world, Client& client);

  // profile of the card that came, and the ATC of the next key that it has not used.
  [[nodiscard]] const emv::Profile& profile() const { return *profile_; }
  std::uint32_t useAtc() { return nextAtc_++; }

  // visit begins with static keys and wants nothing; askAgain follows it up by ticket.
  Status visit(const World& world, Client& client);
  Status askAgain(const World& world, Client& client);

 private:
  // What a reply brought.
  struct Brought {
    std::size_t operations = 0;
    std::size_t keys = 0;
  };

  [[nodiscard]] messages::ExchangeRequest makeRequest(const World& world) const;
  [[nodiscard]] protocol::ExchangeNames names() const;
  Result<Brought> withKeys(const World& world, Client& client,
                           const messages::ExchangeRequest& request);
  Result<Brought> followUp(const World& world, Client& client,
                           const messages::ExchangeRequest& request);
  Result<Brought> send(Client& client, protocol::ExchangeInitiator::Started started);
  Result<Brought> apply(const messages::ExchangeReply& reply);

  std::string backendId_;
  crypto::P256Key key_;
  protocol::Enrolled enrolled_;
  std::optional<protocol::FollowUp> ticket_;
  base::TokenId card_;
  std::uint64_t generation_ = 1;
  std::uint64_t reqSeq_ = 1;   // of the next request
  std::uint32_t lastAtc_ = 0;  // of the keys that it has
  std::uint32_t nextAtc_ = 1;
  std::optional<emv::Profile> profile_;
  std::optional<Ledger> ledger_;
  std::vector<messages::Ack> acks_;  // for the next exchange
};

}  // namespace florin::bench
