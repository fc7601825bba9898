#include "crypto/equal.h"
#include "fakes/seeded_random.h"
#include "protocol/code.h"
#include "protocol/enrollment_backend.h"
#include "protocol/enrollment_device.h"
#include "protocol/test_support.h"

namespace florin::protocol {
namespace {

constexpr std::string_view kCode = "ABCDEFGHIJKLMNOPQRSTUVWX23";
constexpr std::string_view kOtherCode = "ABCDEFGHIJKLMNOPQRSTUVWX22";
constexpr std::string_view kBackendId = "backend-1";

// World is a device and a backend between which the test carries the bytes.
struct World {
  fakes::SeededRandom random;
  base::WalletId walletId = base::WalletId::random(random);
  base::EnrollmentId enrollmentId = base::EnrollmentId::random(random);
  crypto::P256Key identity = crypto::P256Key::generate(random);
  crypto::P256Key deviceKey = crypto::P256Key::generate(random);
  crypto::P256Key transportKey = crypto::P256Key::generate(random);

  AwaitingE2 start(std::string_view code = kCode) {
    return startEnrollment(secretText(code), walletId, kBackendId, random).value();
  }
  Registration record(std::string_view code = kCode) {
    return makeRegistration(deriveSecrets(secretText(code), walletId, kBackendId).value()).value();
  }
  Result<AnsweredE1> tryAnswer(const messages::E1& e1, std::string_view backendId = kBackendId) {
    return answerE1(e1, messages::encodeE1(e1), record(), {backendId, enrollmentId, 4}, random);
  }
  AnsweredE1 answer(ByteView e1) { return tryAnswer(messages::decodeE1(e1).value()).value(); }

  messages::DeviceFacts deviceFacts() {
    messages::DeviceFacts facts;
    facts.devicePublicKey = deviceKey.publicPoint();
    facts.transportPublicKey = transportKey.publicPoint();
    facts.pushToken = secretText("HMS:token");
    facts.language = "en";
    facts.deviceInfo = "a watch";
    return facts;
  }
  messages::SignedBackendKey signedKey(messages::BackendKeyUse use) {
    messages::SignedBackendKey key;
    key.id = base::KeyId::random(random);
    key.point = crypto::P256Key::generate(random).publicPoint();
    key.signature = identity.sign(messages::signedKeyText(use, key.id, key.point));
    return key;
  }
  messages::BackendFacts backendFacts() {
    messages::BackendFacts facts;
    facts.deviceId = base::DeviceId::random(random);
    facts.channelKey = signedKey(messages::BackendKeyUse::kChannel);
    facts.transportKey = signedKey(messages::BackendKeyUse::kTransport);
    facts.pskId = base::KeyId::random(random);
    facts.serverTime = base::fromMs(1'700'000'000'000);
    return facts;
  }
};

ReadyForE3 ready(const AwaitingE2& state, ByteView e2) {
  auto outcome = onE2(state, e2).value();
  return std::move(std::get<ReadyForE3>(outcome));
}

TEST(EnrollmentTest, DeviceAndBackendEndWithTheSameSecrets) {
  World world;
  const AwaitingE2 sent = world.start();
  const AnsweredE1 answered = world.answer(sent.e1);
  ReadyForE3 confirmed = ready(sent, answered.e2);
  EXPECT_EQ(confirmed.keys.attestChallenge, answered.attempt.keys.attestChallenge);
  const AwaitingE4 bound = makeE3(std::move(confirmed), world.deviceFacts());
  const auto facts = onE3(answered.attempt, messages::decodeE3(bound.e3).value());
  ASSERT_TRUE(facts.ok());
  EXPECT_EQ(facts->devicePublicKey, world.deviceKey.publicPoint());
  EXPECT_EQ(base::asText(facts->pushToken.expose()), "HMS:token");

  const messages::BackendFacts given = world.backendFacts();
  const Bytes e4 = makeE4(answered.attempt, given);
  const auto enrolled = onE4(bound, e4, world.identity.publicPoint());
  ASSERT_TRUE(enrolled.ok());
  EXPECT_EQ(enrolled->facts.deviceId, given.deviceId);
  EXPECT_EQ(enrolled->facts.channelKey.point, given.channelKey.point);
  EXPECT_TRUE(crypto::equal(enrolled->psk.expose(), answered.attempt.keys.psk.expose()));
}

TEST(EnrollmentTest, TypedCodeEnrollsToo) {
  World world;
  const AwaitingE2 sent = world.start("123456");
  const messages::E1 e1 = messages::decodeE1(sent.e1).value();
  EXPECT_EQ(e1.suite, messages::Suite::kS2);
  const auto answered = answerE1(e1, sent.e1, world.record("123456"),
                                 {kBackendId, world.enrollmentId, 4}, world.random);
  ASSERT_TRUE(answered.ok());
  EXPECT_TRUE(std::holds_alternative<ReadyForE3>(onE2(sent, answered->e2).value()));
}

// The keys under K_shared have one use each.
TEST(EnrollmentTest, TheFourKeysDiffer) {
  World world;
  const EnrollmentKeys keys = world.answer(world.start().e1).attempt.keys;
  const ByteView all[] = {keys.kC2s.expose(), keys.kS2c.expose(), keys.psk.expose(),
                          keys.attestChallenge};
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = i + 1; j < 4; ++j) EXPECT_FALSE(crypto::equal(all[i], all[j]));
  }
}

