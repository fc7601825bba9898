#include "protocol/spake2plus.h"

#include "crypto/equal.h"
#include "fakes/seeded_random.h"
#include "protocol/test_support.h"

namespace florin::protocol {
namespace {

// RFC 9383, appendix C: P256-SHA256-HKDF-SHA256-HMAC-SHA256.
constexpr std::string_view kW0 = "bb8e1bbcf3c48f62c08db243652ae55d3e5586053fca77102994f23ad95491b3";
constexpr std::string_view kW1 = "7e945f34d78785b8a3ef44d0df5a1a97d6b3b460409a345ca7830387a74b1dba";
constexpr std::string_view kL =
    "04eb7c9db3d9a9eb1f8adab81b5794c1f13ae3e225efbe91ea487425854c7fc00f"
    "00bfedcbd09b2400142d40a14f2064ef31dfaa903b91d1faea7093d835966efd";
constexpr std::string_view kX = "d1232c8e8693d02368976c174e2088851b8365d0d79a9eee709c6a05a2fad539";
constexpr std::string_view kY = "717a72348a182085109c8d3917d6c43d59b224dc6a7fc4f0483232fa6516d8b3";
constexpr std::string_view kShareP =
    "04ef3bd051bf78a2234ec0df197f7828060fe9856503579bb1733009042c15c0c1"
    "de127727f418b5966afadfdd95a6e4591d171056b333dab97a79c7193e341727";
constexpr std::string_view kShareV =
    "04c0f65da0d11927bdf5d560c69e1d7d939a05b0e88291887d679fcadea75810fb"
    "5cc1ca7494db39e82ff2f50665255d76173e09986ab46742c798a9a68437b048";
constexpr std::string_view kConfirmP =
    "926cc713504b9b4d76c9162ded04b5493e89109f6d89462cd33adc46fda27527";
constexpr std::string_view kConfirmV =
    "9747bcc4f8fe9f63defee53ac9b07876d907d55047e6ff2def2e7529089d3e68";
constexpr std::string_view kKShared =
    "0c5f8ccd1413423a54f6c1fb26ff01534a87f893779c6e68666d772bfd91f3e7";

Spake2Names rfcNames() {
  const std::string_view context = "SPAKE2+-P256-SHA256-HKDF-SHA256-HMAC-SHA256 Test Vectors";
  return {base::toBytes(base::asBytes(context)), base::toBytes(base::asBytes("client")),
          base::toBytes(base::asBytes("server"))};
}

Spake2Secrets rfcSecrets() { return {secretHex(kW0), secretHex(kW1)}; }

Spake2Prover rfcProver() { return Spake2Prover::resume(rfcSecrets(), secretHex(kX)).value(); }

Spake2Answer rfcAnswer() {
  ScriptedRandom random(hex(kY));
  return respondSpake2(makeRegistration(rfcSecrets()).value(), rfcNames(), hex(kShareP), random)
      .value();
}

TEST(Spake2PlusTest, RecordIsTheRfcsRecord) {
  EXPECT_EQ(makeRegistration(rfcSecrets())->l, hex(kL));
}

TEST(Spake2PlusTest, ProverComputesTheRfcsFigures) {
  Spake2Prover prover = rfcProver();
  EXPECT_EQ(prover.shareP(), hex(kShareP));
  const auto confirmed = std::move(prover).finish(rfcNames(), hex(kShareV), hex(kConfirmV));
  ASSERT_TRUE(confirmed.ok());
  EXPECT_EQ(confirmed->confirmP, hex(kConfirmP));
  EXPECT_TRUE(crypto::equal(confirmed->kShared.expose(), hex(kKShared)));
}

TEST(Spake2PlusTest, VerifierComputesTheRfcsFigures) {
  const Spake2Answer answer = rfcAnswer();
  EXPECT_EQ(answer.shareV, hex(kShareV));
  EXPECT_EQ(answer.confirmV, hex(kConfirmV));
  EXPECT_EQ(answer.expectedConfirmP, hex(kConfirmP));
  EXPECT_TRUE(crypto::equal(answer.kShared.expose(), hex(kKShared)));
}

TEST(Spake2PlusTest, ProverStartedAndResumedSendsTheSameShare) {
  ScriptedRandom random(hex(kX));
  const auto started = Spake2Prover::start(rfcSecrets(), random);
  ASSERT_TRUE(started.ok());
  EXPECT_EQ(started->shareP(), hex(kShareP));
  EXPECT_TRUE(crypto::equal(started->x().expose(), hex(kX)));
}

TEST(Spake2PlusTest, EveryBitOfConfirmVMatters) {
  const Bytes confirmV = hex(kConfirmV);
  for (std::size_t bit = 0; bit < confirmV.size() * 8; ++bit) {
    const auto confirmed = rfcProver().finish(rfcNames(), hex(kShareV), flipped(confirmV, bit));
    ASSERT_FALSE(confirmed.ok());
    EXPECT_EQ(confirmed.error().code(), Code::kUnauthenticated);
  }
  EXPECT_FALSE(rfcProver().finish(rfcNames(), hex(kShareV), {}).ok());
}

TEST(Spake2PlusTest, EachNameIsBound) {
  for (int part = 0; part < 3; ++part) {
    Spake2Names names = rfcNames();
    Bytes* const parts[] = {&names.context, &names.idProver, &names.idVerifier};
    parts[part]->push_back('x');
    const auto confirmed = rfcProver().finish(names, hex(kShareV), hex(kConfirmV));
    ASSERT_FALSE(confirmed.ok());
    EXPECT_EQ(confirmed.error().code(), Code::kUnauthenticated);
  }
}

TEST(Spake2PlusTest, AnotherCodeIsFoundByTheProver) {
  fakes::SeededRandom random;
  const Spake2Secrets other{crypto::Scalar::random(random).toBytes(),
                            crypto::Scalar::random(random).toBytes()};
  Spake2Prover prover = Spake2Prover::start(other, random).value();
  const auto answer =
      respondSpake2(makeRegistration(rfcSecrets()).value(), rfcNames(), prover.shareP(), random);
  ASSERT_TRUE(answer.ok());
  const auto confirmed = std::move(prover).finish(rfcNames(), answer->shareV, answer->confirmV);
  ASSERT_FALSE(confirmed.ok());
  EXPECT_EQ(confirmed.error().code(), Code::kUnauthenticated);
}

TEST(Spake2PlusTest, RecordAloneDoesNotMakeAProver) {
  fakes::SeededRandom random;
  const Spake2Secrets thief{secretHex(kW0), crypto::Scalar::random(random).toBytes()};
  Spake2Prover prover = Spake2Prover::start(thief, random).value();
  const auto answer =
      respondSpake2(makeRegistration(rfcSecrets()).value(), rfcNames(), prover.shareP(), random);
  ASSERT_TRUE(answer.ok());
  EXPECT_FALSE(std::move(prover).finish(rfcNames(), answer->shareV, answer->confirmV).ok());
}

// Shares that are no points, compressed points, infinity in its encodings, and every length but 65.
std::vector<Bytes> badShares() {
  std::vector<Bytes> shares = {
      offCurvePoint(), Bytes(65), Bytes{0},
      hex("02886e2f97ace46e55ba9dd7242579f2993b64e16ef3dcab95afd497333d8fa1"
          "2f")};
  const Bytes good = hex(kShareP);
  for (std::size_t size = 0; size < good.size(); ++size) {
    shares.push_back(base::toBytes(ByteView(good).first(size)));
  }
  shares.push_back(base::concat(good, Bytes{0}));
  return shares;
}

TEST(Spake2PlusTest, VerifierRefusesWhatIsNoPoint) {
  fakes::SeededRandom random;
  for (const Bytes& share : badShares()) {
    const auto answer =
        respondSpake2(makeRegistration(rfcSecrets()).value(), rfcNames(), share, random);
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().code(), Code::kMalformed);
  }
}

TEST(Spake2PlusTest, ProverRefusesWhatIsNoPoint) {
  for (const Bytes& share : badShares()) {
    const auto confirmed = rfcProver().finish(rfcNames(), share, hex(kConfirmV));
    ASSERT_FALSE(confirmed.ok());
    EXPECT_EQ(confirmed.error().code(), Code::kMalformed);
  }
}

// shareP = w0 * M and shareV = w0 * N cancel the mask: the shared point would be infinity.
TEST(Spake2PlusTest, SharesThatLeaveNoSecretAreRefused) {
  const auto masked = [](std::string_view constant) {
    const crypto::Scalar w0 = crypto::Scalar::fromBytes(secretHex(kW0)).value();
    return crypto::Point::decode(hex(constant))->multiply(w0).encode();
  };
  fakes::SeededRandom random;
  const Bytes m = masked("02886e2f97ace46e55ba9dd7242579f2993b64e16ef3dcab95afd497333d8fa12f");
  const auto answer = respondSpake2(makeRegistration(rfcSecrets()).value(), rfcNames(), m, random);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code(), Code::kMalformed);
  const Bytes n = masked("03d8bbd6c639c62937b04d997f38c3770719c629d7014d49a24b4f98baa1292b49");
  EXPECT_EQ(rfcProver().finish(rfcNames(), n, hex(kConfirmV)).error().code(), Code::kMalformed);
}

TEST(Spake2PlusTest, RegistrationComesBackFromItsBytes) {
  const Registration record = makeRegistration(rfcSecrets()).value();
  const auto again = Registration::fromBytes(record.toBytes());
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(crypto::equal(again->w0.expose(), hex(kW0)));
  EXPECT_EQ(again->l, hex(kL));
  const SecretBytes bytes = record.toBytes();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(Registration::fromBytes(SecretBytes::copyOf(bytes.expose().first(size))).ok());
  }
}

TEST(Spake2PlusTest, SecretsThatAreNoScalarsAreRefused) {
  const std::string_view order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
  for (const std::string_view bad : {std::string_view(), order,
                                     std::string_view("0000000000000000000000000000000000000000"
                                                      "000000000000000000000000")}) {
    EXPECT_FALSE(makeRegistration({secretHex(bad), secretHex(kW1)}).ok());
    EXPECT_FALSE(makeRegistration({secretHex(kW0), secretHex(bad)}).ok());
    EXPECT_FALSE(Spake2Prover::resume(rfcSecrets(), secretHex(bad)).ok());
  }
}

}  // namespace
}  // namespace florin::protocol
