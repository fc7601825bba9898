// What a certificate or a dynamic signature holds may be anything, also under a right signature and
// hash: it is recovered or refused.
//
//   input = kind (1) size of the remainder (1) remainder, body of the block
#include <algorithm>

#include "base/bytes.h"
#include "base/check.h"
#include "crypto/hash.h"
#include "emv/offline_authentication.h"

namespace {

using namespace florin;

constexpr std::uint8_t kPadding = 0xBB;
constexpr std::array<std::uint8_t, 4> kUnpredictable = {1, 2, 3, 4};

const emv::RecoveryKey& signer() {
  static const auto key = emv::RecoveryKey::generate(crypto::kRecoveryMinBits);
  return key;
}

// The signed block of a body, with the hash that is right over it and what comes after.
Bytes signedBlock(ByteView body, ByteView after) {
  const std::size_t room = signer().publicKey().modulus.size() - 22;
  Bytes whole = base::toBytes(body.first(std::min(body.size(), room)));
  whole.resize(room, kPadding);
  const auto hash = crypto::sha1(base::concat(whole, after));
  return signer().sign(base::concat(Bytes{0x6A}, whole, hash, Bytes{0xBC}));
}

void checkKey(const Result<emv::RecoveryPublicKey>& key, ByteView exponent) {
  if (!key.ok()) return;
  FLORIN_CHECK(std::ranges::equal(key->exponent, exponent));
  FLORIN_CHECK(key->modulus.size() <= 255);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const ByteView input(data, size);
  const std::size_t behind = std::min<std::size_t>(input[1], size - 2);
  const Bytes remainder = base::toBytes(input.subspan(2, behind));
  const ByteView body = input.subspan(2 + behind);
  const Bytes exponent = {3};
  const base::Time now = base::fromMs(1'774'958'400'000);  // 2026-03-31
  const SecretBytes pan = SecretBytes::copyOf(base::asBytes("9999990000000006"));
  const Bytes staticData = {1, 2, 3};
  switch (input[0] % 3) {
    case 0:
      checkKey(
          emv::recoverIssuerKey(signer().publicKey(),
                                {signedBlock(body, base::concat(remainder, exponent)), remainder},
                                exponent, pan, now),
          exponent);
      break;
    case 1:
      checkKey(emv::recoverCardKey(
                   signer().publicKey(),
                   {signedBlock(body, base::concat(remainder, exponent, staticData)), remainder},
                   exponent, pan, staticData, now),
               exponent);
      break;
    default: {
      const auto dynamic = emv::recoverDynamicData(
          signer().publicKey(), signedBlock(body, kUnpredictable), kUnpredictable);
      if (dynamic.ok()) FLORIN_CHECK(dynamic->number.size() >= 2 && dynamic->number.size() <= 8);
    }
  }
  return 0;
}
