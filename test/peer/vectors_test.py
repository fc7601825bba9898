"""The peer's own cryptography against published vectors. Skips what is not there."""

import json
import os
import pathlib
import unittest

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import noise
import p256
import spake2plus
import wire

VECTORS = pathlib.Path(os.environ.get("FLORIN_VECTORS", "/nonexistent"))


def vectors(name):
    path = VECTORS / name
    if not path.exists():
        raise unittest.SkipTest(f"no {name}: set FLORIN_VECTORS to its folder")
    return json.loads(path.read_text())


class X25519:
    """The published vectors are for 25519."""

    name, length = "25519", 32

    def __init__(self, secret):
        self.secret = X25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
        self.public = self.secret.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def agree(self, public):
        return self.secret.exchange(X25519PublicKey.from_public_bytes(public))


class VectorsTest(unittest.TestCase):
    def test_spake2plus_is_rfc_9383(self):
        v = vectors("spake2plus.json")
        number = {name: int(v[name], 16) for name in ("w0", "w1", "x")}
        prover = spake2plus.Prover(**number)
        self.assertEqual(prover.share_p.hex(), v["shareP"])
        prover.finish(v["context"].encode(), v["idProver"].encode(), v["idVerifier"].encode(),
                      bytes.fromhex(v["shareV"]))
        self.assertEqual(prover.shared.hex(), v["K_shared"])
        self.assertEqual(prover.confirm_p.hex(), v["confirmP"])
        self.assertEqual(prover.confirm_v.hex(), v["confirmV"])

    def test_noise_is_the_published_one(self):
        seen = 0
        for v in vectors("noise.json")["vectors"]:
            pattern = v["protocol_name"].split("_")[1]
            if pattern not in noise.PATTERNS:
                continue
            static = X25519(v["init_static"]) if "init_static" in v else None
            remote = bytes.fromhex(v.get("init_remote_static", ""))
            side = noise.Initiator(pattern, bytes.fromhex(v["init_prologue"]), bytes.fromhex(v["init_psks"][0]),
                                   static, remote, X25519)
            first, second = v["messages"][:2]
            message = side.write(bytes.fromhex(first["payload"]), X25519(v["init_ephemeral"]))
            self.assertEqual(message.hex(), first["ciphertext"])
            self.assertEqual(side.read(bytes.fromhex(second["ciphertext"])).hex(), second["payload"])
            self.assertEqual(side.h.hex(), v["handshake_hash"])
            seen += 1
        self.assertEqual(seen, 2)

    def test_a_signature_verifies_and_a_changed_one_does_not(self):
        key = p256.KeyPair()
        signature = key.sign(b"text")
        self.assertTrue(p256.verify(key.public, b"text", signature))
        self.assertFalse(p256.verify(key.public, b"Text", signature))

    def test_the_curve_has_order_n(self):
        self.assertIsNone(p256.add(p256.multiply(p256.N - 1, p256.G), p256.G))
        self.assertEqual(p256.multiply(2, p256.G), p256.add(p256.G, p256.G))

    def test_the_decoder_wants_canonical_form(self):
        values = {"opSeq": 300, "verdict": 1, "reason": 0}
        data = wire.encode(wire.ACK, values)
        self.assertEqual(data.hex(), "08ac021001")
        self.assertEqual(wire.decode(wire.ACK, data), values)
        for wrong in ("100108ac02", "08ac0208ac021001", "08ac82001001", "08ac0210011800", "10"):
            with self.assertRaises(ValueError, msg=wrong):
                wire.decode(wire.ACK, bytes.fromhex(wrong))


if __name__ == "__main__":
    unittest.main()
