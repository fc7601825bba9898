"""CMS EnvelopedData (RFC 5652) for one recipient: AES-256-CBC, the key by RSA-OAEP with SHA-256 (RFC 4055)."""

import secrets

from cryptography.hazmat.primitives import hashes, padding, serialization
from cryptography.hazmat.primitives.asymmetric import padding as rsa_padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

SEQUENCE, SET, OCTETS, INTEGER, OID, NULL = 0x30, 0x31, 0x04, 0x02, 0x06, 0x05


def der(tag, *contents):
    content = b"".join(contents)
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 128 | len(length)]) + length + content


def oid(text):
    first, second, *rest = map(int, text.split("."))
    content = bytes([40 * first + second])
    for arc in rest:
        groups = [arc & 127]
        while arc := arc >> 7:
            groups.insert(0, arc & 127 | 128)
        content += bytes(groups)
    return der(OID, content)


SHA256 = der(SEQUENCE, oid("2.16.840.1.101.3.4.2.1"), der(NULL))
OAEP = der(SEQUENCE, oid("1.2.840.113549.1.1.7"),
           der(SEQUENCE, der(0xA0, SHA256), der(0xA1, der(SEQUENCE, oid("1.2.840.113549.1.1.8"), SHA256))))
DATA, ENVELOPED_DATA = oid("1.2.840.113549.1.7.1"), oid("1.2.840.113549.1.7.3")
AES_256_CBC = "2.16.840.1.101.3.4.1.42"


def envelop(content, public_key, recipient):
    """EnvelopedData for an RSA SubjectPublicKeyInfo; `recipient` is the subject key identifier that names it."""
    key, iv = secrets.token_bytes(32), secrets.token_bytes(16)
    padder = padding.PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    ciphertext = encryptor.update(padder.update(content) + padder.finalize()) + encryptor.finalize()
    encrypted_key = serialization.load_der_public_key(public_key).encrypt(
        key, rsa_padding.OAEP(rsa_padding.MGF1(hashes.SHA256()), hashes.SHA256(), None))
    info = der(SEQUENCE, der(INTEGER, b"\2"), der(0x80, recipient), OAEP, der(OCTETS, encrypted_key))
    encrypted = der(SEQUENCE, DATA, der(SEQUENCE, oid(AES_256_CBC), der(OCTETS, iv)), der(0x80, ciphertext))
    return der(SEQUENCE, ENVELOPED_DATA,
               der(0xA0, der(SEQUENCE, der(INTEGER, b"\2"), der(SET, info), encrypted)))
