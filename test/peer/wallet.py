"""A wallet that keeps to docs/protocol.md. Each step is a method; the attacks replace one of them or its bytes."""

import json
import random
import secrets
import time

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap_with_padding

import cms
import http_signature
import kdf
import p256
import spake2plus
import wire
from http_signature import unbase64url
from noise import Initiator

VERSION = 1
CLAIM, REPLENISH, UPDATE = 1, 2, 3
CHANNEL, TRANSPORT = 1, 2
INSTALL_CARD, INSTALL_KEYS, ACTIVATE, SUSPEND, RESUME, DELETE, RENEW = range(1, 8)
ACTIVE_CARD, SUSPENDED_CARD = 2, 3
STATE_CHANGES = (ACTIVATE, SUSPEND, RESUME)
ROTATE_BACKEND_KEY, WIPE = 8, 10
WALLETS, DIGITIZATIONS = "/cps/v1/wallets", "/gateway/v1/digitizations"
ENROLLMENTS, EXCHANGE = "/cps/v1/enrollments", "/cps/v1/exchange"


def check(condition, what):
    if not condition:
        raise AssertionError(f"the backend broke the protocol: {what}")


SECRETS = set()  # PANs and activation codes that went through this peer: no log may show one


def test_pan(bin_digits="999900"):
    """A PAN of the test issuer, or of another BIN: 16 digits, valid by Luhn."""
    digits = bin_digits + "".join(random.choice("0123456789") for _ in range(9))
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(digits))
    pan = digits + str(-sum(n - 9 if n > 9 else n for n in doubled) % 10)
    SECRETS.add(pan)
    return pan


