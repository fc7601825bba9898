#include "crypto/p256_group.h"

#include "crypto/p256.h"

namespace florin::crypto {

const EC_GROUP* p256Group() {
  using GroupPtr = std::unique_ptr<EC_GROUP, FreeWith<EC_GROUP_free>>;
  static const GroupPtr group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  FLORIN_CHECK(group != nullptr);
  return group.get();
}

EcPointPtr newPoint() {
  EcPointPtr point(EC_POINT_new(p256Group()));
  FLORIN_CHECK(point != nullptr);
  return point;
}

BnCtxPtr newBnContext() {
  BnCtxPtr context(BN_CTX_new());
  FLORIN_CHECK(context != nullptr);
  return context;
}

EcPointPtr readPoint(ByteView bytes) {
  const ErrorQueueGuard guard;
  const bool uncompressed = bytes.size() == kP256Point && bytes[0] == 4;
  const bool compressed = bytes.size() == 33 && (bytes[0] == 2 || bytes[0] == 3);
  if (!uncompressed && !compressed) return nullptr;
  EcPointPtr point = newPoint();
  const BnCtxPtr context = newBnContext();
  if (EC_POINT_oct2point(p256Group(), point.get(), bytes.data(), bytes.size(), context.get()) !=
      1) {
    return nullptr;
  }
  return point;
}

Bytes writePoint(const EC_POINT* point) {
  Bytes bytes(kP256Point);
  const BnCtxPtr context = newBnContext();
  FLORIN_CHECK(EC_POINT_point2oct(p256Group(), point, POINT_CONVERSION_UNCOMPRESSED, bytes.data(),
                                  bytes.size(), context.get()) == kP256Point);
  return bytes;
}

BignumPtr readScalar(ByteView bytes) {
  if (bytes.size() != kP256Scalar) return nullptr;
  BignumPtr number(BN_secure_new());
  FLORIN_CHECK(number != nullptr);
  BN_set_flags(number.get(), BN_FLG_CONSTTIME);
  FLORIN_CHECK(BN_bin2bn(bytes.data(), checkedInt(bytes.size()), number.get()) != nullptr);
  if (BN_is_zero(number.get())) return nullptr;
  if (BN_cmp(number.get(), EC_GROUP_get0_order(p256Group())) >= 0) return nullptr;
  return number;
}

SecretBytes drawScalar(base::Random& random) {
  // One draw fails with probability 2^-32; a generator that fails this often is broken.
  constexpr int kDraws = 64;
  for (int i = 0; i < kDraws; ++i) {
    SecretBytes drawn = random.secret(kP256Scalar);
    if (readScalar(drawn.expose()) != nullptr) return drawn;
  }
  FLORIN_CHECK(!"a random generator that gives no scalar");
  return {};
}

namespace {

PkeyPtr fromParams(int selection, OSSL_PARAM* params) {
  const PkeyCtxPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  FLORIN_CHECK(context != nullptr);
  FLORIN_CHECK(EVP_PKEY_fromdata_init(context.get()) == 1);
  EVP_PKEY* key = nullptr;
  FLORIN_CHECK(EVP_PKEY_fromdata(context.get(), &key, selection, params) == 1);
  return PkeyPtr(key);
}

// The generator as a public key. Every import from parameters builds the whole curve again, which
// costs five times as much as to copy this one and give it another point.
PkeyPtr makeTemplate() {
  const Bytes generator = writePoint(EC_GROUP_get0_generator(p256Group()));
  OSSL_PARAM params[] = {text(OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1"),
                         octets(OSSL_PKEY_PARAM_PUB_KEY, generator), OSSL_PARAM_construct_end()};
  return fromParams(EVP_PKEY_PUBLIC_KEY, params);
}

}  // namespace

PkeyPtr importPrivate(ByteView point, const SecretBytes& scalar) {
  const BignumPtr number = readScalar(scalar.expose());
  FLORIN_CHECK(number != nullptr);
  SecretBytes native(kP256Scalar);  // OSSL_PARAM numbers have the byte order of the machine
  FLORIN_CHECK(BN_bn2nativepad(number.get(), native.exposeMutable().data(),
                               checkedInt(kP256Scalar)) == checkedInt(kP256Scalar));
  OSSL_PARAM params[] = {
      text(OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1"), octets(OSSL_PKEY_PARAM_PUB_KEY, point),
      OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, native.exposeMutable().data(), kP256Scalar),
      OSSL_PARAM_construct_end()};
  return fromParams(EVP_PKEY_KEYPAIR, params);
}

PkeyPtr importPublic(ByteView point) {
  static const PkeyPtr prepared = makeTemplate();
  const ErrorQueueGuard guard;
  if (point.size() != kP256Point || point[0] != 4) return nullptr;
  PkeyPtr key(EVP_PKEY_dup(prepared.get()));
  FLORIN_CHECK(key != nullptr);
  // This is where OpenSSL checks that the point is on the curve.
  if (EVP_PKEY_set1_encoded_public_key(key.get(), point.data(), point.size()) != 1) return nullptr;
  return key;
}

}  // namespace florin::crypto
