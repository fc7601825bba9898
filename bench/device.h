// Device is the device's side of one flow, by the rooms below the SDK: no vault, no executor,
// nothing stored. Set-up is registration and digitization; the flow is E1 to E5 and the
// acknowledgement.
#pragma once

#include <string>

#include "base/random.h"
#include "base/time.h"
#include "client.h"
#include "crypto/p256.h"
#include "messages/gateway.h"
#include "protocol/enrollment_device.h"

namespace florin::bench {

// World is what all devices share. Its members are thread-safe and outlive the devices.
struct World {
  base::Random& random;
  base::Clock& clock;
};

class Device {
 public:
  // prepare registers a wallet with a new key and digitizes a card for it.
  static Result<Device> prepare(const World& world, Client& client);

  // flow enrolls with the code and fetches and acknowledges the card and its keys. kInternal: the
  // backend did not deliver one card with `kKeys` keys.
  Status flow(const World& world, Client& client) const;

  static constexpr std::size_t kKeys = 10;

 private:
  Device(crypto::P256Key key, base::WalletId walletId)
      : walletKey_(std::move(key)), walletId_(walletId) {}

  Result<Bytes> postSigned(const World& world, Client& client, const std::string& path,
                           Literal contentType, ByteView body) const;
  Status digitize(const World& world, Client& client);
  Status exchange(const World& world, Client& client, const crypto::P256Key& deviceKey,
                  const protocol::Enrolled& enrolled) const;

  crypto::P256Key walletKey_;
  base::WalletId walletId_;
  messages::WseReply backend_;
  SecretBytes code_;
};

}  // namespace florin::bench
