#include "protocol/exchange.h"

#include "base/bytes.h"
#include "florin/version.h"

namespace florin::protocol {
namespace {

// Everything has a fixed size but the last field, so the text has one reading.
Bytes prologue(const ExchangeNames& names) {
  Bytes text = base::toBytes(base::asBytes("florin exchange/1"));
  base::appendBigEndian(text, names.version);
  base::append(text, names.deviceId.view());
  base::append(text, names.channelKeyId.view());
  base::append(text, base::asBytes(names.backendId));
  return text;
}

}  // namespace

Result<ExchangeInitiator::Started> ExchangeInitiator::start(
    const ExchangeNames& names, const StaticKey& device, ByteView backendPoint,
    const SecretBytes& psk, const messages::ExchangeRequest& request, base::Random& random) {
  const Bytes bound = prologue(names);
  FLORIN_TRY_ASSIGN(auto handshake, NoiseHandshake<DhP256>::start({.pattern = kNoiseKKpsk0,
                                                                   .role = NoiseRole::kInitiator,
                                                                   .prologue = bound,
                                                                   .localStatic = &device,
                                                                   .remoteStatic = backendPoint,
                                                                   .psk = &psk}));
  const SecretBytes payload = messages::encodeExchangeRequest(request);
  FLORIN_TRY_ASSIGN(auto written, std::move(handshake).write(payload.expose(), random));
  messages::ExchangeEnvelope envelope;
  envelope.version = names.version;
  envelope.deviceId = names.deviceId;
  envelope.channelKeyId = names.channelKeyId;
  envelope.noise = std::move(written.message);
  return Started{messages::encodeExchangeEnvelope(envelope),
                 ExchangeInitiator(std::move(written.next))};
}

Result<messages::ExchangeReply> ExchangeInitiator::finish(ByteView reply) && {
  FLORIN_TRY_ASSIGN(const auto read, std::move(handshake_).read(reply));
  return messages::decodeExchangeReply(read.payload);
}

Result<ExchangeResponder::Received> ExchangeResponder::receive(
    const messages::ExchangeEnvelope& envelope, std::string_view backendId,
    const StaticKey& channelKey, ByteView devicePoint, const SecretBytes& psk) {
  if (envelope.version != kProtocolVersion) {
    return Error(Code::kUnsupported, "protocol version", envelope.version);
  }
  const Bytes bound =
      prologue({envelope.version, backendId, envelope.deviceId, envelope.channelKeyId});
  FLORIN_TRY_ASSIGN(auto handshake, NoiseHandshake<DhP256>::start({.pattern = kNoiseKKpsk0,
                                                                   .role = NoiseRole::kResponder,
                                                                   .prologue = bound,
                                                                   .localStatic = &channelKey,
                                                                   .remoteStatic = devicePoint,
                                                                   .psk = &psk}));
  FLORIN_TRY_ASSIGN(auto read, std::move(handshake).read(envelope.noise));
  FLORIN_TRY_ASSIGN(messages::ExchangeRequest request,
                    messages::decodeExchangeRequest(read.payload));
  return Received{std::move(request), ExchangeResponder(std::move(read.next))};
}

Result<Bytes> ExchangeResponder::reply(const messages::ExchangeReply& reply,
                                       base::Random& random) && {
  const SecretBytes payload = messages::encodeExchangeReply(reply);
  FLORIN_TRY_ASSIGN(auto written, std::move(handshake_).write(payload.expose(), random));
  return std::move(written.message);
}

}  // namespace florin::protocol
