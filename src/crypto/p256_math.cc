#include "crypto/p256_math.h"

#include "crypto/p256.h"
#include "crypto/p256_group.h"

namespace florin::crypto {
namespace {

EcPointPtr copyOf(const EcPointPtr& point) {
  EcPointPtr copy(EC_POINT_dup(point.get(), p256Group()));
  FLORIN_CHECK(copy != nullptr);
  return copy;
}

}  // namespace

Scalar::Scalar(BignumPtr number) : number_(std::move(number)) {
  BN_set_flags(number_.get(), BN_FLG_CONSTTIME);
}

Scalar Scalar::fromWide(const SecretBytes& wide) {
  const BignumPtr number(BN_secure_new());
  BignumPtr reduced(BN_secure_new());
  FLORIN_CHECK(number != nullptr && reduced != nullptr);
  BN_set_flags(number.get(), BN_FLG_CONSTTIME);
  const ByteView bytes = wide.expose();
  FLORIN_CHECK(BN_bin2bn(dataOf(bytes), checkedInt(bytes.size()), number.get()) != nullptr);
  const BnCtxPtr context = newBnContext();
  FLORIN_CHECK(
      BN_mod(reduced.get(), number.get(), EC_GROUP_get0_order(p256Group()), context.get()) == 1);
  return Scalar(std::move(reduced));
}

Result<Scalar> Scalar::fromBytes(const SecretBytes& bytes) {
  BignumPtr number = readScalar(bytes.expose());
  if (number == nullptr) return Error(Code::kMalformed, "not a scalar of P-256");
  return Scalar(std::move(number));
}

Scalar Scalar::random(base::Random& random) {
  return Scalar(readScalar(drawScalar(random).expose()));
}

SecretBytes Scalar::toBytes() const {
  SecretBytes bytes(kP256Scalar);
  FLORIN_CHECK(BN_bn2binpad(number_.get(), bytes.exposeMutable().data(), checkedInt(kP256Scalar)) ==
               checkedInt(kP256Scalar));
  return bytes;
}

Result<Point> Point::decode(ByteView bytes) {
  EcPointPtr point = readPoint(bytes);
  if (point == nullptr) return Error(Code::kMalformed, "not a point of P-256");
  return Point(std::move(point));
}

Point Point::generator() {
  EcPointPtr point(EC_POINT_dup(EC_GROUP_get0_generator(p256Group()), p256Group()));
  FLORIN_CHECK(point != nullptr);
  return Point(std::move(point));
}

Bytes Point::encode() const {
  FLORIN_CHECK(!isInfinity());
  return writePoint(point_.get());
}

Point Point::add(const Point& other) const {
  EcPointPtr sum = newPoint();
  const BnCtxPtr context = newBnContext();
  FLORIN_CHECK(
      EC_POINT_add(p256Group(), sum.get(), point_.get(), other.point_.get(), context.get()) == 1);
  return Point(std::move(sum));
}

Point Point::subtract(const Point& other) const { return add(other.negate()); }

Point Point::negate() const {
  EcPointPtr negated = copyOf(point_);
  const BnCtxPtr context = newBnContext();
  FLORIN_CHECK(EC_POINT_invert(p256Group(), negated.get(), context.get()) == 1);
  return Point(std::move(negated));
}

Point Point::multiply(const Scalar& scalar) const {
  EcPointPtr product = newPoint();
  const BnCtxPtr context = newBnContext();
  FLORIN_CHECK(EC_POINT_mul(p256Group(), product.get(), nullptr, point_.get(), scalar.number_.get(),
                            context.get()) == 1);
  return Point(std::move(product));
}

Point Point::multiplyGenerator(const Scalar& scalar) {
  EcPointPtr product = newPoint();
  const BnCtxPtr context = newBnContext();
  FLORIN_CHECK(EC_POINT_mul(p256Group(), product.get(), scalar.number_.get(), nullptr, nullptr,
                            context.get()) == 1);
  return Point(std::move(product));
}

bool Point::isInfinity() const { return EC_POINT_is_at_infinity(p256Group(), point_.get()) == 1; }

bool Point::equals(const Point& other) const {
  const BnCtxPtr context = newBnContext();
  const int compared = EC_POINT_cmp(p256Group(), point_.get(), other.point_.get(), context.get());
  FLORIN_CHECK(compared >= 0);
  return compared == 0;
}

}  // namespace florin::crypto
