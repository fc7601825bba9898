#include "crypto/cmac.h"

#include "crypto/mac_context.h"

namespace florin::crypto {
namespace {

MacCtxPtr startCmac(ByteView key) {
  static const MacCtxPtr aes128 =
      makeMacTemplate("CMAC", text(OSSL_MAC_PARAM_CIPHER, "AES-128-CBC"), 16);
  static const MacCtxPtr aes192 =
      makeMacTemplate("CMAC", text(OSSL_MAC_PARAM_CIPHER, "AES-192-CBC"), 24);
  static const MacCtxPtr aes256 =
      makeMacTemplate("CMAC", text(OSSL_MAC_PARAM_CIPHER, "AES-256-CBC"), 32);
  FLORIN_CHECK(key.size() == 16 || key.size() == 24 || key.size() == 32);
  return startMac(key.size() == 16 ? aes128 : key.size() == 24 ? aes192 : aes256, key);
}

}  // namespace

std::array<std::uint8_t, 16> aesCmac(const SecretBytes& key, ByteView data) {
  const MacCtxPtr context = startCmac(key.expose());
  updateMac(context, data);
  std::array<std::uint8_t, 16> tag;
  finishMac(context, tag);
  return tag;
}

}  // namespace florin::crypto
