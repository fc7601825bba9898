#include "protocol/noise.h"

#include "base/limits.h"
#include "crypto/equal.h"
#include "fakes/seeded_random.h"
#include "protocol/noise_vectors_test.h"
#include "protocol/test_support.h"

namespace florin::protocol {
namespace {

namespace limits = base::limits;

const NoisePattern& patternOf(const NoiseVector& vector) {
  for (const NoisePattern* pattern : {&kNoiseNN, &kNoiseNNpsk0, &kNoiseKKpsk0}) {
    const std::string name = "Noise_" + std::string(pattern->name) + "_25519_AESGCM_SHA256";
    if (vector.protocolName == name) return *pattern;
  }
  ADD_FAILURE() << vector.protocolName;
  return kNoiseNN;
}

using Key25519 = MemoryKey<Dh25519>;

std::unique_ptr<Key25519> keyOf(std::string_view scalar) {
  if (scalar.empty()) return nullptr;
  return std::make_unique<Key25519>(crypto::X25519Key::fromScalar(secretHex(scalar)).value());
}

class NoiseVectorTest : public testing::TestWithParam<NoiseVector> {};

TEST_P(NoiseVectorTest, BothSidesGiveThePublishedBytes) {
  const NoiseVector& vector = GetParam();
  const auto initStatic = keyOf(vector.initStatic);
  const auto respStatic = keyOf(vector.respStatic);
  const Bytes initPoint = initStatic ? initStatic->publicPoint() : Bytes();
  const Bytes respPoint = respStatic ? respStatic->publicPoint() : Bytes();
  const SecretBytes psk = secretHex(vector.psk);
  const Bytes prologue = hex(vector.prologue);
  const NoiseInputs init{
      patternOf(vector), NoiseRole::kInitiator, prologue, initStatic.get(), respPoint, &psk};
  const NoiseInputs resp{
      patternOf(vector), NoiseRole::kResponder, prologue, respStatic.get(), initPoint, &psk};
  ScriptedRandom initRandom(hex(vector.initEphemeral));
  ScriptedRandom respRandom(hex(vector.respEphemeral));

  const auto& first = vector.messages[0];
  auto sent = NoiseHandshake<Dh25519>::start(init).value().write(hex(first.payload), initRandom);
  ASSERT_TRUE(sent.ok());
  EXPECT_EQ(sent->message, hex(first.ciphertext));
  auto received = NoiseHandshake<Dh25519>::start(resp).value().read(sent->message);
  ASSERT_TRUE(received.ok());
  EXPECT_TRUE(crypto::equal(received->payload.expose(), hex(first.payload)));

  const auto& second = vector.messages[1];
  auto answered = std::move(received->next).write(hex(second.payload), respRandom);
  ASSERT_TRUE(answered.ok());
  EXPECT_EQ(answered->message, hex(second.ciphertext));
  auto finished = std::move(sent->next).read(answered->message);
  ASSERT_TRUE(finished.ok());
  EXPECT_TRUE(crypto::equal(finished->payload.expose(), hex(second.payload)));

  auto initEnd = std::move(finished->next).finish();
  auto respEnd = std::move(answered->next).finish();
  ASSERT_TRUE(initEnd.ok());
  ASSERT_TRUE(respEnd.ok());
  EXPECT_EQ(initEnd->handshakeHash, hex(vector.handshakeHash));
  EXPECT_EQ(respEnd->handshakeHash, hex(vector.handshakeHash));
  EXPECT_TRUE(crypto::equal(initEnd->chainingKey.expose(), respEnd->chainingKey.expose()));

  for (std::size_t i = 2; i < vector.messages.size(); ++i) {
    const auto& message = vector.messages[i];
    const bool byInitiator = i % 2 == 0;
    CipherState& writer = byInitiator ? initEnd->fromInitiator : respEnd->fromResponder;
    CipherState& reader = byInitiator ? respEnd->fromInitiator : initEnd->fromResponder;
    const Bytes ciphertext = writer.encrypt({}, hex(message.payload));
    EXPECT_EQ(ciphertext, hex(message.ciphertext));
    const auto plaintext = reader.decrypt({}, ciphertext);
    ASSERT_TRUE(plaintext.ok());
    EXPECT_TRUE(crypto::equal(plaintext->expose(), hex(message.payload)));
  }
}

INSTANTIATE_TEST_SUITE_P(Cacophony, NoiseVectorTest, testing::ValuesIn(kNoiseVectors));

// One KKpsk0 handshake over P-256, with every input open to a change.
struct Peers {
  fakes::SeededRandom random;
  MemoryKey<DhP256> device{crypto::P256Key::generate(random)};
  MemoryKey<DhP256> backend{crypto::P256Key::generate(random)};
  SecretBytes psk = random.secret(32);
  Bytes prologue = {1, 2, 3};
  Bytes devicePoint = device.publicPoint();
  Bytes backendPoint = backend.publicPoint();

