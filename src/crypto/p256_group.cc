#include "crypto/p256_group.h"

#include <algorithm>
#include <array>

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

PkeyPtr importP256(ByteView point, const SecretBytes* scalar) {
  // OSSL_PARAM numbers have the byte order of the machine.
  SecretBytes native(kP256Scalar);
  std::array<OSSL_PARAM, 4> params;
  std::size_t count = 0;
  params[count++] = text(OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1");
  params[count++] = octets(OSSL_PKEY_PARAM_PUB_KEY, point);
  if (scalar != nullptr) {
    const BignumPtr number = readScalar(scalar->expose());
    FLORIN_CHECK(number != nullptr);
    FLORIN_CHECK(BN_bn2nativepad(number.get(), native.exposeMutable().data(),
                                 checkedInt(kP256Scalar)) == checkedInt(kP256Scalar));
    params[count++] = OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY,
                                              native.exposeMutable().data(), kP256Scalar);
  }
  params[count] = OSSL_PARAM_construct_end();

  const PkeyCtxPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  FLORIN_CHECK(context != nullptr);
  FLORIN_CHECK(EVP_PKEY_fromdata_init(context.get()) == 1);
  EVP_PKEY* key = nullptr;
  FLORIN_CHECK(EVP_PKEY_fromdata(context.get(), &key,
                                 scalar != nullptr ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY,
                                 params.data()) == 1);
  return PkeyPtr(key);
}

}  // namespace florin::crypto
