// The primitives that an enrollment and an exchange are made of.
#include <benchmark/benchmark.h>

#include "base/bytes.h"
#include "crypto/aead.h"
#include "crypto/kdf.h"
#include "crypto/key_transport.h"
#include "crypto/p256.h"
#include "crypto/p256_math.h"
#include "crypto/recovery_rsa.h"
#include "fakes/seeded_random.h"
#include "protocol/code.h"
#include "protocol/spake2plus.h"

namespace florin {
namespace {

void p256Generate(benchmark::State& state) {
  fakes::SeededRandom random;
  for (auto _ : state) benchmark::DoNotOptimize(crypto::P256Key::generate(random).publicPoint());
}
BENCHMARK(p256Generate);

void p256Agree(benchmark::State& state) {
  fakes::SeededRandom random;
  const auto ours = crypto::P256Key::generate(random);
  const Bytes peer = crypto::P256Key::generate(random).publicPoint();
  for (auto _ : state) benchmark::DoNotOptimize(ours.agree(peer));
}
BENCHMARK(p256Agree);

void p256Sign(benchmark::State& state) {
  fakes::SeededRandom random;
  const auto key = crypto::P256Key::generate(random);
  const Bytes message = random.bytes(200);
  for (auto _ : state) benchmark::DoNotOptimize(key.sign(message));
}
BENCHMARK(p256Sign);

void p256Verify(benchmark::State& state) {
  fakes::SeededRandom random;
  const auto key = crypto::P256Key::generate(random);
  const auto publicKey = crypto::P256PublicKey::fromPoint(key.publicPoint()).value();
  const Bytes message = random.bytes(200);
  const Bytes signature = key.sign(message);
  for (auto _ : state) benchmark::DoNotOptimize(publicKey.verify(message, signature));
}
BENCHMARK(p256Verify);

// What a card of a program with CDA costs before it is installed.
void cardKeyGenerate(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(crypto::RecoveryKey::generate(1408));
}
BENCHMARK(cardKeyGenerate)->Unit(benchmark::kMillisecond);

void spake2Respond(benchmark::State& state) {
  fakes::SeededRandom random;
  const SecretBytes code = protocol::newCode(messages::Suite::kS1, random);
  const auto walletId = base::WalletId::random(random);
  const auto secrets = protocol::deriveSecrets(code, walletId, "bench").value();
  const auto record = protocol::makeRegistration(secrets).value();
  const auto prover = protocol::Spake2Prover::start(secrets, random).value();
  const protocol::Spake2Names names{random.bytes(64), walletId.toBytes(), random.bytes(16)};
  for (auto _ : state) {
    benchmark::DoNotOptimize(protocol::respondSpake2(record, names, prover.shareP(), random));
  }
}
BENCHMARK(spake2Respond);

void sealRow(benchmark::State& state) {
  fakes::SeededRandom random;
  crypto::AesGcm key(random.secret(32));
  const Bytes nonce = random.bytes(12);
  const Bytes row = random.bytes(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(key.seal(nonce, nonce, row));
}
BENCHMARK(sealRow)->Arg(64)->Arg(1024);

void wrapPaymentKey(benchmark::State& state) {
  fakes::SeededRandom random;
  const SecretBytes shared = random.secret(32);
  const SecretBytes key = random.secret(16);
  crypto::PaymentKeyLabel label;
  for (auto _ : state) {
    ++label.number;
    benchmark::DoNotOptimize(crypto::wrapPaymentKey(shared, label, key));
  }
}
BENCHMARK(wrapPaymentKey);

}  // namespace
}  // namespace florin
