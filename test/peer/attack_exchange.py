"""Attacks on the exchange: the handshake, the envelope, and what may stand in a request (docs/protocol.md 6)."""

import secrets

import kdf
import p256
import wire
from attack_enrollment import POINTS
from attacks import attack, expect, refusal, send_raw_exchange
from http_signature import unbase64url
from noise import Initiator


def payload(wallet, **values):
    return wire.encode(wire.EXCHANGE_REQUEST, wallet.exchange_request() | values)


def prologue(wallet, version=1, device_id=None, key_id=None, backend=None):
    return (b"florin exchange/1" + kdf.be32(version) + (device_id or wallet.device_id)
            + (key_id or wallet.channel_key_id) + (backend or wallet.backend_id))


def handshake(wallet, psk=None, device=None, channel_key=None, **changes):
    return Initiator("KKpsk0", prologue(wallet, **changes), psk or wallet.psk, device or wallet.device,
                     channel_key or wallet.channel_key)


def send(wallet, side, **envelope):
    values = wallet.envelope(side.write(payload(wallet))) | envelope
    return wallet.send_exchange(side, wire.encode(wire.ENVELOPE, values))


HANDSHAKES = {
    "wrong-psk": lambda w: handshake(w, psk=secrets.token_bytes(32)),
    "psk-zero": lambda w: handshake(w, psk=bytes(32)),
    "wrong-device-key": lambda w: handshake(w, device=p256.KeyPair()),
    "wrong-channel-key": lambda w: handshake(w, channel_key=p256.KeyPair().public),
    "prologue-of-version-2": lambda w: handshake(w, version=2),
    "prologue-of-another-device": lambda w: handshake(w, device_id=secrets.token_bytes(16)),
    "prologue-of-another-key": lambda w: handshake(w, key_id=secrets.token_bytes(16)),
    "prologue-of-another-backend": lambda w: handshake(w, backend=w.backend_id + b"x"),
    "nn-without-a-ticket": lambda w: Initiator("NNpsk0", prologue(w), w.psk),
}


def forged(name, make):
    @attack(f"exchange-{name}", 568)
    def run(lab):
        wallet = lab.share("active")
        return refusal(send, wallet, make(wallet))


for name, make in HANDSHAKES.items():
    forged(name, make)


def with_verdict(wallet, body):
    """The refusal of an exchange that names what is gone; checks the identity key's signature under it (6.4)."""
    refused = refusal(send_raw_exchange, wallet, body)
    signed = b"florin verdict/1" + kdf.be32(523) + wire.decode(wire.ENVELOPE, body)["deviceId"] + kdf.sha256(body)
    verdict = unbase64url(refused.answer.get("verdict", ""))
    expect(p256.verify(wallet.identity_key, signed, verdict), "no verdict that verifies")
    return refused


def envelope_attack(name, *codes, **changes):
    @attack(f"exchange-{name}", *codes)
    def run(lab):
        wallet = lab.share("active")
        values = wallet.envelope(wallet.handshake().write(payload(wallet)))
        body = wire.encode(wire.ENVELOPE, values | {key: make(values[key]) for key, make in changes.items()})
        return with_verdict(wallet, body) if 523 in codes else refusal(send_raw_exchange, wallet, body)


envelope_attack("version-2", 572, version=lambda _: 2)
envelope_attack("version-over-32-bits", 672, version=lambda _: 2**32 + 1)
envelope_attack("of-an-unknown-device", 523, deviceId=lambda _: secrets.token_bytes(16))
envelope_attack("of-a-device-of-zeros", 523, 672, deviceId=lambda _: bytes(16))
envelope_attack("to-an-unknown-key", 523, channelKeyId=lambda _: secrets.token_bytes(16))
envelope_attack("noise-of-80-bytes", 672, noise=lambda noise: noise[:80])
envelope_attack("noise-of-65536-bytes", 672, 674, noise=lambda noise: noise.ljust(65536, b"\0"))
envelope_attack("noise-cut-by-a-byte", 568, noise=lambda noise: noise[:-1])
envelope_attack("noise-longer-by-a-byte", 568, noise=lambda noise: noise + b"\0")
for point_name, point in POINTS.items():
    if len(point) == 65:
        envelope_attack(f"ephemeral-{point_name}", 568, 672, noise=lambda noise, point=point: point + noise[65:])


@attack("exchange-as-another-device", 568)
def other_device(lab):
    """A device that exists, named by one that has not its keys."""
    thief, victim = lab.share("active"), lab.active()
    return refusal(send, thief, thief.handshake(), deviceId=victim.device_id)


@attack("exchange-before-e3", 523)
def before_e3(lab):
    """There is no device yet: the wallet can only guess at its id and its keys."""
    wallet, other = lab.share("at_e2"), lab.share("active")
    wallet.device_id, wallet.channel_key_id, wallet.channel_key = (
        wallet.enrollment_id, other.channel_key_id, other.channel_key)
    body = wire.encode(wire.ENVELOPE, wallet.envelope(wallet.handshake().write(payload(wallet))))
    return refusal(send_raw_exchange, wallet, body)


ENVELOPE_HEAD = 2 + 18 + 18 + 3  # version, deviceId, channelKeyId, and the tag and length of noise


def flipped(place):
    """What a bit at this place of the body changes, and so what may be answered."""
    if place < 2:
        return (572, 672)
    if place < ENVELOPE_HEAD:
        return (523, 672)
    return (568, 672) if place < ENVELOPE_HEAD + 65 else (568,)


def flip_attack(place):
    @attack(f"exchange-bit-flipped-in-byte-{place}", *flipped(place))
    def run(lab):
        wallet = lab.share("active")
        body = bytearray(wire.encode(wire.ENVELOPE, wallet.envelope(wallet.handshake().write(
            payload(wallet, acks=[{"opSeq": 1, "verdict": 1}] * 10)))))
        expect(place < len(body), "there is no such byte")
        body[place] ^= 1 << place % 8
        return refusal(send_raw_exchange, wallet, bytes(body))


for place in range(1, 200, 16):
    flip_attack(place)
