"""The prover of SPAKE2+ (RFC 9383), suite P256-SHA256-HKDF-SHA256-HMAC-SHA256; docs/protocol.md 3 and 4.2."""

import hashlib
import re

import kdf
import p256

M = p256.decompress(bytes.fromhex("02886e2f97ace46e55ba9dd7242579f2993b64e16ef3dcab95afd497333d8fa12f"))
N = p256.decompress(bytes.fromhex("03d8bbd6c639c62937b04d997f38c3770719c629d7014d49a24b4f98baa1292b49"))

S1, S2 = 1, 2


def suite_of(code):
    return S1 if re.fullmatch("[A-Z2-7]{26}", code) else S2


def code_ref(code):
    return kdf.hkdf(code.encode(), "florin code/1", "ref", 8) if suite_of(code) == S1 else b""


def password(code, suite, wallet_id, backend_id):
    """(w0, w1) of an activation code."""
    salt = b"florin code/1" + wallet_id + backend_id
    if suite == S1:
        wide = kdf.hkdf(code.encode(), salt, "w0w1", 80)
    else:
        wide = hashlib.scrypt(code.encode(), salt=salt, n=32768, r=8, p=1, maxmem=2**26, dklen=80)
    return tuple(int.from_bytes(half, "big") % p256.N for half in (wide[:40], wide[40:]))


class Prover:
    """One run. `share_p` may be replaced by an attacker before finish()."""

    def __init__(self, w0, w1, x=None):
        self.w0, self.w1, self.x = w0, w1, x or p256.random_scalar()
        self.share_p = p256.encode(
            p256.add(p256.multiply(self.x, p256.G), p256.multiply(self.w0, M)))

    def finish(self, context, id_prover, id_verifier, share_v):
        """Computes the keys of RFC 9383, 3.4 and 4; `confirm_v` is what the verifier must have sent."""
        base = p256.add(p256.decode(share_v), p256.negate(p256.multiply(self.w0, N)))
        z, v = p256.multiply(self.x, base), p256.multiply(self.w1, base)
        if z is None or v is None:
            raise ValueError("Z or V is infinity")
        parts = (context, id_prover, id_verifier, p256.encode(M), p256.encode(N), self.share_p,
                 share_v, p256.encode(z), p256.encode(v), self.w0.to_bytes(32, "big"))
        main = kdf.sha256(*(len(part).to_bytes(8, "little") + part for part in parts))
        confirmation = kdf.hkdf(main, b"", "ConfirmationKeys", 64)
        self.shared = kdf.hkdf(main, b"", "SharedKey", 32)
        self.confirm_p = kdf.mac(confirmation[:32], share_v)
        self.confirm_v = kdf.mac(confirmation[32:], self.share_p)
