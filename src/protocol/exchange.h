// The exchange (D6, docs/protocol.md 6): one request and its reply are one handshake of
// Noise_KKpsk0_P256_AESGCM_SHA256, with the messages as payloads. There is no phase after it, so
// there is no counter to keep. The prologue binds protocol version, backend, device and channel
// key. A reply may bring a ticket: then the next exchange can be a follow-up, Noise_NNpsk0, whose
// psk comes from the handshake before it and whose prologue binds the ticket instead.
//
// The request can be replayed: what it asks for must be idempotent. The reply cannot.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "messages/exchange.h"
#include "protocol/noise.h"

namespace florin::protocol {

// What the envelope says in clear, and the backend's name.
struct ExchangeNames {
  std::uint32_t version = 0;
  std::string_view backendId;
  base::DeviceId deviceId;
  base::KeyId channelKeyId;
};

// The largest encoded ExchangeRequest and ExchangeReply: a Noise message less its point and tag.
inline constexpr std::size_t kExchangePayload = 65'535 - crypto::kP256Point - 16;

// FollowUp is what a device keeps of an exchange for the next one, in memory only.
struct FollowUp {
  Bytes ticket;
  SecretBytes psk;
};

// ExchangeInitiator is the device after it made a request. It is not stored: an answer that got
// lost is asked for again with a new handshake.
class ExchangeInitiator {
 public:
  struct Started;
  struct Finished {
    messages::ExchangeReply reply;
    std::optional<FollowUp> next;  // when the reply brought a ticket
  };

  // start makes the body of POST /cps/v1/exchange. `device` must outlive the initiator.
  // kInvalidArgument: a key has not its size. kTooLarge: the request is over kExchangePayload.
  static Result<Started> start(const ExchangeNames& names, const StaticKey& device,
                               ByteView backendPoint, const SecretBytes& psk,
                               const messages::ExchangeRequest& request, base::Random& random);

  // startFollowUp makes the same body without static keys; names.channelKeyId does not enter.
  static Result<Started> startFollowUp(const ExchangeNames& names, const FollowUp& followUp,
                                       const messages::ExchangeRequest& request,
                                       base::Random& random);

  // finish reads the reply's body. kUnauthenticated: it is not by the backend, or not to this
  // request: an outage, never a verdict. kMalformed: the payload has not its form.
  Result<Finished> finish(ByteView reply) &&;

 private:
  explicit ExchangeInitiator(NoiseHandshake<DhP256> handshake) : handshake_(std::move(handshake)) {}
  static Result<Started> send(NoiseHandshake<DhP256> handshake, messages::ExchangeEnvelope envelope,
                              const messages::ExchangeRequest& request, base::Random& random);
  NoiseHandshake<DhP256> handshake_;
};

struct ExchangeInitiator::Started {
  Bytes body;
  ExchangeInitiator initiator;
};

// ExchangeResponder is the backend between a request and its reply.
class ExchangeResponder {
 public:
  struct Received;

  // receive opens a request. The envelope names device and channel key, by which the caller found
  // `channelKey`, the device's point and its psk; `channelKey` must outlive the responder.
  // kUnsupported: another protocol version. kUnauthenticated: not by that device, or not for this
  // backend. kMalformed: the message or its payload has not its form.
  static Result<Received> receive(const messages::ExchangeEnvelope& envelope,
                                  std::string_view backendId, const StaticKey& channelKey,
                                  ByteView devicePoint, const SecretBytes& psk);

  // receiveFollowUp opens a follow-up; `psk` stood in the envelope's ticket. Errors as receive.
  static Result<Received> receiveFollowUp(const messages::ExchangeEnvelope& envelope,
                                          std::string_view backendId, const SecretBytes& psk);

  // reply makes the response's body. kTooLarge: the reply is over kExchangePayload. `sealTicket`
  // makes the reply's ticket of the next exchange's psk; none: the reply brings no ticket.
  using SealTicket = std::function<Bytes(const SecretBytes& psk)>;
  Result<Bytes> reply(messages::ExchangeReply reply, const SealTicket& sealTicket,
                      base::Random& random) &&;

 private:
  explicit ExchangeResponder(NoiseHandshake<DhP256> handshake) : handshake_(std::move(handshake)) {}
  static Result<Received> open(NoiseHandshake<DhP256> handshake,
                               const messages::ExchangeEnvelope& envelope);
  NoiseHandshake<DhP256> handshake_;
};

struct ExchangeResponder::Received {
  messages::ExchangeRequest request;
  ExchangeResponder responder;
};

}  // namespace florin::protocol
