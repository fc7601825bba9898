"""Attacks on digitization: card data that is not what it should be (docs/protocol.md 2.4)."""

import json
import secrets

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import cms
import http_signature
import kdf
from attacks import attack, expect, refusal
from wallet import test_pan

CARD = {"fpan": "", "exp": "1235", "name": "PEER", "nonce": "peer"}


def request(wallet, content, key=None):
    content = content if isinstance(content, bytes) else json.dumps(content).encode()
    key = key or wallet.capture_key
    return {"correlationId": secrets.token_hex(16), "language": "en",
            "cardData": http_signature.base64url(cms.envelop(content, key, kdf.sha256(key)[:20]))}


def foreign_key():
    key = rsa.generate_private_key(65537, 2048).public_key()
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def good(**changes):
    return CARD | {"fpan": test_pan()} | changes


def other_check_digit():
    pan = test_pan()
    return pan[:-1] + str((int(pan[-1]) + 1) % 10)


CARDS = {
    "that-fails-luhn": (1023, lambda: good(fpan=other_check_digit())),
    "of-11-digits": (1023, lambda: good(fpan="99990000000")),
    "of-20-digits": (1023, lambda: good(fpan="9" * 20)),
    "with-letters": (1023, lambda: good(fpan="999900000000000A")),
    "of-month-13": (1023, lambda: good(exp="1335")),
    "with-cvv-of-2-digits": (1023, lambda: good(cvv="12")),
    "with-name-of-65-bytes": (1023, lambda: good(name="A" * 65)),
    "with-nonce-of-51-characters": (1023, lambda: good(nonce="a" * 51)),
    "with-a-wrong-nonce": (1023, lambda: good(nonce="a b")),
    "without-expiry": (1023, lambda: {key: value for key, value in good().items() if key != "exp"}),
    "with-an-unknown-member": (1023, lambda: good(track2="x")),
    "that-is-not-json": (1023, lambda: b"card"),
    "of-nothing": (1023, lambda: b""),
    "of-an-unknown-bin": (1002, lambda: good(fpan="4111111111111111")),
    "that-has-expired": (1001, lambda: good(exp="0120")),
}


def card_attack(name, code, make):
    @attack(f"card-data-{name}", code)
    def run(lab):
        wallet = lab.share("with_code")
        return refusal(wallet.digitize, request(wallet, make()))


for name, (code, make) in CARDS.items():
    card_attack(name, code, make)


@attack("card-data-for-another-key", 1023)
def another_key(lab):
    wallet = lab.share("with_code")
    return refusal(wallet.digitize, request(wallet, good(), foreign_key()))


def changed_data(name, change):
    @attack(f"card-data-{name}", 1023)
    def run(lab):
        wallet = lab.share("with_code")
        values = request(wallet, good())
        data = change(http_signature.unbase64url(values["cardData"]))
        return refusal(wallet.digitize, values | {"cardData": http_signature.base64url(data)})


changed_data("cut-by-a-byte", lambda data: data[:-1])
changed_data("longer-by-a-byte", lambda data: data + b"\0")
changed_data("of-zeros", lambda data: bytes(len(data)))
changed_data("with-the-last-block-changed", lambda data: data[:-1] + bytes([data[-1] ^ 1]))


@attack("card-digitized-twice", 1005)
def twice(lab):
    wallet, card = lab.registered(), good()
    wallet.enroll(wallet.digitize(request(wallet, card))["activationCode"])
    wallet.exchange()
    wallet.settle()
    return refusal(wallet.digitize, request(wallet, card))


@attack("correlation-id-with-another-body", 1021)
def other_body(lab):
    wallet = lab.registered()
    first = request(wallet, good())
    answer = wallet.digitize(first)
    expect(wallet.digitize(first) == answer, "the same request got another answer")
    return refusal(wallet.digitize, request(wallet, good()) | {"correlationId": first["correlationId"]})
