#include "crypto/hmac.h"

#include "crypto/equal.h"
#include "crypto/mac_context.h"

namespace florin::crypto {
namespace {

MacCtxPtr startHmac(ByteView key) {
  static const MacCtxPtr prepared =
      makeMacTemplate("HMAC", text(OSSL_MAC_PARAM_DIGEST, "SHA2-256"), 32);
  return startMac(prepared, key);
}

}  // namespace

Digest hmacSha256(const SecretBytes& key, ByteView data) {
  const MacCtxPtr context = startHmac(key.expose());
  updateMac(context, data);
  Digest tag;
  finishMac(context, tag);
  return tag;
}

bool verifyHmac(const SecretBytes& key, ByteView data, ByteView tag) {
  return equal(hmacSha256(key, data), tag);
}

SecretBytes hmacSecret(ByteView key, std::initializer_list<ByteView> parts) {
  const MacCtxPtr context = startHmac(key);
  for (const ByteView part : parts) updateMac(context, part);
  SecretBytes tag(32);
  finishMac(context, tag.exposeMutable());
  return tag;
}

}  // namespace florin::crypto
