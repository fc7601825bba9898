"""HKDF of RFC 5869 with SHA-256, and the AEAD: AES-256-GCM."""

import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def mac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def expand(key, info, length):
    info = info.encode() if isinstance(info, str) else info
    result, block, count = b"", b"", 0
    while len(result) < length:
        count += 1
        block = mac(key, block + info + bytes([count]))
        result += block
    return result[:length]


def hkdf(key, salt, info, length):
    salt = salt.encode() if isinstance(salt, str) else salt
    return expand(mac(salt or bytes(32), key), info, length)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def be32(number):
    return number.to_bytes(4, "big")


def seal(key, nonce, plaintext, associated):
    return AESGCM(key).encrypt(nonce, plaintext, associated)


def unseal(key, nonce, sealed, associated):
    """Raises cryptography.exceptions.InvalidTag."""
    return AESGCM(key).decrypt(nonce, sealed, associated)