// D5's table, row by row: each side is rebuilt from what it stored, and the bytes are the same.
TEST(EnrollmentTest, EveryInterruptionResumesFromStoredStates) {
  World world;
  const SecretBytes storedE1 = world.start().toBytes();
  const Bytes e1 = AwaitingE2::fromBytes(storedE1)->e1;
  const AnsweredE1 answered = world.answer(e1);
  const SecretBytes storedAttempt = answered.attempt.toBytes();

  // E2 was lost: the same E1 goes out, the stored E2 comes back.
  const AwaitingE2 restarted = AwaitingE2::fromBytes(storedE1).value();
  EXPECT_EQ(restarted.e1, e1);
  const SecretBytes storedE3 = makeE3(ready(restarted, answered.e2), world.deviceFacts()).toBytes();

  // E3 was lost on either side of the backend's binding: the same E3, the same facts.
  const BackendAttempt attempt = BackendAttempt::fromBytes(storedAttempt).value();
  const Bytes e3 = AwaitingE4::fromBytes(storedE3)->e3;
  EXPECT_TRUE(onE3(attempt, messages::decodeE3(e3).value()).ok());
  const auto again = onE3(BackendAttempt::fromBytes(storedAttempt).value(),
                          messages::decodeE3(AwaitingE4::fromBytes(storedE3)->e3).value());
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->devicePublicKey, world.deviceKey.publicPoint());

  // E4 was lost: the stored E4 opens for a device that was restarted twice.
  const Bytes e4 = makeE4(attempt, world.backendFacts());
  for (int i = 0; i < 2; ++i) {
    const auto enrolled =
        onE4(AwaitingE4::fromBytes(storedE3).value(), e4, world.identity.publicPoint());
    ASSERT_TRUE(enrolled.ok());
    EXPECT_TRUE(crypto::equal(enrolled->psk.expose(), attempt.keys.psk.expose()));
  }
}

template <class State>
void expectEveryCutIsCorrupted(const SecretBytes& bytes) {
  EXPECT_TRUE(State::fromBytes(bytes).ok());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto state = State::fromBytes(SecretBytes::copyOf(bytes.expose().first(size)));
    ASSERT_FALSE(state.ok());
    EXPECT_EQ(state.error().code(), Code::kCorrupted);
  }
  EXPECT_FALSE(State::fromBytes(SecretBytes::take(base::concat(bytes.expose(), Bytes{0}))).ok());
}

TEST(EnrollmentTest, StoredStatesThatWereCutAreCorrupted) {
  World world;
  const AwaitingE2 sent = world.start();
  const AnsweredE1 answered = world.answer(sent.e1);
  const SecretBytes e2State = sent.toBytes();
  const SecretBytes attempt = answered.attempt.toBytes();
  const SecretBytes e4State = makeE3(ready(sent, answered.e2), world.deviceFacts()).toBytes();
  expectEveryCutIsCorrupted<AwaitingE2>(e2State);
  expectEveryCutIsCorrupted<BackendAttempt>(attempt);
  expectEveryCutIsCorrupted<AwaitingE4>(e4State);
  EXPECT_FALSE(AwaitingE2::fromBytes(e4State).ok());
  EXPECT_FALSE(AwaitingE4::fromBytes(e2State).ok());
  EXPECT_FALSE(BackendAttempt::fromBytes(e2State).ok());
}

