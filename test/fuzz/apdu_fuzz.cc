// A card answers any sequence of commands, and spends a key only for a cryptogram that it gives.
//
//   input = (length (2) command)*
#include "base/check.h"
#include "base/limits.h"
#include "card/card_session.h"
#include "card/test_cards.h"

namespace {

using namespace florin;

bool isOk(ByteView response) {
  const auto parsed = emv::parseResponse(response);
  FLORIN_CHECK(parsed.ok());
  return parsed->statusWord == static_cast<std::uint16_t>(emv::StatusWord::kOk);
}

void checkParser(ByteView apdu) {
  const auto command = emv::parseCommand(apdu);
  if (command.ok()) FLORIN_CHECK(emv::encodeCommand(*command) == base::toBytes(apdu));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const emv::Profile profile = card::testProfile();
  card::TestKeys keys;
  card::CardSession session({{card::testToken(1), &profile, true}}, keys);
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
    const bool cryptogram = isOk(response) && apdu[1] == 0xAE;
    FLORIN_CHECK(keys.spent() - before == (cryptogram ? 1U : 0U));
  }
  return 0;
}
