// A profile that is decoded encodes to the same bytes; one that is accepted runs: every answer of
// its card is a short one.
#include "base/check.h"
#include "base/limits.h"
#include "card/card_session.h"
#include "card/test_cards.h"
#include "codec/dol.h"
#include "codec/tlv.h"
#include "crypto/equal.h"
#include "emv/numeric.h"
#include "emv/profile.h"

namespace {

using namespace florin;

Bytes send(card::CardSession& session, const emv::Command& command) {
  Bytes response = session.process(emv::encodeCommand(command));
  const auto parsed = emv::parseResponse(response);
  FLORIN_CHECK(parsed.ok() && parsed->statusWord == 0x9000);
  return response;
}

void runCard(const emv::Profile& profile) {
  card::TestKeys keys;
  card::TestCardholder cardholder;
  card::CardSession session({{card::testToken(1), &profile, true}}, keys, cardholder);
  const std::map<std::uint32_t, Bytes> terminal = {
      {0x5F2A, base::toBytes(emv::bcd<2>(profile.currency))}, {0x9F66, {0x20, 0x80, 0x00, 0x00}}};
  send(session, {0x00, 0xA4, 0x04, 0x00, base::asBytes(emv::kPpseName), 0});
  send(session, {0x00, 0xA4, 0x04, 0x00, profile.aid, 0});
  const auto options = codec::encodeTlv(0x83, *codec::fillDol(profile.pdol, terminal));
  send(session, {0x80, 0xA8, 0x00, 0x00, options, 0});
  for (const emv::ProfileRecord& record : profile.records) {
    const auto p2 = static_cast<std::uint8_t>(record.sfi << 3 | 4);
    send(session, {0x00, 0xB2, record.number, p2, {}, 0});
  }
  if (profile.kernel() == emv::Kernel::k2) {
    send(session, {0x80, 0xAE, 0x80, 0x00, *codec::fillDol(profile.cdol1, terminal), 0});
  }
  FLORIN_CHECK(keys.spent() == 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  static_cast<void>(emv::decodeAfl(bytes).ok());
  const auto profile = emv::decodeProfile(bytes);
  if (!profile.ok()) return 0;
  FLORIN_CHECK(crypto::equal(emv::encodeProfile(*profile).expose(), bytes));
  if (emv::checkProfile(*profile).ok()) runCard(*profile);
  return 0;
}
