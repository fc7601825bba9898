#include "protocol/enrollment_transcript.h"

#include "base/bytes.h"
#include "crypto/aead.h"
#include "crypto/hash.h"
#include "crypto/kdf.h"
#include "protocol/code.h"

namespace florin::protocol {
namespace {

constexpr std::size_t kKeySize = 32;
constexpr std::uint8_t kZeroNonce[crypto::kGcmNonce] = {};

void appendField(Bytes& to, ByteView field) {
  base::appendBigEndian(to, static_cast<std::uint32_t>(field.size()));
  base::append(to, field);
}

SecretBytes expand(const SecretBytes& kShared, std::string_view label) {
  return crypto::hkdfExpand(kShared, base::asBytes(label), kKeySize);
}

}  // namespace

Spake2Names enrollmentNames(const messages::E1& e1, std::string_view backendId) {
  Bytes context = base::toBytes(base::asBytes("florin enrollment/1"));
  base::appendBigEndian(context, e1.version);
  context.push_back(static_cast<std::uint8_t>(e1.suite));
  appendField(context, base::asBytes(kdfParameters(e1.suite)));
  appendField(context, base::asBytes(backendId));
  base::append(context, crypto::sha256(messages::encodeE1Context(e1)));
  return {std::move(context), e1.walletId.toBytes(), base::toBytes(base::asBytes(backendId))};
}

EnrollmentKeys enrollmentKeys(const SecretBytes& kShared) {
  EnrollmentKeys keys;
  keys.kC2s = expand(kShared, "c2s");
  keys.kS2c = expand(kShared, "s2c");
  keys.psk = expand(kShared, "psk");
  keys.attestChallenge = base::toBytes(expand(kShared, "attest").expose());
  return keys;
}

Bytes sealedAad(ByteView e1, ByteView e2, ByteView confirmP) {
  Bytes text;
  appendField(text, e1);
  appendField(text, e2);
  appendField(text, confirmP);
  return base::toBytes(crypto::sha256(text));
}

Bytes sealOnce(const SecretBytes& key, ByteView aad, const SecretBytes& plaintext) {
  return crypto::aesGcmSeal(key, kZeroNonce, aad, plaintext.expose());
}

Result<SecretBytes> openOnce(const SecretBytes& key, ByteView aad, ByteView sealed) {
  return crypto::aesGcmOpen(key, kZeroNonce, aad, sealed);
}

}  // namespace florin::protocol