TEST(EnrollmentTest, WrongCodeShowsAtE2WithTheTriesLeft) {
  World world;
  const AwaitingE2 sent = world.start(kOtherCode);
  const auto outcome = onE2(sent, world.answer(sent.e1).e2);
  ASSERT_TRUE(outcome.ok());
  ASSERT_TRUE(std::holds_alternative<WrongCode>(*outcome));
  EXPECT_EQ(std::get<WrongCode>(*outcome).triesLeft, 4U);
}

// What is bound by the context: a change on the way looks like a wrong code.
TEST(EnrollmentTest, EveryFieldOfE1IsBound) {
  World world;
  const AwaitingE2 sent = world.start();
  const messages::E1 e1 = messages::decodeE1(sent.e1).value();
  std::vector<messages::E1> changed(4, e1);
  changed[0].walletId = base::WalletId::random(world.random);
  changed[1].clientNonce[0] ^= 1;
  changed[2].codeRef[0] ^= 1;
  changed[3].suite = messages::Suite::kS2;
  for (const messages::E1& other : changed) {
    const auto answered = world.tryAnswer(other);
    ASSERT_TRUE(answered.ok());
    EXPECT_TRUE(std::holds_alternative<WrongCode>(onE2(sent, answered->e2).value()));
  }
  const auto otherBackend = world.tryAnswer(e1, "backend-2");
  EXPECT_TRUE(std::holds_alternative<WrongCode>(onE2(sent, otherBackend->e2).value()));
}

TEST(EnrollmentTest, AnotherVersionIsUnsupported) {
  World world;
  messages::E1 e1 = messages::decodeE1(world.start().e1).value();
  e1.version = kProtocolVersion + 1;
  EXPECT_EQ(world.tryAnswer(e1).error().code(), Code::kUnsupported);
}

TEST(EnrollmentTest, ShareOffTheCurveIsMalformed) {
  World world;
  messages::E1 e1 = messages::decodeE1(world.start().e1).value();
  e1.shareP = offCurvePoint();
  EXPECT_EQ(world.tryAnswer(e1).error().code(), Code::kMalformed);
  e1.shareP = Bytes(65);
  EXPECT_EQ(world.tryAnswer(e1).error().code(), Code::kMalformed);
}

// The backend's own E2 must not pass for a device's E1, nor a device's share for an answer.
TEST(EnrollmentTest, SwappedRolesDoNotConfirm) {
  World world;
  const AwaitingE2 sent = world.start();
  const AnsweredE1 answered = world.answer(sent.e1);
  messages::E2 e2 = messages::decodeE2(answered.e2).value();
  e2.shareV = messages::decodeE1(sent.e1)->shareP;
  EXPECT_TRUE(std::holds_alternative<WrongCode>(onE2(sent, messages::encodeE2(e2)).value()));
  const ReadyForE3 confirmed = ready(sent, answered.e2);
  messages::E3 reflected;
  reflected.enrollmentId = confirmed.enrollmentId;
  reflected.confirmP = messages::decodeE2(answered.e2)->confirmV;
  reflected.sealed = Bytes(16);
  EXPECT_EQ(onE3(answered.attempt, reflected).error().code(), Code::kUnauthenticated);
}

TEST(EnrollmentTest, EveryBitOfE2Matters) {
  World world;
  const AwaitingE2 sent = world.start();
  const AnsweredE1 answered = world.answer(sent.e1);
  for (std::size_t bit = 0; bit < answered.e2.size() * 8; bit += 7) {
    auto outcome = onE2(sent, flipped(answered.e2, bit));
    if (!outcome.ok() || std::holds_alternative<WrongCode>(*outcome)) continue;
    // enrollmentId and triesLeft are bound by the seal of E3.
    const AwaitingE4 bound = makeE3(std::move(std::get<ReadyForE3>(*outcome)), world.deviceFacts());
    const auto facts = onE3(answered.attempt, messages::decodeE3(bound.e3).value());
    ASSERT_FALSE(facts.ok()) << bit;
    EXPECT_EQ(facts.error().code(), Code::kUnauthenticated);
  }
}

TEST(EnrollmentTest, EveryBitOfE3Matters) {
  World world;
  const AwaitingE2 sent = world.start();
  const AnsweredE1 answered = world.answer(sent.e1);
  const AwaitingE4 bound = makeE3(ready(sent, answered.e2), world.deviceFacts());
  for (std::size_t bit = 0; bit < bound.e3.size() * 8; ++bit) {
    const auto e3 = messages::decodeE3(flipped(bound.e3, bit));
    EXPECT_FALSE(e3.ok() && onE3(answered.attempt, *e3).ok()) << bit;
  }
  const messages::E3 whole = messages::decodeE3(bound.e3).value();
  for (std::size_t size = 0; size < whole.sealed.size(); ++size) {
    messages::E3 cut = whole;
    cut.sealed.resize(size);
    EXPECT_EQ(onE3(answered.attempt, cut).error().code(), Code::kUnauthenticated);
  }
}

