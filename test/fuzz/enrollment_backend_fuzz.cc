// The backend's handlers, by the first byte: 0 an E1, 1 an E3 of anyone's, 2 facts that a device
// with the right key sealed, 3 a stored attempt.
#include "base/bytes.h"
#include "base/check.h"
#include "crypto/p256.h"
#include "fakes/seeded_random.h"
#include "protocol/code.h"
#include "protocol/enrollment_backend.h"

namespace {

using namespace florin;

struct Backend {
  fakes::SeededRandom random;
  protocol::Registration record =
      protocol::makeRegistration(
          protocol::deriveSecrets(SecretBytes::copyOf(base::asBytes("ABCDEFGHIJKLMNOPQRSTUVWX23")),
                                  base::WalletId::random(random), "backend-1")
              .value())
          .value();
  protocol::BackendAttempt attempt{base::EnrollmentId::random(random), Bytes(32, 1), Bytes(32, 2),
                                   protocol::enrollmentKeys(random.secret(32))};
};

Backend& backend() {
  static Backend one;
  return one;
}

void readE1(ByteView input) {
  const auto e1 = messages::decodeE1(input);
  if (!e1.ok()) return;
  const auto answered =
      protocol::answerE1(*e1, input, backend().record,
                         {"backend-1", backend().attempt.enrollmentId, 4}, backend().random);
  if (answered.ok()) FLORIN_CHECK(messages::decodeE2(answered->e2).ok());
}

void readE3(ByteView input) {
  const auto e3 = messages::decodeE3(input);
  if (e3.ok()) FLORIN_CHECK(!protocol::onE3(backend().attempt, *e3).ok());
}

void readFacts(ByteView input) {
  const protocol::BackendAttempt& attempt = backend().attempt;
  const Bytes sealed =
      protocol::sealOnce(attempt.keys.kC2s, attempt.aad, SecretBytes::copyOf(input));
  const auto facts =
      protocol::onE3(attempt, {attempt.enrollmentId, attempt.expectedConfirmP, sealed});
  if (!facts.ok()) return;
  FLORIN_CHECK(crypto::checkP256Point(facts->devicePublicKey).ok());
  FLORIN_CHECK(crypto::checkP256Point(facts->transportPublicKey).ok());
}

void readStored(ByteView input) {
  const auto attempt = protocol::BackendAttempt::fromBytes(SecretBytes::copyOf(input));
  if (!attempt.ok()) return;
  const SecretBytes again = attempt->toBytes();
  FLORIN_CHECK(std::ranges::equal(again.expose(), input));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView input(data + 1, size - 1);
  switch (data[0]) {
    case 0: readE1(input); break;
    case 1: readE3(input); break;
    case 2: readFacts(input); break;
    default: readStored(input); break;
  }
  return 0;
}
