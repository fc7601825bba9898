"""Wrong encodings: each field missing, doubled, too long, of the wrong type; and what is not canonical.

The tables name a valid message, how to send bytes in its place, and which of its fields must be there.
"""

import secrets

import wire
from attacks import attack, refusal, send_payload, send_raw_exchange

LONG = {"attestation": 16385, "pushToken": 4097, "deviceInfo": 1025, "language": 3}  # others are of a fixed size


def e1(lab):
    wallet = lab.share("with_code")
    return wire.E1, wallet.make_e1(wallet.code), wallet.send_e1


def e3(lab):
    wallet = lab.share("at_e2")
    return wire.E3, wallet.make_e3(), wallet.send_e3


def device_facts(lab):
    wallet = lab.share("at_e2")
    values = wallet.facts() | {"pushToken": b"token"}
    return wire.DEVICE_FACTS, values, lambda facts: wallet.send_e3(wire.encode(wire.E3, wallet.make_e3(facts)))


def envelope(lab):
    wallet = lab.share("active")
    payload = wire.encode(wire.EXCHANGE_REQUEST, wallet.exchange_request())
    return (wire.ENVELOPE, wallet.envelope(wallet.handshake().write(payload)),
            lambda body: send_raw_exchange(wallet, body))


def full_request(wallet):
    """An ExchangeRequest with everything in it; its acks are repetitions, its request is the last one of all."""
    update = {"reqSeq": wallet.next_request, "type": 3, "pushToken": b"token", "language": b"fr"}
    return wallet.exchange_request(update) | {"acks": [{"opSeq": 1, "verdict": 1}]}


def exchange_request(lab):
    wallet = lab.share("active")
    return wire.EXCHANGE_REQUEST, full_request(wallet), lambda payload: send_payload(wallet, payload)


def nested(number, schema, values):
    """A message inside of an ExchangeRequest: its bytes take the place of field `number`."""
    def message(lab):
        wallet = lab.share("active")

        def send(content):
            head = wire.encode(wire.EXCHANGE_REQUEST, {"deviceTimeMs": 1, "vaultGeneration": 1})
            return send_payload(wallet, head + wire.field(number, content))
        return schema, values(wallet), send
    return message


update = nested(3, wire.DEVICE_REQUEST, lambda wallet: full_request(wallet)["request"])
ack = nested(4, wire.ACK, lambda wallet: {"opSeq": 1, "verdict": 2, "reason": 1})
card_report = nested(5, wire.CARD_REPORT,
                     lambda wallet: {"tokenId": next(iter(wallet.cards)), "lastAtc": 1, "keysLeft": 9})

# name -> (message, its fields that may be absent)
MESSAGES = {
    "e1": (e1, ()),
    "e3": (e3, ()),
    "facts": (device_facts, ("attestation", "pushToken", "language", "deviceInfo")),
    "envelope": (envelope, ("ticket",)),
    "request": (exchange_request, ("deviceTimeMs", "vaultGeneration", "request", "acks", "cards")),
    "update": (update, ("pushToken", "language", "code", "tokenId", "force", "w0", "w1")),
    "ack": (ack, ("reason",)),
    "card": (card_report, ("lastAtc", "keysLeft")),
}


def without(values, name):
    return {key: value for key, value in values.items() if key != name}


def doubled(schema, values, name):
    """The field twice, at its place."""
    one = [row for row in schema if row[0] == name]
    out = b""
    for row in schema:
        encoded = wire.encode([row], {row[0]: values.get(row[0])})
        out += encoded * (2 if row in one else 1)
    return out


def replaced(schema, values, name, value):
    """The field with a value of any kind, at its place."""
    out = b""
    for row in schema:
        field = wire.field(row[1], value) if row[0] == name else wire.encode([row], {row[0]: values.get(row[0])})
        out += field
    return out