class Wallet:
    def __init__(self, transport):
        self.transport = transport
        self.id, self.key = secrets.token_bytes(16), p256.KeyPair()
        self.device, self.payment_transport = p256.KeyPair(), p256.KeyPair()
        self.ticket = None
        self.next_request = 1
        self.acks, self.applied, self.cards, self.wiped = [], 0, {}, False

    # Wallet secure enrollment, 2.3

    def registration(self):
        return {"walletId": self.id.hex(), "walletPublicKey": http_signature.base64url(self.key.public),
                "walletProviderId": "peer", "walletApplicationId": "peer"}

    def register(self):
        body = json.dumps(self.registration()).encode()
        answer = json.loads(self.transport.signed(self.key, self.id, WALLETS, body, "application/json"))
        self.backend_id = answer["backendId"].encode()
        self.identity_key = unbase64url(answer["identityKey"])
        self.capture_key = unbase64url(answer["captureKey"])
        signature = unbase64url(answer["captureKeySignature"])
        check(p256.verify(self.identity_key, b"florin capture key/1" + self.capture_key, signature), "capture key")
        digest = kdf.sha256(b"florin key check/1", self.id, self.key.public, self.identity_key, self.capture_key,
                            self.backend_id)
        check(answer["keyCheckValue"] == digest[:3].hex(), "key check value")
        return answer

    # Digitization, 2.4

    def digitization(self, pan=None):
        card = {"fpan": pan or test_pan(), "exp": "1235", "cvv": "123", "name": "PEER",
                "nonce": http_signature.base64url(secrets.token_bytes(16))}
        data = cms.envelop(json.dumps(card).encode(), self.capture_key, kdf.sha256(self.capture_key)[:20])
        return {"correlationId": secrets.token_hex(16), "cardData": http_signature.base64url(data), "language": "en"}

    def digitize(self, request=None):
        body = json.dumps(request or self.digitization()).encode()
        answer = json.loads(self.transport.signed(self.key, self.id, DIGITIZATIONS, body, "application/json"))
        check(answer["decision"] == "green", "the test issuer declines")
        SECRETS.add(answer["activationCode"])
        return answer

    # Enrollment, 4

    def make_e1(self, code, **changes):
        """E1's values. The run of SPAKE2+ stands in self.prover."""
        suite = spake2plus.suite_of(code)
        self.prover = spake2plus.Prover(*spake2plus.password(code, suite, self.id, self.backend_id))
        values = {"version": VERSION, "suite": suite, "walletId": self.id, "codeRef": spake2plus.code_ref(code),
                  "clientNonce": secrets.token_bytes(16), "shareP": self.prover.share_p}
        return values | changes

    def send_e1(self, e1):
        return self.transport.signed(self.key, self.id, ENROLLMENTS, e1)

    def take_e2(self, e1, e2):
        """Computes the keys. Gives E2's values; self.code_is_right says whether confirmV is right."""
        values, answer = wire.decode(wire.E1, e1), wire.decode(wire.E2, e2)
        name = b"HKDF-SHA256" if values["suite"] == 1 else b"scrypt N=32768 r=8 p=1"
        without_share = wire.encode(wire.E1, values | {"shareP": b""})
        context = (b"florin enrollment/1" + kdf.be32(values["version"]) + bytes([values["suite"]])
                   + kdf.be32(len(name)) + name + kdf.be32(len(self.backend_id)) + self.backend_id
                   + kdf.sha256(without_share))
        self.prover.finish(context, self.id, self.backend_id, answer["shareV"])
        self.code_is_right = answer["confirmV"] == self.prover.confirm_v
        self.enrollment_id = answer["enrollmentId"]
        self.associated = kdf.sha256(kdf.be32(len(e1)), e1, kdf.be32(len(e2)), e2, kdf.be32(32),
                                     self.prover.confirm_p)
        self.c2s, self.s2c, self.psk, self.challenge = (
            kdf.expand(self.prover.shared, label, 32) for label in ("c2s", "s2c", "psk", "attest"))
        return answer

    def attestation(self):
        name = b"florin self-attestation/1"
        return name + self.device.sign(name + self.challenge + self.device.public)

    def facts(self):
        return {"devicePublicKey": self.device.public, "transportPublicKey": self.payment_transport.public,
                "attestation": self.attestation(), "language": b"en", "deviceInfo": b"peer"}

    def make_e3(self, facts=None):
        """E3's values; `facts` may be the bytes of wrong ones."""
        if facts is None:
            facts = wire.encode(wire.DEVICE_FACTS, self.facts())
        return {"enrollmentId": self.enrollment_id, "confirmP": self.prover.confirm_p,
                "sealed": kdf.seal(self.c2s, bytes(12), facts, self.associated)}

    def finish_path(self, enrollment_id=None):
        return f"{ENROLLMENTS}/{(enrollment_id or self.enrollment_id).hex()}/finish"

    def send_e3(self, e3, enrollment_id=None):
        return self.transport.signed(self.key, self.id, self.finish_path(enrollment_id), e3)

    def take_e4(self, e4):
        sealed = wire.decode(wire.E4, e4)["sealed"]
        facts = wire.decode(wire.BACKEND_FACTS, kdf.unseal(self.s2c, bytes(12), sealed, self.associated))
        self.check_key(TRANSPORT, facts["transportKey"])
        self.take_channel_key(facts["channelKey"])
        self.device_id = facts["deviceId"]
        return facts

    def check_key(self, use, key):
        signed = b"florin backend key/1" + bytes([use]) + key["id"] + key["point"]
        check(p256.verify(self.identity_key, signed, key["signature"]), f"key of use {use}")

    def take_channel_key(self, key):
        self.check_key(CHANNEL, key)
        self.channel_key_id, self.channel_key = key["id"], key["point"]

    def enroll(self, code):
        """E1 to E4; gives the bytes of all four."""
        e1 = wire.encode(wire.E1, self.make_e1(code))
        e2 = self.send_e1(e1)
        self.take_e2(e1, e2)
        check(self.code_is_right, "confirmV")
        e3 = wire.encode(wire.E3, self.make_e3())
        e4 = self.send_e3(e3)
        self.take_e4(e4)
        return e1, e2, e3, e4

    # Exchange, 6

    def handshake(self):
        """KKpsk0 as enrolled."""
        prologue = (b"florin exchange/1" + kdf.be32(VERSION) + self.device_id + self.channel_key_id
                    + self.backend_id)
        return Initiator("KKpsk0", prologue, self.psk, self.device, self.channel_key)

    def follow_up(self):
        """NNpsk0 with the ticket."""
        ticket, psk = self.ticket
        prologue = b"florin follow-up/1" + kdf.be32(VERSION) + self.device_id + kdf.sha256(ticket) + self.backend_id
        return Initiator("NNpsk0", prologue, psk)

    def envelope(self, noise, with_ticket=False):
        values = {"version": VERSION, "deviceId": self.device_id, "noise": noise}
        return values | ({"ticket": self.ticket[0]} if with_ticket else {"channelKeyId": self.channel_key_id})

    def exchange_request(self, request=None):
        values = {"deviceTimeMs": int(time.time() * 1000), "vaultGeneration": 1, "acks": self.acks,
                  "cards": [{"tokenId": token, "lastAtc": card.last_atc, "keysLeft": len(card.keys)}
                            for token, card in self.cards.items()]}
        return values | ({"request": request} if request else {})

    def make_exchange(self, payload, with_ticket=False):
        """(the handshake, the body) for a payload."""
        handshake = self.follow_up() if with_ticket else self.handshake()
        return handshake, wire.encode(wire.ENVELOPE, self.envelope(handshake.write(payload), with_ticket))

    def send_exchange(self, handshake, body):
        """Gives the reply; keeps its ticket."""
        reply = wire.decode(wire.EXCHANGE_REPLY, handshake.read(self.transport.send(EXCHANGE, body)))
        if reply["ticket"]:
            self.ticket = (reply["ticket"], kdf.expand(handshake.ck, "florin follow-up/1", 32))
        return reply

    def exchange(self, request=None, with_ticket=False):
        """One exchange: sends the acks, applies what comes, raises nothing for a refused request."""
        sent = len(self.acks)
        payload = wire.encode(wire.EXCHANGE_REQUEST, self.exchange_request(request))
        reply = self.send_exchange(*self.make_exchange(payload, with_ticket))
        del self.acks[:sent]
        for operation in reply["operations"]:
            self.apply(operation)
        return reply

    def request(self, **values):
        """The next DeviceRequest; the caller counts it with an exchange."""
        self.next_request += 1
        return {"reqSeq": self.next_request - 1} | values

    def settle(self):
        """Exchanges until nothing comes any more, so that the last ack was answered too."""
        for _ in range(20):
            reply = self.exchange()
            if not reply["operations"] and not reply["more"]:
                return reply
        raise AssertionError("the backend broke the protocol: more without end")

    def apply(self, operation):
        if operation["opSeq"] <= self.applied:
            return
        self.applied = operation["opSeq"]
        self.acks.append({"opSeq": operation["opSeq"], "verdict": 1})
        token, kind, payload = operation["tokenId"], operation["type"], operation["payload"]
        if kind == INSTALL_CARD:
            self.cards[token] = Card(wire.decode(wire.INSTALL_CARD, payload))
        elif kind == RENEW:
            self.cards[token].renew(wire.decode(wire.INSTALL_CARD, payload))
        elif kind == INSTALL_KEYS:
            keys = wire.decode(wire.INSTALL_KEYS, payload)
            for key in keys["keys"]:
                self.cards[token].keys[key["kind"], key["number"]] = self.unwrap(keys, token, key)
        elif kind in STATE_CHANGES:
            self.cards[token].state = wire.decode(wire.SET_CARD_STATE, payload)["target"]
        elif kind == DELETE:
            self.cards.pop(token, None)
        elif kind == ROTATE_BACKEND_KEY:
            self.take_channel_key(wire.decode(wire.SIGNED_KEY, payload))
        elif kind == WIPE:
            self.cards, self.wiped = {}, True

    # Key transport, 7

    def unwrap(self, keys, token, key):
        label = kdf.sha256(b"florin kt/1", keys["transportKeyId"], self.device_id, token, bytes([key["kind"]]),
                           kdf.be32(key["number"]))
        agreed = self.payment_transport.agree(keys["transportPublicKey"])
        encryptor = Cipher(algorithms.AES(agreed), modes.ECB()).encryptor()
        return aes_key_unwrap_with_padding(encryptor.update(label) + encryptor.finalize(), key["wrapped"])


class Card:
    def __init__(self, installed):
        self.installed, self.state, self.keys, self.last_atc = installed, installed["target"], {}, 0

    def renew(self, installed):
        self.installed, self.state = installed, installed["target"]
