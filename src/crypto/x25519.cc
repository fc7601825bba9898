#include "crypto/x25519.h"

#include "crypto/openssl_handles.h"

namespace florin::crypto {

X25519Key X25519Key::generate(base::Random& random) {
  return std::move(fromScalar(random.secret(kX25519Size))).value();
}

Result<X25519Key> X25519Key::fromScalar(const SecretBytes& scalar) {
  if (scalar.size() != kX25519Size) return Error(Code::kMalformed, "not a private key of X25519");
  PkeyPtr key(EVP_PKEY_new_raw_private_key_ex(nullptr, "X25519", nullptr, scalar.expose().data(),
                                              scalar.size()));
  FLORIN_CHECK(key != nullptr);
  Bytes point(kX25519Size);
  std::size_t length = point.size();
  FLORIN_CHECK(EVP_PKEY_get_raw_public_key(key.get(), point.data(), &length) == 1);
  FLORIN_CHECK(length == kX25519Size);
  return X25519Key(std::move(key), std::move(point));
}

SecretBytes X25519Key::scalar() const {
  SecretBytes scalar(kX25519Size);
  std::size_t length = scalar.size();
  FLORIN_CHECK(EVP_PKEY_get_raw_private_key(key_.get(), scalar.exposeMutable().data(), &length) ==
               1);
  return scalar;
}

Result<SecretBytes> X25519Key::agree(ByteView peerPoint) const {
  const ErrorQueueGuard guard;
  if (peerPoint.size() != kX25519Size) return Error(Code::kMalformed, "not a point of X25519");
  const PkeyPtr peer(EVP_PKEY_new_raw_public_key_ex(nullptr, "X25519", nullptr, peerPoint.data(),
                                                    peerPoint.size()));
  const PkeyCtxPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr));
  FLORIN_CHECK(peer != nullptr && context != nullptr);
  FLORIN_CHECK(EVP_PKEY_derive_init(context.get()) == 1);
  FLORIN_CHECK(EVP_PKEY_derive_set_peer_ex(context.get(), peer.get(), 0) == 1);
  SecretBytes shared(kX25519Size);
  std::size_t length = shared.size();
  // OpenSSL itself refuses a result of zero.
  if (EVP_PKEY_derive(context.get(), shared.exposeMutable().data(), &length) != 1) {
    return Error(Code::kMalformed, "point of small order");
  }
  return shared;
}

}  // namespace florin::crypto
