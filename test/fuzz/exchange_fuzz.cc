// The exchange's handlers of messages, by the first byte: 0 an envelope at the backend, opened with
// static keys or as a follow-up; 1 a reply at the device; others: the input is a ticket, carried by
// an exchange with static keys and by one that follows it.
#include "base/check.h"
#include "base/limits.h"
#include "fakes/seeded_random.h"
#include "florin/version.h"
#include "protocol/exchange.h"

namespace {

using namespace florin;
using protocol::ExchangeInitiator;
using protocol::ExchangeResponder;

class MemoryKey : public protocol::StaticKey {
 public:
  explicit MemoryKey(base::Random& random) : key_(crypto::P256Key::generate(random)) {}
  [[nodiscard]] Bytes publicPoint() const override { return key_.publicPoint(); }
  [[nodiscard]] Result<SecretBytes> agree(ByteView peer) const override { return key_.agree(peer); }

 private:
  crypto::P256Key key_;
};

struct Peers {
  fakes::SeededRandom random;
  MemoryKey device{random};
  MemoryKey backend{random};
  Bytes devicePoint = device.publicPoint();
  SecretBytes psk = random.secret(32);
  protocol::ExchangeNames names{kProtocolVersion, "fuzz", base::DeviceId::random(random),
                                base::KeyId::random(random)};

  ExchangeInitiator::Started start() {
    return ExchangeInitiator::start(names, device, backend.publicPoint(), psk, {}, random).value();
  }
};

Peers& peers() {
  static Peers both;
  return both;
}

// Nobody here knows the psk, so whatever is opened was made by chance or by a fault.
void receive(ByteView input) {
  const auto envelope = messages::decodeExchangeEnvelope(input);
  if (!envelope.ok()) return;
  Peers& both = peers();
  if (envelope->ticket.empty()) {
    FLORIN_CHECK(!ExchangeResponder::receive(*envelope, both.names.backendId, both.backend,
                                             both.devicePoint, both.psk)
                      .ok());
  } else {
    FLORIN_CHECK(
        !ExchangeResponder::receiveFollowUp(*envelope, both.names.backendId, both.psk).ok());
  }
}

protocol::FollowUp answer(ExchangeInitiator::Started started, ByteView ticket, bool followUp,
                          const SecretBytes& psk) {
  Peers& both = peers();
  const auto envelope = messages::decodeExchangeEnvelope(started.body).value();
  auto received = followUp ? ExchangeResponder::receiveFollowUp(envelope, both.names.backendId, psk)
                           : ExchangeResponder::receive(envelope, both.names.backendId,
                                                        both.backend, both.devicePoint, both.psk);
  FLORIN_CHECK(received.ok());
  const auto body =
      std::move(received->responder)
          .reply(
              {}, [&](const SecretBytes&) { return Bytes(ticket.begin(), ticket.end()); },
              both.random);
  auto finished = std::move(started.initiator).finish(body.value());
  FLORIN_CHECK(finished.ok() && finished->next && finished->next->ticket.size() == ticket.size());
  return std::move(*finished->next);
}

void carry(ByteView ticket) {
  if (ticket.empty() || ticket.size() > base::limits::kTicket) return;
  Peers& both = peers();
  const protocol::FollowUp next = answer(peers().start(), ticket, false, both.psk);
  auto again = ExchangeInitiator::startFollowUp(both.names, next, {}, both.random).value();
  static_cast<void>(answer(std::move(again), ticket, true, next.psk));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView input(data + 1, size - 1);
  if (data[0] == 0) {
    receive(input);
  } else if (data[0] == 1) {
    FLORIN_CHECK(!std::move(peers().start().initiator).finish(input).ok());
  } else {
    carry(input);
  }
  return 0;
}
