#include "crypto/p256.h"

#include "base/bytes.h"
#include "crypto/hash.h"
#include "crypto/p256_group.h"

namespace florin::crypto {
namespace {

constexpr int kHalf = 32;  // of a signature: r, or s

Error notAPoint() { return {Code::kMalformed, "not an uncompressed point of P-256"}; }

PkeyCtxPtr contextFor(const PkeyPtr& key) {
  PkeyCtxPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
  FLORIN_CHECK(context != nullptr);
  return context;
}

// OpenSSL speaks DER: SEQUENCE { r INTEGER, s INTEGER }.
Bytes rawSignature(ByteView der) {
  const std::uint8_t* cursor = der.data();
  const EcdsaSigPtr pair(d2i_ECDSA_SIG(nullptr, &cursor, static_cast<long>(der.size())));
  FLORIN_CHECK(pair != nullptr);
  Bytes raw(kP256Signature);
  FLORIN_CHECK(BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), raw.data(), kHalf) == kHalf);
  FLORIN_CHECK(BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), raw.data() + kHalf, kHalf) == kHalf);
  return raw;
}

Bytes derSignature(ByteView raw) {
  BignumPtr r(BN_bin2bn(raw.data(), kHalf, nullptr));
  BignumPtr s(BN_bin2bn(raw.data() + kHalf, kHalf, nullptr));
  const EcdsaSigPtr pair(ECDSA_SIG_new());
  FLORIN_CHECK(r != nullptr && s != nullptr && pair != nullptr);
  FLORIN_CHECK(ECDSA_SIG_set0(pair.get(), r.release(), s.release()) == 1);
  const int length = i2d_ECDSA_SIG(pair.get(), nullptr);
  FLORIN_CHECK(length > 0);
  Bytes der(static_cast<std::size_t>(length));
  std::uint8_t* cursor = der.data();
  FLORIN_CHECK(i2d_ECDSA_SIG(pair.get(), &cursor) == length);
  return der;
}

}  // namespace

Status checkP256Point(ByteView point) {
  if (point.size() != kP256Point || readPoint(point) == nullptr) return notAPoint();
  return {};
}

P256Key P256Key::generate(base::Random& random) {
  return std::move(fromScalar(drawScalar(random))).value();
}

Result<P256Key> P256Key::fromScalar(const SecretBytes& scalar) {
  const BignumPtr number = readScalar(scalar.expose());
  if (number == nullptr) return Error(Code::kMalformed, "not a private key of P-256");
  const EcPointPtr point = newPoint();
  const BnCtxPtr context = newBnContext();
  FLORIN_CHECK(
      EC_POINT_mul(p256Group(), point.get(), number.get(), nullptr, nullptr, context.get()) == 1);
  Bytes publicPoint = writePoint(point.get());
  PkeyPtr key = importPrivate(publicPoint, scalar);
  return P256Key(std::move(key), std::move(publicPoint));
}

SecretBytes P256Key::scalar() const {
  BIGNUM* number = nullptr;
  FLORIN_CHECK(EVP_PKEY_get_bn_param(key_.get(), OSSL_PKEY_PARAM_PRIV_KEY, &number) == 1);
  const BignumPtr owner(number);
  SecretBytes scalar(kP256Scalar);
  FLORIN_CHECK(BN_bn2binpad(number, scalar.exposeMutable().data(), checkedInt(kP256Scalar)) ==
               checkedInt(kP256Scalar));
  return scalar;
}

Result<SecretBytes> P256Key::agree(ByteView peerPoint) const {
  const ErrorQueueGuard guard;
  const PkeyPtr peer = importPublic(peerPoint);
  if (peer == nullptr) return notAPoint();
  const PkeyCtxPtr context = contextFor(key_);
  FLORIN_CHECK(EVP_PKEY_derive_init(context.get()) == 1);
  // 0: no second check of the point. It is on the curve, and the curve has no other subgroup.
  FLORIN_CHECK(EVP_PKEY_derive_set_peer_ex(context.get(), peer.get(), 0) == 1);
  SecretBytes shared(32);
  std::size_t length = shared.size();
  FLORIN_CHECK(EVP_PKEY_derive(context.get(), shared.exposeMutable().data(), &length) == 1);
  FLORIN_CHECK(length == shared.size());
  return shared;
}

Bytes P256Key::sign(ByteView message) const {
  const Digest digest = sha256(message);
  const PkeyCtxPtr context = contextFor(key_);
  FLORIN_CHECK(EVP_PKEY_sign_init(context.get()) == 1);
  Bytes der(80);  // 72 bytes at most
  std::size_t length = der.size();
  FLORIN_CHECK(EVP_PKEY_sign(context.get(), der.data(), &length, digest.data(), digest.size()) ==
               1);
  return rawSignature(ByteView(der).first(length));
}

Result<P256PublicKey> P256PublicKey::fromPoint(ByteView point) {
  PkeyPtr key = importPublic(point);
  if (key == nullptr) return notAPoint();
  return P256PublicKey(std::move(key), base::toBytes(point));
}

Status P256PublicKey::verify(ByteView message, ByteView signature) const {
  const ErrorQueueGuard guard;
  if (signature.size() != kP256Signature) {
    return Error(Code::kUnauthenticated, "not the length of a signature");
  }
  const Digest digest = sha256(message);
  const Bytes der = derSignature(signature);
  const PkeyCtxPtr context = contextFor(key_);
  FLORIN_CHECK(EVP_PKEY_verify_init(context.get()) == 1);
  if (EVP_PKEY_verify(context.get(), der.data(), der.size(), digest.data(), digest.size()) != 1) {
    return Error(Code::kUnauthenticated, "signature does not verify");
  }
  return {};
}

}  // namespace florin::crypto
