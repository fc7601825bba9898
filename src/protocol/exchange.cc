#include "protocol/exchange.h"

#include "base/bytes.h"
#include "crypto/hash.h"
#include "crypto/kdf.h"
#include "florin/version.h"

namespace florin::protocol {
namespace {

constexpr std::size_t kPskSize = 32;

// Everything has a fixed size but the last field, so the texts have one reading.
Bytes prologue(const ExchangeNames& names) {
  Bytes text = base::toBytes(base::asBytes("florin exchange/1"));
  base::appendBigEndian(text, names.version);
  base::append(text, names.deviceId.view());
  base::append(text, names.channelKeyId.view());
  base::append(text, base::asBytes(names.backendId));
  return text;
}

Bytes followUpPrologue(const ExchangeNames& names, ByteView ticket) {
  Bytes text = base::toBytes(base::asBytes("florin follow-up/1"));
  base::appendBigEndian(text, names.version);
  base::append(text, names.deviceId.view());
  base::append(text, crypto::sha256(ticket));
  base::append(text, base::asBytes(names.backendId));
  return text;
}

SecretBytes followUpPsk(const SecretBytes& chainingKey) {
  return crypto::hkdfExpand(chainingKey, base::asBytes("florin follow-up/1"), kPskSize);
}

Result<NoiseHandshake<DhP256>> followUpHandshake(const ExchangeNames& names, ByteView ticket,
                                                 NoiseRole role, const SecretBytes& psk) {
  const Bytes bound = followUpPrologue(names, ticket);
  return NoiseHandshake<DhP256>::start(
      {.pattern = kNoiseNNpsk0, .role = role, .prologue = bound, .psk = &psk});
}

}  // namespace

Result<ExchangeInitiator::Started> ExchangeInitiator::send(NoiseHandshake<DhP256> handshake,
                                                           messages::ExchangeEnvelope envelope,
                                                           const messages::ExchangeRequest& request,
                                                           base::Random& random) {
  const SecretBytes payload = messages::encodeExchangeRequest(request);
  FLORIN_TRY_ASSIGN(auto written, std::move(handshake).write(payload.expose(), random));
  envelope.noise = std::move(written.message);
  return Started{messages::encodeExchangeEnvelope(envelope),
                 ExchangeInitiator(std::move(written.next))};
}

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
  messages::ExchangeEnvelope envelope;
  envelope.version = names.version;
  envelope.deviceId = names.deviceId;
  envelope.channelKeyId = names.channelKeyId;
  return send(std::move(handshake), std::move(envelope), request, random);
}

Result<ExchangeInitiator::Started> ExchangeInitiator::startFollowUp(
    const ExchangeNames& names, const FollowUp& followUp, const messages::ExchangeRequest& request,
    base::Random& random) {
  FLORIN_TRY_ASSIGN(auto handshake,
                    followUpHandshake(names, followUp.ticket, NoiseRole::kInitiator, followUp.psk));
  messages::ExchangeEnvelope envelope;
  envelope.version = names.version;
  envelope.deviceId = names.deviceId;
  envelope.ticket = followUp.ticket;
  return send(std::move(handshake), std::move(envelope), request, random);
}

Result<ExchangeInitiator::Finished> ExchangeInitiator::finish(ByteView reply) && {
  FLORIN_TRY_ASSIGN(auto read, std::move(handshake_).read(reply));
  Finished finished;
  FLORIN_TRY_ASSIGN(finished.reply, messages::decodeExchangeReply(read.payload));
  if (finished.reply.ticket.empty()) return finished;
  FLORIN_TRY_ASSIGN(const auto split, std::move(read.next).finish());
  finished.next = FollowUp{finished.reply.ticket, followUpPsk(split.chainingKey)};
  return finished;
}

Result<ExchangeResponder::Received> ExchangeResponder::open(
    NoiseHandshake<DhP256> handshake, const messages::ExchangeEnvelope& envelope) {
  FLORIN_TRY_ASSIGN(auto read, std::move(handshake).read(envelope.noise));
  FLORIN_TRY_ASSIGN(messages::ExchangeRequest request,
                    messages::decodeExchangeRequest(read.payload));
  return Received{std::move(request), ExchangeResponder(std::move(read.next))};
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
  return open(std::move(handshake), envelope);
}

Result<ExchangeResponder::Received> ExchangeResponder::receiveFollowUp(
    const messages::ExchangeEnvelope& envelope, std::string_view backendId,
    const SecretBytes& psk) {
  if (envelope.version != kProtocolVersion) {
    return Error(Code::kUnsupported, "protocol version", envelope.version);
  }
  FLORIN_TRY_ASSIGN(auto handshake,
                    followUpHandshake({envelope.version, backendId, envelope.deviceId, {}},
                                      envelope.ticket, NoiseRole::kResponder, psk));
  return open(std::move(handshake), envelope);
}

Result<Bytes> ExchangeResponder::reply(messages::ExchangeReply reply, const SealTicket& sealTicket,
                                       base::Random& random) && {
  const auto payload = [&](const SecretBytes& chainingKey) -> Result<SecretBytes> {
    if (sealTicket) reply.ticket = sealTicket(followUpPsk(chainingKey));
    return messages::encodeExchangeReply(reply);
  };
  FLORIN_TRY_ASSIGN(auto written, std::move(handshake_).writeWith(payload, random));
  return std::move(written.message);
}

}  // namespace florin::protocol
