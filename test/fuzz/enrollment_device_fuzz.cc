// The device's handlers, by the first byte: 0 an E2 of anyone's, 1 an E4 of anyone's, 2 facts that
// a backend with the right key sealed, 3 and 4 stored states. The device is enrolled by none of
// them, because nobody here knows the code or the pinned key.
#include "base/bytes.h"
#include "base/check.h"
#include "crypto/p256.h"
#include "fakes/seeded_random.h"
#include "protocol/enrollment_device.h"

namespace {

using namespace florin;

struct Device {
  fakes::SeededRandom random;
  Bytes pinned = crypto::P256Key::generate(random).publicPoint();
  protocol::AwaitingE2 asked =
      protocol::startEnrollment(SecretBytes::copyOf(base::asBytes("ABCDEFGHIJKLMNOPQRSTUVWX23")),
                                base::WalletId::random(random), "backend-1", random)
          .value();
  protocol::AwaitingE4 bound{base::EnrollmentId::random(random), random.secret(32),
                             random.secret(32), Bytes(32), Bytes(100)};
};

const Device& device() {
  static const Device one;
  return one;
}

template <class State>
void checkStored(ByteView bytes) {
  const auto state = State::fromBytes(SecretBytes::copyOf(bytes));
  if (!state.ok()) return;
  const SecretBytes again = state->toBytes();
  FLORIN_CHECK(std::ranges::equal(again.expose(), bytes));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView input(data + 1, size - 1);
  if (data[0] == 0) {
    const auto outcome = protocol::onE2(device().asked, input);
    FLORIN_CHECK(!outcome.ok() || std::holds_alternative<protocol::WrongCode>(*outcome));
  } else if (data[0] == 1) {
    FLORIN_CHECK(!protocol::onE4(device().bound, input, device().pinned).ok());
  } else if (data[0] == 2) {
    const auto& bound = device().bound;
    const Bytes sealed = protocol::sealOnce(bound.kS2c, bound.aad, SecretBytes::copyOf(input));
    const Bytes e4 = messages::encodeE4({sealed});
    FLORIN_CHECK(!protocol::onE4(bound, e4, device().pinned).ok());
  } else if (data[0] == 3) {
    checkStored<protocol::AwaitingE2>(input);
  } else {
    checkStored<protocol::AwaitingE4>(input);
  }
  return 0;
}
