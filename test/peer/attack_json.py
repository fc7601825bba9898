"""Wrong JSON: each member missing, doubled, too long, of the wrong type; and bodies that are no object.

docs/protocol.md 2.3 and 2.4. The enveloped card is JSON too.
"""

import secrets

import http_signature
import p256
from attack_card import good, request
from attacks import attack, refusal
from wallet import DIGITIZATIONS, WALLETS


class Text(str):
    """JSON that is written as it stands."""


def write(value):
    if isinstance(value, Text):
        return str(value)
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def write_object(members):
    return "{" + ",".join(f"{write(name)}:{write(value)}" for name, value in members) + "}"


WRONG_TYPES = {"null": "null", "true": "true", "a-number": "7", "an-object": '{"a":"b"}', "an-array": '["a"]'}
ODD_TEXTS = {"empty": "", "with-a-nul": Text('"a\\u0000b"'), "with-half-a-surrogate": Text('"\\ud800"'),
             "of-5000-bytes": "a" * 5000}

# What a body as a whole may be.
BODIES = {
    "empty": lambda good: b"",
    "null": lambda good: b"null",
    "an-array": lambda good: b"[" + good + b"]",
    "a-text": lambda good: b'"' + b"a" * 20 + b'"',
    "an-empty-object": lambda good: b"{}",
    "cut": lambda good: good[:-1],
    "with-something-behind": lambda good: good + b"{}",
    "with-an-unknown-member": lambda good: good[:-1] + b',"more":1}',
    "with-a-comma-at-the-end": lambda good: good[:-1] + b",}",
    "with-a-comment": lambda good: b"/* */" + good,
    "with-single-quotes": lambda good: good.replace(b'"', b"'"),
    "after-a-byte-order-mark": lambda good: b"\xef\xbb\xbf" + good,
    "in-utf-16": lambda good: good.decode().encode("utf-16"),
    "with-bytes-that-are-not-utf-8": lambda good: good[:-1] + b',"a":"\xff"}',
    "nested-5000-deep": lambda good: good[:-1] + b',"a":' + b"[" * 5000 + b"]" * 5000 + b"}",
    "of-a-protocol-buffer": lambda good: b"\x08\x01\x12\x10" + bytes(16),
}


def wse(lab):
    """A registration that would be good, by a wallet that was not seen before."""
    wallet = lab.registered()
    wallet.id, wallet.key = secrets.token_bytes(16), p256.KeyPair()
    return wallet, WALLETS, wallet.registration()


def digitize(lab):
    wallet = lab.share("with_code")
    return wallet, DIGITIZATIONS, wallet.digitization()


def sent(wallet, path, body):
    return refusal(wallet.transport.signed, wallet.key, wallet.id, path, body, "application/json")


def member_attacks(prefix, codes, names, optional, send):
    """`send(lab, change)` sends a good object whose members, a list of pairs, `change` has changed."""
    def register(name, change):
        @attack(f"{prefix}-{name}", *codes)
        def run(lab):
            return send(lab, change)

    def replaced(name, value):
        return lambda members: [(key, value if key == name else old) for key, old in members]

    for name in names:
        base = name.lower()
        if name not in optional:
            register(f"{base}-missing", lambda members, n=name: [pair for pair in members if pair[0] != n])
        register(f"{base}-doubled", lambda members, n=name: members + [pair for pair in members if pair[0] == n])
        register(f"{base}-named-in-capitals",
                 lambda members, n=name: [(key.upper() if key == n else key, old) for key, old in members])
        for kind, value in WRONG_TYPES.items():
            register(f"{base}-{kind}", replaced(name, Text(value)))
        for kind, value in ODD_TEXTS.items():
            if (name, kind) not in optional:
                register(f"{base}-{kind}", replaced(name, value))


def message_attacks(prefix, message, codes, names):
    def send(lab, change):
        wallet, path, values = message(lab)
        return sent(wallet, path, write_object(change(list(values.items()))).encode())

    def body_attack(name, change):
        @attack(f"{prefix}-{name}", *codes)
        def run(lab):
            wallet, path, values = message(lab)
            return sent(wallet, path, change(write_object(values.items()).encode()))

    member_attacks(prefix, codes, names, (), send)
    for name, change in BODIES.items():
        body_attack(name, change)


def send_card(lab, change):
    wallet = lab.share("with_code")
    return refusal(wallet.digitize, request(wallet, write_object(change(list(good(cvv="123").items()))).encode()))


message_attacks("wse", wse, (672, 674), ("walletId", "walletPublicKey", "walletProviderId", "walletApplicationId"))
message_attacks("digitize", digitize, (1022, 1023), ("correlationId", "cardData", "language"))
member_attacks("card-data", (1023,), ("fpan", "exp", "cvv", "name", "nonce"), ("cvv", ("name", "empty")), send_card)


# Values that are of the right type and wrong

OFF_THE_CURVE = b"\4" + bytes(63) + b"\1"
VALUES = {
    "walletId-of-15-bytes": ("walletId", lambda good: good[2:]),
    "walletId-in-capitals": ("walletId", lambda good: "AB" + good[2:]),
    "walletId-that-is-not-hex": ("walletId", lambda good: "zz" + good[2:]),
    "walletId-of-another": ("walletId", lambda good: secrets.token_hex(16)),
    "walletPublicKey-off-the-curve": ("walletPublicKey", lambda good: http_signature.base64url(OFF_THE_CURVE)),
    "walletPublicKey-at-infinity": ("walletPublicKey", lambda good: http_signature.base64url(b"\0")),
    "walletPublicKey-compressed":
        ("walletPublicKey", lambda good: http_signature.base64url(b"\2" + http_signature.unbase64url(good)[1:33])),
    "walletPublicKey-of-64-bytes": ("walletPublicKey", lambda good: good[:-2]),
    "walletPublicKey-padded": ("walletPublicKey", lambda good: good + "="),
    "walletPublicKey-of-another": ("walletPublicKey", lambda good: http_signature.base64url(p256.KeyPair().public)),
    "walletProviderId-of-65-bytes": ("walletProviderId", lambda good: "a" * 65),
    "walletApplicationId-of-65-bytes": ("walletApplicationId", lambda good: "a" * 65),
}


def value_attack(name, member, change):
    @attack(f"wse-{name.lower()}", 672, 523)
    def run(lab):
        wallet, path, values = wse(lab)
        values = values | {member: change(values[member])}
        return sent(wallet, path, write_object(values.items()).encode())


for name, (member, change) in VALUES.items():
    value_attack(name, member, change)
