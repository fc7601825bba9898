// Handshake messages, by the first byte: 0 a first message of NN, which anyone can write; 1 one of
// KKpsk0, which nobody here can; 2 a reply of KKpsk0; 3 a payload that both sides carry both ways.
#include "base/bytes.h"
#include "base/check.h"
#include "fakes/seeded_random.h"
#include "protocol/noise.h"

namespace {

using namespace florin;
using Handshake = protocol::NoiseHandshake<protocol::DhP256>;
using protocol::NoiseRole;

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
  Bytes backendPoint = backend.publicPoint();
  SecretBytes psk = random.secret(32);

  Handshake initiator() {
    return Handshake::start(
               {protocol::kNoiseKKpsk0, NoiseRole::kInitiator, {}, &device, backendPoint, &psk})
        .value();
  }
  Handshake responder() {
    return Handshake::start(
               {protocol::kNoiseKKpsk0, NoiseRole::kResponder, {}, &backend, devicePoint, &psk})
        .value();
  }
};

Peers& peers() {
  static Peers both;
  return both;
}

void readOpen(ByteView input) {
  auto responder = Handshake::start({protocol::kNoiseNN, NoiseRole::kResponder, {}}).value();
  auto read = std::move(responder).read(input);
  if (!read.ok()) return;
  FLORIN_CHECK(read->payload.size() + crypto::kP256Point == input.size());
  // A first message without a psk is not authenticated; its point may be none.
  const auto answered = std::move(read->next).write({}, peers().random);
  FLORIN_CHECK(answered.ok() == crypto::checkP256Point(input.first(crypto::kP256Point)).ok());
}

void carry(ByteView payload) {
  auto sent = peers().initiator().write(payload, peers().random);
  if (!sent.ok()) return;
  auto received = peers().responder().read(sent->message);
  FLORIN_CHECK(received.ok() && std::ranges::equal(received->payload.expose(), payload));
  auto answered = std::move(received->next).write(payload, peers().random);
  FLORIN_CHECK(answered.ok());
  const auto read = std::move(sent->next).read(answered->message);
  FLORIN_CHECK(read.ok() && std::ranges::equal(read->payload.expose(), payload));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView input(data + 1, size - 1);
  if (data[0] == 0) {
    readOpen(input);
  } else if (data[0] == 1) {
    FLORIN_CHECK(!peers().responder().read(input).ok());
  } else if (data[0] == 2) {
    auto sent = peers().initiator().write({}, peers().random);
    FLORIN_CHECK(!std::move(sent->next).read(input).ok());
  } else {
    carry(input);
  }
  return 0;
}
