"""Attacks on signed requests (docs/protocol.md 2.1): whoever does not prove the wallet key changes nothing."""

import base64
import hashlib
import json
import secrets
import time

import http_signature
import p256
import wire
from attacks import attack, expect, refusal
from wallet import DIGITIZATIONS, ENROLLMENTS, WALLETS

JSON = "application/json"


def e1_route(lab):
    wallet = lab.share("with_code")
    return wallet, ENROLLMENTS, wire.encode(wire.E1, wallet.make_e1(wallet.code)), "application/octet-stream"


def finish_route(lab):
    wallet = lab.share("at_e2")
    return wallet, wallet.finish_path(), wire.encode(wire.E3, wallet.make_e3()), "application/octet-stream"


def gateway_route(lab):
    wallet = lab.share("with_code")
    return wallet, DIGITIZATIONS, json.dumps(wallet.digitization()).encode(), JSON


def send(wallet, path, body, kind, headers):
    return wallet.transport.send(path, body, headers, content_type=kind)


def without(headers, name):
    return {key: value for key, value in headers.items() if key != name}


def flip(headers):
    signature = bytearray(base64.b64decode(headers["Signature"][8:-1]))
    signature[40] ^= 1
    return headers | {"Signature": f"florin=:{base64.b64encode(signature).decode()}:"}


def other_digest(headers, body):
    digest = base64.b64encode(hashlib.sha512(body).digest()).decode()
    return headers | {"Content-Digest": f"sha-512=:{digest}:"}


# name -> what goes in place of the honest headers
FORGERIES = {
    "unsigned": lambda w, path, body: {},
    "signed-by-another-key": lambda w, path, body: http_signature.headers(p256.KeyPair(), w.id, path, body),
    "unknown-wallet": lambda w, path, body: http_signature.headers(w.key, secrets.token_bytes(16), path, body),
    "signed-for-another-path": lambda w, path, body: http_signature.headers(w.key, w.id, path + "/x", body),
    "signed-for-another-method": lambda w, path, body: http_signature.headers(w.key, w.id, path, body, "PUT"),
    "digest-of-another-body": lambda w, path, body: http_signature.headers(w.key, w.id, path, body + b" "),
    "digest-by-sha-512": lambda w, path, body: other_digest(http_signature.headers(w.key, w.id, path, body), body),
    "signature-bit-flipped": lambda w, path, body: flip(http_signature.headers(w.key, w.id, path, body)),
    "signature-zero": lambda w, path, body: http_signature.headers(w.key, w.id, path, body) | {
        "Signature": f"florin=:{base64.b64encode(bytes(64)).decode()}:"},
    "no-digest": lambda w, path, body: without(http_signature.headers(w.key, w.id, path, body), "Content-Digest"),
    "no-signature": lambda w, path, body: without(http_signature.headers(w.key, w.id, path, body), "Signature"),
    "no-signature-input": lambda w, path, body: without(http_signature.headers(w.key, w.id, path, body),
                                                        "Signature-Input"),
    "nonce-of-8-bytes": lambda w, path, body: http_signature.headers(w.key, w.id, path, body, nonce=bytes(8)),
}

ROUTES = {"e1": (e1_route, 523), "e3": (finish_route, 523), "digitization": (gateway_route, 1017)}


def forgery(name, route, forge, code):
    @attack(name, code)
    def run(lab):
        wallet, path, body, kind = route(lab)
        return refusal(send, wallet, path, body, kind, forge(wallet, path, body))


def clock(name, route, seconds):
    @attack(name, 673)
    def run(lab):
        wallet, path, body, kind = route(lab)
        headers = http_signature.headers(wallet.key, wallet.id, path, body, created=int(time.time()) + seconds)
        refused = refusal(send, wallet, path, body, kind, headers)
        expect(abs(refused.answer["serverTimeMs"] / 1000 - time.time()) < 60, "serverTimeMs is not the time")
        return refused


for prefix, (route, code) in ROUTES.items():
    for name, forge in FORGERIES.items():
        forgery(f"{prefix}-{name}", route, forge, code)
    clock(f"{prefix}-ten-minutes-old", route, -600)
    clock(f"{prefix}-ten-minutes-early", route, 600)


@attack("e1-ten-minutes-old-by-another-key", 523)
def old_and_forged(lab):
    wallet, path, body, kind = e1_route(lab)
    headers = http_signature.headers(p256.KeyPair(), wallet.id, path, body, created=int(time.time()) - 600)
    return refusal(send, wallet, path, body, kind, headers)


@attack("e1-of-another-wallet", 523)
def e1_of_other(lab):
    """Wallet A signs an E1 that names wallet B: neither loses a try."""
    thief, victim = lab.share("at_e2"), lab.share("with_code")
    e1 = wire.encode(wire.E1, victim.make_e1(victim.code))
    return refusal(thief.send_e1, e1)


@attack("e1-with-a-query", 404, 523, 672)
def query(lab):
    wallet, path, body, kind = e1_route(lab)
    return refusal(send, wallet, path + "?a=b", body, kind, http_signature.headers(wallet.key, wallet.id, path, body))


def twice(name, route):
    """The same signed request again: the nonce counts once. A new signature over the same body gets the same answer."""
    @attack(name, 673)
    def run(lab):
        wallet, path, body, kind = route(lab)
        headers = http_signature.headers(wallet.key, wallet.id, path, body)
        answer = send(wallet, path, body, kind, headers)
        refused = refusal(send, wallet, path, body, kind, headers)
        again = send(wallet, path, body, kind, http_signature.headers(wallet.key, wallet.id, path, body))
        if kind != JSON:
            expect(answer == again, "the same message got another answer")
        return refused


class Own:
    """A Lab whose shared wallets are new ones, for what spends tries or codes."""

    def __init__(self, lab):
        self.share = lambda kind: getattr(lab, kind)()


for prefix, (route, _) in ROUTES.items():
    twice(f"{prefix}-sent-twice", lambda lab, route=route: route(Own(lab)))


@attack("nonce-of-another-request", 673)
def nonce_of_another(lab):
    wallet, path, body, kind = gateway_route(Own(lab))
    nonce = secrets.token_bytes(16)
    send(wallet, path, body, kind, http_signature.headers(wallet.key, wallet.id, path, body, nonce=nonce))
    other = json.dumps(wallet.digitization()).encode()
    return refusal(send, wallet, path, other, kind,
                   http_signature.headers(wallet.key, wallet.id, path, other, nonce=nonce))


# Wallet secure enrollment

@attack("wallet-registered-with-another-key", 533)
def registered_again(lab):
    wallet = lab.share("with_code")
    first, second = wallet.register(), wallet.register()
    expect(without(first, "serverTimeMs") == without(second, "serverTimeMs"), "the same request got another answer")
    own, wallet.key = wallet.key, p256.KeyPair()
    try:
        return refusal(wallet.register)
    finally:
        wallet.key = own


@attack("wallet-registered-by-a-key-it-does-not-bring", 523)
def registered_by_other(lab):
    wallet = lab.share("with_code")
    body = json.dumps(wallet.registration()).encode()
    return refusal(wallet.transport.signed, p256.KeyPair(), wallet.id, WALLETS, body, JSON)


@attack("wallet-registered-under-another-keyid", 523, 672)
def registered_under_other(lab):
    wallet = lab.share("with_code")
    body = json.dumps(wallet.registration()).encode()
    return refusal(wallet.transport.signed, wallet.key, secrets.token_bytes(16), WALLETS, body, JSON)
