// Internal to this room: what p256, p256_math and x509 share about the curve.
#pragma once

#include "base/random.h"
#include "crypto/openssl_handles.h"

namespace florin::crypto {

// p256Group is shared by all threads, which only read it.
const EC_GROUP* p256Group();

EcPointPtr newPoint();
BnCtxPtr newBnContext();

// readPoint gives null when `bytes` is not a point of the curve in the form its first byte says:
// 04 uncompressed, 02 or 03 compressed. OpenSSL checks that the point is on the curve.
EcPointPtr readPoint(ByteView bytes);

// writePoint gives 65 bytes. Infinity is a programmer's error.
Bytes writePoint(const EC_POINT* point);

// readScalar gives null when it is not 32 bytes of a number from 1 to n - 1.
BignumPtr readScalar(ByteView bytes);

// drawScalar takes 32 bytes at a time from `random` until they are such a number.
SecretBytes drawScalar(base::Random& random);

// importPrivate makes a key of a scalar from 1 to n - 1 and its point.
PkeyPtr importPrivate(ByteView point, const SecretBytes& scalar);

// importPublic gives null when `point` is not 65 bytes uncompressed and on the curve.
PkeyPtr importPublic(ByteView point);

}  // namespace florin::crypto
