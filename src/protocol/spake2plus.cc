#include "protocol/spake2plus.h"

#include <array>

#include "base/bytes.h"
#include "crypto/equal.h"
#include "crypto/hash.h"
#include "crypto/hmac.h"
#include "crypto/kdf.h"
#include "crypto/p256.h"

namespace florin::protocol {

using crypto::Point;
using crypto::Scalar;

namespace {

// RFC 9383, section 4: points whose discrete logarithms nobody knows.
struct Constants {
  Point m;
  Point n;
};

Point decodeConstant(std::string_view compressed) {
  return Point::decode(base::fromHex(compressed).value()).value();
}

const Constants& constants() {
  static const Constants both{
      decodeConstant("02886e2f97ace46e55ba9dd7242579f2993b64e16ef3dcab95afd497333d8fa12f"),
      decodeConstant("03d8bbd6c639c62937b04d997f38c3770719c629d7014d49a24b4f98baa1292b49")};
  return both;
}

// The transcript has lengths in 8 bytes, little-endian (RFC 9383, 3.3).
void hashField(crypto::Sha256& hash, ByteView field) {
  std::array<std::uint8_t, 8> length{};
  std::uint64_t left = field.size();
  for (std::uint8_t& byte : length) {
    byte = static_cast<std::uint8_t>(left);
    left >>= 8;
  }
  hash.update(length).update(field);
}

struct Shares {
  ByteView shareP;
  ByteView shareV;
};

struct KeySchedule {
  Bytes confirmP;
  Bytes confirmV;
  SecretBytes kShared;
};

// RFC 9383, 3.4. kMalformed when Z or V is infinity: the shares then leave no secret.
Result<KeySchedule> schedule(const Spake2Names& names, const Shares& shares, const Point& z,
                             const Point& v, const SecretBytes& w0) {
  if (z.isInfinity() || v.isInfinity()) return Error(Code::kMalformed, "shares without a secret");
  const SecretBytes zBytes = SecretBytes::take(z.encode());
  const SecretBytes vBytes = SecretBytes::take(v.encode());
  crypto::Sha256 hash;
  for (const ByteView field :
       {ByteView(names.context), ByteView(names.idProver), ByteView(names.idVerifier)}) {
    hashField(hash, field);
  }
  hashField(hash, constants().m.encode());
  hashField(hash, constants().n.encode());
  for (const ByteView field :
       {shares.shareP, shares.shareV, zBytes.expose(), vBytes.expose(), w0.expose()}) {
    hashField(hash, field);
  }
  crypto::Digest digest = hash.finish();
  const SecretBytes main = SecretBytes::copyOf(digest);
  for (volatile std::uint8_t& byte : digest) byte = 0;

  const SecretBytes confirmation =
      crypto::hkdf(main, {}, base::asBytes("ConfirmationKeys"), 2 * digest.size());
  const SecretBytes keyP = SecretBytes::copyOf(confirmation.expose().first(digest.size()));
  const SecretBytes keyV = SecretBytes::copyOf(confirmation.expose().subspan(digest.size()));
  KeySchedule keys;
  keys.confirmP = base::toBytes(crypto::hmacSha256(keyP, shares.shareV));
  keys.confirmV = base::toBytes(crypto::hmacSha256(keyV, shares.shareP));
  keys.kShared = crypto::hkdf(main, {}, base::asBytes("SharedKey"), digest.size());
  return keys;
}

// decodeShare takes the uncompressed form only.
Result<Point> decodeShare(ByteView share) {
  if (share.size() != crypto::kP256Point) return Error(Code::kMalformed, "a share is 65 bytes");
  return Point::decode(share);
}

Result<Scalar> secretScalar(const SecretBytes& bytes) {
  auto scalar = Scalar::fromBytes(bytes);
  if (!scalar.ok()) return Error(Code::kInvalidArgument, "not a scalar");
  return scalar;
}

}  // namespace

SecretBytes Registration::toBytes() const {
  return SecretBytes::take(base::concat(w0.expose(), l));
}

Result<Registration> Registration::fromBytes(const SecretBytes& bytes) {
  const ByteView all = bytes.expose();
  if (all.size() != crypto::kP256Scalar + crypto::kP256Point) {
    return Error(Code::kCorrupted, "a registration is 97 bytes");
  }
  return Registration{SecretBytes::copyOf(all.first(crypto::kP256Scalar)),
                      base::toBytes(all.subspan(crypto::kP256Scalar))};
}

Result<Registration> makeRegistration(const Spake2Secrets& secrets) {
  FLORIN_TRY(secretScalar(secrets.w0));
  FLORIN_TRY_ASSIGN(const Scalar w1, secretScalar(secrets.w1));
  return Registration{secrets.w0.clone(), Point::multiplyGenerator(w1).encode()};
}

Result<Spake2Prover> Spake2Prover::start(const Spake2Secrets& secrets, base::Random& random) {
  return resume(secrets, Scalar::random(random).toBytes());
}

Result<Spake2Prover> Spake2Prover::resume(const Spake2Secrets& secrets, const SecretBytes& x) {
  FLORIN_TRY_ASSIGN(Scalar w0, secretScalar(secrets.w0));
  FLORIN_TRY_ASSIGN(Scalar w1, secretScalar(secrets.w1));
  FLORIN_TRY_ASSIGN(Scalar exponent, secretScalar(x));
  const Point share = Point::multiplyGenerator(exponent).add(constants().m.multiply(w0));
  if (share.isInfinity()) return Error(Code::kInvalidArgument, "x cancels w0");
  return Spake2Prover(std::move(w0), std::move(w1), std::move(exponent), share.encode());
}

Result<Spake2Prover::Confirmed> Spake2Prover::finish(const Spake2Names& names, ByteView shareV,
                                                     ByteView confirmV) && {
  FLORIN_TRY_ASSIGN(const Point share, decodeShare(shareV));
  const Point masked = share.subtract(constants().n.multiply(w0_));
  FLORIN_TRY_ASSIGN(KeySchedule keys, schedule(names, {shareP_, shareV}, masked.multiply(x_),
                                               masked.multiply(w1_), w0_.toBytes()));
  if (!crypto::equal(keys.confirmV, confirmV)) {
    return Error(Code::kUnauthenticated, "confirmV: another code");
  }
  return Confirmed{std::move(keys.confirmP), std::move(keys.kShared)};
}

Result<Spake2Answer> respondSpake2(const Registration& record, const Spake2Names& names,
                                   ByteView shareP, base::Random& random) {
  auto w0 = Scalar::fromBytes(record.w0);
  auto l = decodeShare(record.l);
  if (!w0.ok() || !l.ok()) return Error(Code::kCorrupted, "registration record");
  FLORIN_TRY_ASSIGN(const Point share, decodeShare(shareP));
  const Point masked = share.subtract(constants().m.multiply(*w0));

  const Scalar y = Scalar::random(random);
  const Point own = Point::multiplyGenerator(y).add(constants().n.multiply(*w0));
  if (own.isInfinity()) return Error(Code::kInternal, "y cancels w0");
  Spake2Answer answer;
  answer.shareV = own.encode();
  FLORIN_TRY_ASSIGN(KeySchedule keys, schedule(names, {shareP, answer.shareV}, masked.multiply(y),
                                               l->multiply(y), record.w0));
  answer.confirmV = std::move(keys.confirmV);
  answer.expectedConfirmP = std::move(keys.confirmP);
  answer.kShared = std::move(keys.kShared);
  return answer;
}

}  // namespace florin::protocol
