// Channel is the backend's end of the secure channel (D6): it opens what a device sent, with static
// keys or as a follow-up by ticket, and closes the reply. What the messages say is not its matter.
#pragma once

#include <optional>

#include "cps/answers.h"
#include "cps/backend.h"
#include "protocol/exchange.h"

namespace florin::cps {

class Channel {
 public:
  explicit Channel(Backend& backend) : backend_(backend) {}

  struct Opened {
    records::Device device;                 // the row whose keys or ticket opened it
    std::optional<base::KeyId> channelKey;  // which static key the device used; none: a follow-up
    base::Time keyed;                       // when static keys were last used
    messages::ExchangeRequest request;
    protocol::ExchangeResponder responder;
  };

  // decode reads who sent a body. kVersionUnsupported.
  static Result<messages::ExchangeEnvelope> decode(ByteView body);

  // openFollowUp opens a message with a ticket, which costs little. kInvalidConversation: it does
  // not verify, or the ticket is over.
  Result<Opened> openFollowUp(const messages::ExchangeEnvelope& envelope, records::Device device);

  // openWithKeys opens a message of static keys, of `body` for the device that was found, if one
  // was. kInvalidConversation: it does not verify. kWalletUnknown: the device or the channel key is
  // not (any more) here, and then `facts.verdict` is signed, so that the device may believe it
  // (docs/protocol.md 6.4).
  Result<Opened> openWithKeys(const messages::ExchangeEnvelope& envelope,
                              std::optional<records::Device> device, ByteView body,
                              RefusalFacts& facts);

  // close makes the response's body, with a ticket for the next exchange of an active device.
  Result<Bytes> close(Opened opened, messages::ExchangeReply reply);

 private:
  struct Ticket {
    SecretBytes psk;
    std::uint32_t epoch = 0;
    base::Time keyed;
  };

  Result<Opened> receive(const messages::ExchangeEnvelope& envelope, records::Device device,
                         const ports::BackendPublicKey& channelKey);
  Result<Ticket> openTicket(const base::DeviceId& deviceId, ByteView sealed);
  Bytes sealTicket(const base::DeviceId& deviceId, const Ticket& ticket);
  Error unknownDevice(const base::DeviceId& deviceId, ByteView body, RefusalFacts& facts);

  Backend& backend_;
};

}  // namespace florin::cps