TEST(EnrollmentTest, E3OfAnotherAttemptIsRefused) {
  World world;
  const AwaitingE2 sent = world.start();
  const AnsweredE1 first = world.answer(sent.e1);
  const AnsweredE1 second = world.answer(sent.e1);
  const AwaitingE4 bound = makeE3(ready(sent, first.e2), world.deviceFacts());
  const auto replayed = onE3(second.attempt, messages::decodeE3(bound.e3).value());
  ASSERT_FALSE(replayed.ok());
  EXPECT_EQ(replayed.error().code(), Code::kUnauthenticated);
}

TEST(EnrollmentTest, DeviceKeysMustBePoints) {
  World world;
  const AwaitingE2 sent = world.start();
  const AnsweredE1 answered = world.answer(sent.e1);
  for (const bool transport : {false, true}) {
    messages::DeviceFacts facts = world.deviceFacts();
    (transport ? facts.transportPublicKey : facts.devicePublicKey) = offCurvePoint();
    const AwaitingE4 bound = makeE3(ready(sent, answered.e2), facts);
    const auto read = onE3(answered.attempt, messages::decodeE3(bound.e3).value());
    ASSERT_FALSE(read.ok());
    EXPECT_EQ(read.error().code(), Code::kMalformed);
  }
}

struct LastStep {
  World world;
  AwaitingE2 sent = world.start();
  AnsweredE1 answered = world.answer(sent.e1);
  AwaitingE4 bound = makeE3(ready(sent, answered.e2), world.deviceFacts());

  Code refusalOf(const messages::BackendFacts& facts) {
    const auto enrolled =
        onE4(bound, makeE4(answered.attempt, facts), world.identity.publicPoint());
    return enrolled.ok() ? Code::kInternal : enrolled.error().code();
  }
};

TEST(EnrollmentTest, EveryBitOfE4Matters) {
  LastStep last;
  const Bytes e4 = makeE4(last.answered.attempt, last.world.backendFacts());
  for (std::size_t bit = 0; bit < e4.size() * 8; ++bit) {
    EXPECT_FALSE(onE4(last.bound, flipped(e4, bit), last.world.identity.publicPoint()).ok());
  }
  for (std::size_t size = 0; size < e4.size(); ++size) {
    EXPECT_FALSE(
        onE4(last.bound, ByteView(e4).first(size), last.world.identity.publicPoint()).ok());
  }
}

TEST(EnrollmentTest, BackendKeysMustBeSignedByThePinnedKey) {
  LastStep last;
  EXPECT_EQ(last.refusalOf(last.world.backendFacts()), Code::kInternal);
  messages::BackendFacts swapped = last.world.backendFacts();
  std::swap(swapped.channelKey, swapped.transportKey);
  EXPECT_EQ(last.refusalOf(swapped), Code::kUnauthenticated);
  messages::BackendFacts renamed = last.world.backendFacts();
  renamed.channelKey.id = base::KeyId::random(last.world.random);
  EXPECT_EQ(last.refusalOf(renamed), Code::kUnauthenticated);
  messages::BackendFacts replaced = last.world.backendFacts();
  replaced.transportKey.point = last.world.deviceKey.publicPoint();
  EXPECT_EQ(last.refusalOf(replaced), Code::kUnauthenticated);
  messages::BackendFacts noPoint = last.world.backendFacts();
  noPoint.channelKey.point = offCurvePoint();
  EXPECT_EQ(last.refusalOf(noPoint), Code::kMalformed);

  const Bytes e4 = makeE4(last.answered.attempt, last.world.backendFacts());
  const auto other = onE4(last.bound, e4, last.world.deviceKey.publicPoint());
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().code(), Code::kUnauthenticated);
}

TEST(EnrollmentTest, PinnedKeyMustBeAPoint) {
  LastStep last;
  const Bytes e4 = makeE4(last.answered.attempt, last.world.backendFacts());
  EXPECT_EQ(onE4(last.bound, e4, offCurvePoint()).error().code(), Code::kMalformed);
}

}  // namespace
}  // namespace florin::protocol
