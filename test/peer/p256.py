"""NIST P-256 on Python integers, by hand: a library refuses to make the wrong points that an attacker makes.

A point is a pair (x, y), or None for infinity. Nothing here is constant-time: it is a test's peer, not a product.
"""

import hashlib
import secrets

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
A = P - 3
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)


def on_curve(point):
    x, y = point
    return 0 <= x < P and 0 <= y < P and (y * y - (x * x * x + A * x + B)) % P == 0


def negate(point):
    return None if point is None else (point[0], -point[1] % P)


def add(left, right):
    return _affine(_add(_jacobian(left), _jacobian(right)))


def multiply(scalar, point):
    """scalar * point, by doubling and adding from the top bit."""
    addend, total = _jacobian(point), (1, 1, 0)
    for bit in bin(scalar % N)[2:]:
        total = _double(total)
        if bit == "1":
            total = _add(total, addend)
    return _affine(total)


def encode(point):
    """The 65 bytes of docs/protocol.md 1, also of a point that is not on the curve."""
    return b"\x04" + point[0].to_bytes(32, "big") + point[1].to_bytes(32, "big")


def decode(data):
    if len(data) != 65 or data[0] != 4:
        raise ValueError("not an uncompressed point")
    point = (int.from_bytes(data[1:33], "big"), int.from_bytes(data[33:], "big"))
    if not on_curve(point):
        raise ValueError("a point off the curve")
    return point


def decompress(data):
    """The point of the 33-byte form in which RFC 9383 gives M and N."""
    x = int.from_bytes(data[1:], "big")
    y = pow(x * x * x + A * x + B, (P + 1) // 4, P)
    return (x, y if y % 2 == data[0] % 2 else P - y)


def random_scalar():
    return secrets.randbelow(N - 1) + 1


class KeyPair:
    """A secret scalar and its point. `public` is the encoded point."""

    def __init__(self, scalar=None):
        self.scalar = scalar or random_scalar()
        self.public = encode(multiply(self.scalar, G))

    def agree(self, public):
        """ECDH: the 32 bytes of x."""
        return multiply(self.scalar, decode(public))[0].to_bytes(32, "big")

    def sign(self, message):
        """ECDSA with SHA-256: r || s."""
        digest = int.from_bytes(hashlib.sha256(message).digest(), "big")
        nonce = random_scalar()
        r = multiply(nonce, G)[0] % N
        s = pow(nonce, -1, N) * (digest + r * self.scalar) % N
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def verify(public, message, signature):
    if len(signature) != 64:
        return False
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if not (0 < r < N and 0 < s < N):
        return False
    digest = int.from_bytes(hashlib.sha256(message).digest(), "big")
    inverse = pow(s, -1, N)
    point = add(multiply(digest * inverse, G), multiply(r * inverse, decode(public)))
    return point is not None and point[0] % N == r


def _jacobian(point):
    return (1, 1, 0) if point is None else (*point, 1)


def _affine(point):
    x, y, z = point
    if z == 0:
        return None
    inverse = pow(z, -1, P)
    return (x * inverse**2 % P, y * inverse**3 % P)


def _double(point):
    x, y, z = point
    if z == 0 or y == 0:
        return (1, 1, 0)
    s = 4 * x * y * y % P
    m = (3 * x * x + A * pow(z, 4, P)) % P
    x3 = (m * m - 2 * s) % P
    return (x3, (m * (s - x3) - 8 * pow(y, 4, P)) % P, 2 * y * z % P)


def _add(left, right):
    if left[2] == 0:
        return right
    if right[2] == 0:
        return left
    (x1, y1, z1), (x2, y2, z2) = left, right
    u1, u2 = x1 * z2 * z2 % P, x2 * z1 * z1 % P
    s1, s2 = y1 * pow(z2, 3, P) % P, y2 * pow(z1, 3, P) % P
    if u1 == u2:
        return _double(left) if s1 == s2 else (1, 1, 0)
    h, r = (u2 - u1) % P, (s2 - s1) % P
    h2, h3 = h * h % P, pow(h, 3, P)
    x3 = (r * r - h3 - 2 * u1 * h2) % P
    return (x3, (r * (u1 * h2 - x3) - s1 * h3) % P, h * z1 * z2 % P)
