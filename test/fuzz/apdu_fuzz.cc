// Cards of both kernels, with keys of their own, answer any sequence of commands, and spend a key
// only for a cryptogram that they give.
//
//   input = (length (2) command)*
#include "base/check.h"
#include "base/limits.h"
#include "card/card_session.h"
#include "card/test_cards.h"
#include "codec/tlv.h"

namespace {

using namespace florin;

bool isOk(ByteView response) {
  const auto parsed = emv::parseResponse(response);
  FLORIN_CHECK(parsed.ok());
  return parsed->statusWord == static_cast<std::uint16_t>(emv::StatusWord::kOk);
}

void checkParser(ByteView apdu) {
  const auto command = emv::parseCommand(apdu);
  const bool isShort = apdu.size() < 6 || apdu[4] != 0;
  if (command.ok() && isShort) FLORIN_CHECK(emv::encodeCommand(*command) == base::toBytes(apdu));
}

// In clear, or inside the card's signature.
bool hasCryptogram(ByteView response) {
  const ByteView data = response.first(response.size() - 2);
  return codec::findTlv(data, {0x77, 0x9F26}).ok() || codec::findTlv(data, {0x77, 0x9F4B}).ok();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const emv::Profile k2 = card::testProfile();
  static const emv::Profile k3 = card::testProfile(emv::programK3());
  static const auto own = emv::RecoveryKey::generate(crypto::kRecoveryMinBits);
  card::TestKeys keys;
  keys.iccKey = &own;
  card::TestCardholder cardholder;
  card::CardSession session({{card::testToken(1), &k2, true}, {card::testToken(2), &k3, true}},
                            keys, cardholder);
  ByteView rest(data, size);
  while (rest.size() >= 2) {
    const std::size_t length = base::readBigEndian(rest.first(2));
    rest = rest.subspan(2);
    if (length > rest.size()) break;
    const ByteView apdu = rest.first(length);
    rest = rest.subspan(length);
    checkParser(apdu);
    const std::size_t before = keys.spent();
    const Bytes response = session.process(apdu);
    FLORIN_CHECK(response.size() <= base::limits::kApduResponse);
    const bool cryptogram = isOk(response) && hasCryptogram(response);
    FLORIN_CHECK(keys.spent() - before == (cryptogram ? 1U : 0U));
  }
  return 0;
}