def field_attacks(prefix, message, optional, schema, lab_values):
    for name, number, kind in schema:
        present = name in lab_values
        base = f"{prefix}-{name.lower()}"
        if present and name not in optional:
            register(f"{base}-missing", message, lambda s, v, n=name: wire.encode(s, without(v, n)))
        if not present:
            continue
        if not (isinstance(kind, list) and isinstance(kind[0], list)):
            register(f"{base}-doubled", message, lambda s, v, n=name: doubled(s, v, n))
        wrong = 1 if kind != wire.INT else b"\1"
        register(f"{base}-wrong-type", message, lambda s, v, n=name, w=wrong: replaced(s, v, n, w))
        empty = 0 if kind == wire.INT else b""
        if not isinstance(kind, list):
            register(f"{base}-explicit-empty", message, lambda s, v, n=name, w=empty: replaced(s, v, n, w))
        if kind == wire.INT:
            register(f"{base}-over-64-bits", message, lambda s, v, n=name: replaced(s, v, n, 2**64 + 1))
        elif kind == wire.BYTES and name not in ("noise", "sealed"):
            register(f"{base}-too-long", message, lambda s, v, n=name: replaced(s, v, n, longer(n, v[n])), 672, 674)


def longer(name, value):
    return secrets.token_bytes(LONG[name]) if name in LONG else value + b"\0"


def register(name, message, change, *codes):
    @attack(name, *(codes or (672,)))
    def run(lab):
        schema, values, send = message(lab)
        return refusal(send, change(schema, values))


def reordered(schema, values):
    return b"".join(reversed(wire.fields(schema, values)))


def long_tag(schema, values):
    first = wire.encode(schema, values)
    return bytes([first[0] | 128, 0]) + first[1:]


def unknown_first(schema, values):
    return wire.field(100, b"x") + wire.encode(schema, values)


def unknown_group(schema, values):
    return wire.encode(schema, values) + wire.varint(100 << 3 | 3) + wire.varint(100 << 3 | 4)


def field_zero(schema, values):
    return wire.encode(schema, values) + b"\0\0"


def cut(share):
    return lambda schema, values: (lambda data: data[:int(len(data) * share)])(wire.encode(schema, values))


WHOLE = {"reordered": reordered, "long-varint": long_tag, "unknown-first": unknown_first,
         "field-zero": field_zero, "unknown-group": unknown_group, "empty": lambda schema, values: b"",
         "not-a-message": lambda schema, values: b"\xff" * 64,
         "cut-to-a-quarter": cut(0.25), "cut-to-half": cut(0.5),
         "without-last-byte": lambda schema, values: wire.encode(schema, values)[:-1]}

SHAPES = {
    "e1": (wire.E1, ("version", "suite", "walletId", "codeRef", "clientNonce", "shareP")),
    "e3": (wire.E3, ("enrollmentId", "confirmP", "sealed")),
    "facts": (wire.DEVICE_FACTS, ("devicePublicKey", "transportPublicKey", "attestation", "pushToken", "language",
                                  "deviceInfo")),
    "envelope": (wire.ENVELOPE, ("version", "deviceId", "channelKeyId", "noise")),
    "request": (wire.EXCHANGE_REQUEST, ("deviceTimeMs", "vaultGeneration", "request", "acks", "cards")),
    "update": (wire.DEVICE_REQUEST, ("reqSeq", "type", "pushToken", "language")),
    "ack": (wire.ACK, ("opSeq", "verdict", "reason")),
    "card": (wire.CARD_REPORT, ("tokenId", "lastAtc", "keysLeft")),
}

for prefix, (message, optional) in MESSAGES.items():
    schema, present = SHAPES[prefix]
    field_attacks(prefix, message, optional, schema, present)
    for name, change in WHOLE.items():
        if prefix not in ("e1", "e3", "envelope") and name in ("empty", "cut-to-a-quarter", "cut-to-half"):
            continue  # inside of others; a cut may fall between two fields
        register(f"{prefix}-{name}", message, change)
