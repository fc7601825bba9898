"""The initiator of Noise (revision 34): KKpsk0 and NNpsk0 with AESGCM and SHA256; docs/protocol.md 5."""

import kdf
import p256

PATTERNS = {"KKpsk0": (("psk", "e", "es", "ss"), ("e", "ee", "se")),
            "NNpsk0": (("psk", "e"), ("e", "ee"))}


class P256Dh:
    name, length = "P256", 65
    generate = p256.KeyPair


class Initiator:
    """One handshake: write() gives message 1, read() takes message 2. `ck` and `h` are final after it."""

    def __init__(self, pattern, prologue, psk, static=None, remote_static=None, dh=P256Dh):
        self.messages, self.psk, self.static, self.remote_static = PATTERNS[pattern], psk, static, remote_static
        self.dh, self.key = dh, None
        name = f"Noise_{pattern}_{dh.name}_AESGCM_SHA256".encode()
        self.h = name.ljust(32, b"\0") if len(name) <= 32 else kdf.sha256(name)
        self.ck = self.h
        self.mix_hash(prologue)
        if static:
            self.mix_hash(static.public)
            self.mix_hash(remote_static)

    def mix_hash(self, data):
        self.h = kdf.sha256(self.h, data)

    def mix_key(self, material):
        out = kdf.hkdf(material, self.ck, b"", 64)
        self.ck, self.key, self.count = out[:32], out[32:], 0

    def mix_key_and_hash(self, material):
        out = kdf.hkdf(material, self.ck, b"", 96)
        self.ck, self.key, self.count = out[:32], out[64:], 0
        self.mix_hash(out[32:64])

    def nonce(self):
        self.count += 1
        return bytes(4) + (self.count - 1).to_bytes(8, "big")

    def write(self, payload, ephemeral=None):
        message = b""
        self.ephemeral = ephemeral or self.dh.generate()
        for token in self.messages[0]:
            if token == "psk":
                self.mix_key_and_hash(self.psk)
            elif token == "e":
                message += self.ephemeral.public
                self.mix_hash(self.ephemeral.public)
                self.mix_key(self.ephemeral.public)  # every pattern here has a psk
            elif token == "es":
                self.mix_key(self.ephemeral.agree(self.remote_static))
            elif token == "ss":
                self.mix_key(self.static.agree(self.remote_static))
        sealed = kdf.seal(self.key, self.nonce(), payload, self.h)
        self.mix_hash(sealed)
        return message + sealed

    def read(self, message):
        remote, sealed = message[:self.dh.length], message[self.dh.length:]
        self.mix_hash(remote)
        self.mix_key(remote)
        self.mix_key(self.ephemeral.agree(remote))
        if "se" in self.messages[1]:
            self.mix_key(self.static.agree(remote))
        payload = kdf.unseal(self.key, self.nonce(), sealed, self.h)
        self.mix_hash(sealed)
        return payload
