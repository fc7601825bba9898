// The exchange (D6, docs/protocol.md 6): one request and its reply are one handshake of
// Noise_KKpsk0_P256_AESGCM_SHA256, with the messages as payloads. There is no phase after it, so
// there is no counter to keep. The prologue binds protocol version, backend, device and channel
// key.
//
// The request can be replayed: what it asks for must be idempotent. The reply cannot.
#pragma once

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

// ExchangeInitiator is the device after it made a request. It is not stored: an answer that got
// lost is asked for again with a new handshake.
class ExchangeInitiator {
 public:
  struct Started;

  // start makes the body of POST /cps/v1/exchange. `device` must outlive the initiator.
  // kInvalidArgument: a key has not its size. kTooLarge: the request is over kExchangePayload.
  static Result<Started> start(const ExchangeNames& names, const StaticKey& device,
                               ByteView backendPoint, const SecretBytes& psk,
                               const messages::ExchangeRequest& request, base::Random& random);

  // finish reads the reply's body. kUnauthenticated: it is not by the backend, or not to this
  // request: an outage, never a verdict. kMalformed: the payload has not its form.
  Result<messages::ExchangeReply> finish(ByteView reply) &&;

 private:
  explicit ExchangeInitiator(NoiseHandshake<DhP256> handshake) : handshake_(std::move(handshake)) {}
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

  // reply makes the response's body. kTooLarge: the reply is over kExchangePayload.
  Result<Bytes> reply(const messages::ExchangeReply& reply, base::Random& random) &&;

 private:
  explicit ExchangeResponder(NoiseHandshake<DhP256> handshake) : handshake_(std::move(handshake)) {}
  NoiseHandshake<DhP256> handshake_;
};

struct ExchangeResponder::Received {
  messages::ExchangeRequest request;
  ExchangeResponder responder;
};

}  // namespace florin::protocol