  NoiseHandshake<DhP256> initiator() {
    return NoiseHandshake<DhP256>::start(
               {kNoiseKKpsk0, NoiseRole::kInitiator, prologue, &device, backendPoint, &psk})
        .value();
  }
  NoiseHandshake<DhP256> responder() {
    return NoiseHandshake<DhP256>::start(
               {kNoiseKKpsk0, NoiseRole::kResponder, prologue, &backend, devicePoint, &psk})
        .value();
  }
  Bytes request() { return initiator().write(base::asBytes("ask"), random).value().message; }
  Code readCode(ByteView message) {
    const auto read = responder().read(message);
    return read.ok() ? Code::kInternal : read.error().code();
  }
};

TEST(NoiseTest, P256HandshakeCarriesBothPayloads) {
  Peers peers;
  auto sent = peers.initiator().write(base::asBytes("ask"), peers.random);
  ASSERT_TRUE(sent.ok());
  EXPECT_EQ(sent->message.size(), 65U + 3U + 16U);
  auto received = peers.responder().read(sent->message);
  ASSERT_TRUE(received.ok());
  EXPECT_EQ(base::asText(received->payload.expose()), "ask");
  auto answered = std::move(received->next).write(base::asBytes("reply"), peers.random);
  ASSERT_TRUE(answered.ok());
  auto read = std::move(sent->next).read(answered->message);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(base::asText(read->payload.expose()), "reply");
}

TEST(NoiseTest, AnotherPskIsRefused) {
  Peers peers;
  const Bytes message = peers.request();
  peers.psk = peers.random.secret(32);
  EXPECT_EQ(peers.readCode(message), Code::kUnauthenticated);
}

TEST(NoiseTest, AnotherPrologueIsRefused) {
  Peers peers;
  const Bytes message = peers.request();
  peers.prologue.push_back(4);
  EXPECT_EQ(peers.readCode(message), Code::kUnauthenticated);
}

TEST(NoiseTest, AnotherDeviceIsRefused) {
  Peers peers;
  const Bytes message = peers.request();
  peers.devicePoint = crypto::P256Key::generate(peers.random).publicPoint();
  EXPECT_EQ(peers.readCode(message), Code::kUnauthenticated);
}

TEST(NoiseTest, AnotherBackendIsRefused) {
  Peers peers;
  peers.backendPoint = crypto::P256Key::generate(peers.random).publicPoint();
  EXPECT_EQ(peers.readCode(peers.request()), Code::kUnauthenticated);
}

TEST(NoiseTest, EveryBitOfTheRequestMatters) {
  Peers peers;
  const Bytes message = peers.request();
  for (std::size_t bit = 0; bit < message.size() * 8; ++bit) {
    EXPECT_NE(peers.readCode(flipped(message, bit)), Code::kInternal) << bit;
  }
}

TEST(NoiseTest, EveryCutOfTheRequestIsRefused) {
  Peers peers;
  const Bytes message = peers.request();
  for (std::size_t size = 0; size < message.size(); ++size) {
    EXPECT_EQ(peers.readCode(ByteView(message).first(size)),
              size < 65 ? Code::kMalformed : Code::kUnauthenticated);
  }
}

TEST(NoiseTest, EphemeralThatIsNoPointIsRefused) {
  Peers peers;
  Bytes message = peers.request();
  const Bytes off = offCurvePoint();
  std::ranges::copy(off, message.begin());
  EXPECT_EQ(peers.readCode(message), Code::kMalformed);
  std::fill_n(message.begin(), 65, std::uint8_t{0});
  EXPECT_EQ(peers.readCode(message), Code::kMalformed);
}

TEST(NoiseTest, ReplyToAnotherRequestIsRefused) {
  Peers peers;
  auto first = peers.initiator().write({}, peers.random);
  auto second = peers.initiator().write({}, peers.random);
  auto received = peers.responder().read(first->message);
  auto answered = std::move(received->next).write(base::asBytes("x"), peers.random);
  const auto read = std::move(second->next).read(answered->message);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code(), Code::kUnauthenticated);
}

TEST(NoiseTest, OwnMessageReflectedIsNoReply) {
  Peers peers;
  auto sent = peers.initiator().write(base::asBytes("x"), peers.random);
  EXPECT_FALSE(std::move(sent->next).read(sent->message).ok());
}

TEST(NoiseTest, OnlyTheTableSaysWhoSpeaks) {
  Peers peers;
  const Bytes request = peers.request();
  EXPECT_EQ(peers.initiator().read(request).error().code(), Code::kWrongState);
  EXPECT_EQ(peers.responder().write({}, peers.random).error().code(), Code::kWrongState);
  EXPECT_EQ(peers.initiator().finish().error().code(), Code::kWrongState);
  auto sent = peers.initiator().write({}, peers.random);
  EXPECT_EQ(std::move(sent->next).write({}, peers.random).error().code(), Code::kWrongState);
  auto received = peers.responder().read(request);
  ASSERT_TRUE(received.ok());
  EXPECT_EQ(std::move(received->next).read(request).error().code(), Code::kWrongState);
}

TEST(NoiseTest, MessageIsAtMost65535Bytes) {
  Peers peers;
  const std::size_t room = limits::kNoiseMessage - 65 - 16;
  const auto largest = peers.initiator().write(Bytes(room), peers.random);
  ASSERT_TRUE(largest.ok());
  EXPECT_EQ(largest->message.size(), limits::kNoiseMessage);
  EXPECT_TRUE(peers.responder().read(largest->message).ok());
  const auto larger = peers.initiator().write(Bytes(room + 1), peers.random);
  EXPECT_EQ(larger.error().code(), Code::kTooLarge);
  EXPECT_EQ(peers.readCode(Bytes(limits::kNoiseMessage + 1)), Code::kTooLarge);
}

TEST(NoiseTest, MissingKeysAreRefusedAtTheStart) {
  Peers peers;
  const SecretBytes shortPsk(31);
  const NoiseInputs good{kNoiseKKpsk0,  NoiseRole::kInitiator, {},
                         &peers.device, peers.backendPoint,    &peers.psk};
  EXPECT_TRUE(NoiseHandshake<DhP256>::start(good).ok());
  NoiseInputs noPsk = good;
  noPsk.psk = nullptr;
  NoiseInputs badPsk = good;
  badPsk.psk = &shortPsk;
  NoiseInputs noLocal = good;
  noLocal.localStatic = nullptr;
  NoiseInputs noRemote = good;
  noRemote.remoteStatic = {};
  for (const NoiseInputs* bad : {&noPsk, &badPsk, &noLocal, &noRemote}) {
    EXPECT_EQ(NoiseHandshake<DhP256>::start(*bad).error().code(), Code::kInvalidArgument);
  }
}

}  // namespace
}  // namespace florin::protocol
