#include "cps/channel.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "florin/version.h"
#include "messages/gateway.h"
#include "messages/status.h"

namespace florin::cps {
namespace {

namespace limits = base::limits;
using messages::CpsStatus;

constexpr std::size_t kPskSize = 32;
constexpr std::size_t kTicketSize = kPskSize + 4 + 8;  // psk | epoch | keyed, ms

// CustodyKey is a channel key whose private half stays in custody.
class CustodyKey : public protocol::StaticKey {
 public:
  CustodyKey(ports::KeyCustody& custody, ports::BackendPublicKey key)
      : custody_(custody), key_(std::move(key)) {}
  [[nodiscard]] Bytes publicPoint() const override { return key_.point; }
  [[nodiscard]] Result<SecretBytes> agree(ByteView peerPoint) const override {
    return custody_.agree(key_.id, peerPoint);
  }

 private:
  ports::KeyCustody& custody_;
  ports::BackendPublicKey key_;
};

sealing::ColumnRef ticketColumn(const base::DeviceId& deviceId) {
  return {"exchange", "ticket", deviceId.view()};
}

Error ticketIsOver() {
  return messages::refusal(CpsStatus::kInvalidConversation, "the ticket is over");
}

}  // namespace

Result<messages::ExchangeEnvelope> Channel::decode(ByteView body) {
  FLORIN_TRY_ASSIGN(auto envelope, messages::decodeExchangeEnvelope(body));
  if (envelope.version != kProtocolVersion) {
    return messages::refusal(CpsStatus::kVersionUnsupported, "protocol version is not spoken here");
  }
  return envelope;
}

Result<Channel::Opened> Channel::openWithKeys(const messages::ExchangeEnvelope& envelope,
                                              std::optional<records::Device> device, ByteView body,
                                              RefusalFacts& facts) {
  const auto keys = backend_.custody.channelKeys();
  const auto key = std::ranges::find(keys, envelope.channelKeyId, &ports::BackendPublicKey::id);
  if (!device || key == keys.end()) return unknownDevice(envelope.deviceId, body, facts);
  const bool restored = device->storeEpoch != backend_.epoch.number;
  auto opened = receive(envelope, std::move(*device), *key);
  // It enrolled again in the days that a restored store has lost.
  if (restored && !opened.ok() &&
      messages::statusOf(opened.error()) == CpsStatus::kInvalidConversation) {
    return unknownDevice(envelope.deviceId, body, facts);
  }
  return opened;
}

Result<Channel::Opened> Channel::receive(const messages::ExchangeEnvelope& envelope,
                                         records::Device device,
                                         const ports::BackendPublicKey& channelKey) {
  const CustodyKey key(backend_.custody, channelKey);
  FLORIN_TRY_ASSIGN(
      const SecretBytes psk,
      backend_.sealer.open({"devices", "psk", device.deviceId.view()}, device.sealedPsk));
  FLORIN_TRY_ASSIGN(auto received, protocol::ExchangeResponder::receive(
                                       envelope, backend_.backendId, key, device.publicKey, psk));
  return Opened{std::move(device), channelKey.id, backend_.clock.now(), std::move(received.request),
                std::move(received.responder)};
}

// A ticket is over after its time and when the device's epoch was raised; and when it seems to be
// of a time to come, which a clock that was put back since has written: it would hold for as long.
// The device then comes with its keys, so the refusal needs no more words.
Result<Channel::Opened> Channel::openFollowUp(const messages::ExchangeEnvelope& envelope,
                                              records::Device device) {
  const auto ticket = openTicket(device.deviceId, envelope.ticket);
  const base::Time now = backend_.clock.now();
  if (!ticket.ok() || ticket->epoch != device.epoch || device.storeEpoch != backend_.epoch.number ||
      device.state != records::DeviceState::kActive ||
      now >= ticket->keyed + limits::kTicketLifetime ||
      ticket->keyed > now + limits::kSignatureWindow) {
    return ticketIsOver();
  }
  FLORIN_TRY_ASSIGN(auto received, protocol::ExchangeResponder::receiveFollowUp(
                                       envelope, backend_.backendId, ticket->psk));
  return Opened{std::move(device), std::nullopt, ticket->keyed, std::move(received.request),
                std::move(received.responder)};
}

Result<Bytes> Channel::close(Opened opened, messages::ExchangeReply reply) {
  protocol::ExchangeResponder::SealTicket seal;
  const bool mayFollowUp = opened.device.state == records::DeviceState::kBound ||
                           opened.device.state == records::DeviceState::kActive;
  if (mayFollowUp && reply.status == CpsStatus::kOk) {
    seal = [&](const SecretBytes& psk) {
      return sealTicket(opened.device.deviceId, {psk.clone(), opened.device.epoch, opened.keyed});
    };
  }
  return std::move(opened.responder).reply(std::move(reply), seal, backend_.random);
}

Result<Channel::Ticket> Channel::openTicket(const base::DeviceId& deviceId, ByteView sealed) {
  FLORIN_TRY_ASSIGN(const SecretBytes plain, backend_.sealer.open(ticketColumn(deviceId), sealed));
  const ByteView bytes = plain.expose();
  if (bytes.size() != kTicketSize) return Error(Code::kMalformed, "ticket of another form");
  Ticket ticket;
  ticket.psk = SecretBytes::copyOf(bytes.first(kPskSize));
  ticket.epoch = static_cast<std::uint32_t>(base::readBigEndian(bytes.subspan(kPskSize, 4)));
  ticket.keyed =
      base::fromMs(static_cast<std::int64_t>(base::readBigEndian(bytes.subspan(kPskSize + 4))));
  return ticket;
}

Bytes Channel::sealTicket(const base::DeviceId& deviceId, const Ticket& ticket) {
  SecretBytes plain(kTicketSize);
  Bytes tail = base::bigEndian(ticket.epoch);
  base::appendBigEndian(tail, static_cast<std::uint64_t>(base::toMs(ticket.keyed)));
  std::ranges::copy(ticket.psk.expose(), plain.exposeMutable().begin());
  std::ranges::copy(tail, plain.exposeMutable().begin() + kPskSize);
  return backend_.sealer.seal(ticketColumn(deviceId), plain);
}

Error Channel::unknownDevice(const base::DeviceId& deviceId, ByteView body, RefusalFacts& facts) {
  Error refusal =
      notKnown(backend_, CpsStatus::kWalletUnknown, "no such device, or its channel key is gone");
  if (messages::statusOf(refusal) != CpsStatus::kWalletUnknown) return refusal;
  const auto code = static_cast<std::uint32_t>(CpsStatus::kWalletUnknown);
  auto signature =
      backend_.custody.sign(messages::verdictText(code, deviceId, crypto::sha256(body)));
  if (!signature.ok()) return signature.error();
  facts.verdict = std::move(*signature);
  return refusal;
}

}  // namespace florin::cps
