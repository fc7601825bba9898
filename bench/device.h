// Device is the device's side of an enrollment, by the rooms below the SDK: no vault, no executor,
// nothing stored. Set-up is registration and digitization; then it enrolls, once.
#pragma once

#include <string>

#include "base/random.h"
#include "base/time.h"
#include "client.h"
#include "crypto/p256.h"
#include "enrolled_device.h"
#include "messages/gateway.h"

namespace florin::bench {

class Device {
 public:
  // enlist registers a wallet with a new key; prepare digitizes a card for it too.
  static Result<Device> enlist(const World& world, Client& client);
  static Result<Device> prepare(const World& world, Client& client);

  // digitize makes a digital card of a new PAN; its code is the one that `enroll` uses. A wallet
  // has limits::kOpenCodesPerWallet of them.
  Status digitize(const World& world, Client& client);

  // enroll is E1 to E4 with the card's code.
  Result<EnrolledDevice> enroll(const World& world, Client& client) const;

 private:
  Device(crypto::P256Key key, base::WalletId walletId)
      : walletKey_(std::move(key)), walletId_(walletId) {}

  Result<Bytes> postSigned(const World& world, Client& client, const std::string& path,
                           Literal contentType, ByteView body) const;

  crypto::P256Key walletKey_;
  base::WalletId walletId_;
  messages::WseReply backend_;
  SecretBytes code_;
};

}  // namespace florin::bench
