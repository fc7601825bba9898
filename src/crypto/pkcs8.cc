#include "crypto/pkcs8.h"

namespace florin::crypto {

SecretBytes encodePkcs8(const EVP_PKEY* key) {
  const Pkcs8Ptr encoded(EVP_PKEY2PKCS8(key));
  FLORIN_CHECK(encoded != nullptr);
  const int length = i2d_PKCS8_PRIV_KEY_INFO(encoded.get(), nullptr);
  FLORIN_CHECK(length > 0);
  SecretBytes der(static_cast<std::size_t>(length));
  std::uint8_t* cursor = der.exposeMutable().data();
  FLORIN_CHECK(i2d_PKCS8_PRIV_KEY_INFO(encoded.get(), &cursor) == length);
  return der;
}

PkeyPtr decodePkcs8(const SecretBytes& der) {
  const ByteView bytes = der.expose();
  const std::uint8_t* cursor = dataOf(bytes);
  const Pkcs8Ptr parsed(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &cursor, static_cast<long>(bytes.size())));
  if (parsed == nullptr || cursor != bytes.data() + bytes.size()) return nullptr;
  return PkeyPtr(EVP_PKCS82PKEY(parsed.get()));
}

}  // namespace florin::crypto
