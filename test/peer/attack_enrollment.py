"""Attacks on the device enrollment (docs/protocol.md 4): points, confirmations, codes, tries, order."""

import secrets

import kdf
import p256
import spake2plus
import wire
from attacks import attack, expect, refusal
from wallet import ENROLLMENTS


def with_small_x():
    """A point of the curve whose x + p still fits in 32 bytes."""
    x = 1
    while not p256.on_curve(point := p256.decompress(b"\2" + x.to_bytes(32, "big"))):
        x += 1
    return point


def bad_points():
    good = p256.KeyPair().public
    point = p256.decode(good)
    off = p256.encode((point[0], point[1] ^ 1))
    small = with_small_x()
    return {
        "off-the-curve": off,
        "infinity": b"\0",
        "infinity-padded": bytes(65),
        "origin": b"\4" + bytes(64),
        "compressed": bytes([2 + point[1] % 2]) + good[1:33],
        "hybrid": bytes([6 + point[1] % 2]) + good[1:],
        "unknown-form": b"\5" + good[1:],
        "too-short": good[:-1],
        "too-long": good + b"\0",
        "x-over-p": b"\4" + (small[0] + p256.P).to_bytes(32, "big") + small[1].to_bytes(32, "big"),
        "y-is-p": b"\4" + good[1:33] + p256.P.to_bytes(32, "big"),
        "twist": b"\4" + bytes(31) + b"\5" + bytes(31) + b"\5",
    }


POINTS = bad_points()


def send_changed_e1(wallet, **changes):
    return wallet.send_e1(wire.encode(wire.E1, wallet.make_e1(wallet.code, **changes)))


def point_attacks(name, point):
    @attack(f"bad-point-{name}", 672)
    def share(lab):
        return refusal(send_changed_e1, lab.share("with_code"), shareP=point)

    for key in ("devicePublicKey", "transportPublicKey"):
        @attack(f"bad-{key.lower()}-{name}", 672)
        def facts(lab, key=key):
            wallet = lab.share("at_e2")
            e3 = wallet.make_e3(wire.encode(wire.DEVICE_FACTS, wallet.facts() | {key: point}))
            return refusal(wallet.send_e3, wire.encode(wire.E3, e3))


for name, point in POINTS.items():
    point_attacks(name, point)


@attack("share-that-makes-z-infinity", 672)
def z_infinity(lab):
    wallet = lab.share("with_code")
    wallet.make_e1(wallet.code)
    return refusal(send_changed_e1, wallet,
                   shareP=p256.encode(p256.multiply(wallet.prover.w0, spake2plus.M)))


# Versions and suites

@attack("version-2", 572)
def version(lab):
    return refusal(send_changed_e1, lab.share("with_code"), version=2)


@attack("suite-3", 672)
def suite(lab):
    return refusal(send_changed_e1, lab.share("with_code"), suite=3)


@attack("suite-1-without-coderef", 672)
def suite_without_ref(lab):
    return refusal(send_changed_e1, lab.share("with_code"), codeRef=b"")


@attack("suite-2-for-an-s1-code", 554)
def suite_mismatch(lab):
    """It names no open code, and so costs a try."""
    refused = refusal(send_changed_e1, lab.with_code(), suite=2, codeRef=b"")
    expect(refused.answer.get("triesLeft") == 4, "the guess cost no try")
    return refused


@attack("suite-2-with-a-coderef", 672)
def suite_with_ref(lab):
    return refusal(send_changed_e1, lab.share("with_code"), suite=2)


# Codes and tries

def wrong_code(code):
    return ("B" if code[-1] == "A" else "A").join((code[:-1], ""))


@attack("wrong-code-until-no-tries-are-left", 555)
def tries(lab):
    wallet = lab.with_code()
    for left in (4, 3, 2, 1, 0):
        values = wallet.make_e1(wallet.code)
        prover = wallet.prover = spake2plus.Prover(wallet.prover.w0 ^ 1, wallet.prover.w1)
        e1 = wire.encode(wire.E1, values | {"shareP": prover.share_p})
        e2 = wallet.send_e1(e1)
        expect(wallet.take_e2(e1, e2)["triesLeft"] == left, f"{left} tries should be left")
        expect(not wallet.code_is_right, "a wrong code was confirmed")
        expect(wallet.send_e1(e1) == e2, "the same E1 got another answer")
    return refusal(send_changed_e1, wallet)


@attack("code-of-nobody-until-no-tries-are-left", 555)
def unknown_ref(lab):
    wallet = lab.with_code()
    for left in (4, 3, 2, 1, 0):
        refused = refusal(send_changed_e1, wallet, codeRef=secrets.token_bytes(8))
        expect((refused.code, refused.answer.get("triesLeft")) == (554, left), f"{refused} instead of 554, {left} left")
    return refusal(send_changed_e1, wallet)


@attack("code-of-another-wallet", 554)
def stolen_code(lab):
    thief, victim = lab.with_code(), lab.share("with_code")
    return refusal(send_changed_e1, thief, codeRef=spake2plus.code_ref(victim.code))


@attack("no-code-issued", 523, 554, 555)
def no_code(lab):
    wallet = lab.registered()
    wallet.code = "A" * 26
    return refusal(send_changed_e1, wallet)


# Confirmations and seals

def e3_attack(name, *codes):
    """Registers an E3 whose values `change` makes from the honest ones; the honest one still works after it."""
    def register(change):
        @attack(name, *codes)
        def run(lab):
            wallet = lab.share("at_e2")
            return refusal(wallet.send_e3, wire.encode(wire.E3, wallet.make_e3() | change(wallet)))
        return change
    return register


@e3_attack("confirmv-echoed-as-confirmp", 568)
def echoed(wallet):
    return {"confirmP": wallet.prover.confirm_v}


@e3_attack("confirmp-zero", 568)
def zero(wallet):
    return {"confirmP": bytes(32)}


@e3_attack("confirmp-flipped", 568)
def flipped(wallet):
    return {"confirmP": bytes([wallet.prover.confirm_p[0] ^ 1]) + wallet.prover.confirm_p[1:]}


@e3_attack("seal-under-the-other-key", 568)
def other_key(wallet):
    facts = wire.encode(wire.DEVICE_FACTS, wallet.facts())
    return {"sealed": kdf.seal(wallet.s2c, bytes(12), facts, wallet.associated)}


@e3_attack("seal-without-associated-data", 568)
def no_associated(wallet):
    facts = wire.encode(wire.DEVICE_FACTS, wallet.facts())
    return {"sealed": kdf.seal(wallet.c2s, bytes(12), facts, b"")}


@e3_attack("seal-with-another-nonce", 568)
def other_nonce(wallet):
    facts = wire.encode(wire.DEVICE_FACTS, wallet.facts())
    return {"sealed": kdf.seal(wallet.c2s, bytes(11) + b"\1", facts, wallet.associated)}


@e3_attack("seal-too-short", 672)
def short_seal(wallet):
    return {"sealed": bytes(15)}


for bit in range(0, 128, 8):
    @e3_attack(f"seal-tag-bit-{bit}-flipped", 568)
    def flip_tag(wallet, place=bit // 8):
        sealed = bytearray(wallet.make_e3()["sealed"])
        sealed[place - 16] ^= 1
        return {"sealed": bytes(sealed)}


@e3_attack("enrollment-other-than-that-of-the-path", 568)
def other_in_path(wallet):
    return {"enrollmentId": secrets.token_bytes(16)}


@attack("swapped-confirmations", 568)
def swapped(lab):
    """Two enrollments of one wallet: the confirmation of the one for the other."""
    wallet = lab.at_e2()
    first = wallet.make_e3()
    e1 = wire.encode(wire.E1, wallet.make_e1(wallet.code))
    wallet.take_e2(e1, wallet.send_e1(e1))
    second = wallet.make_e3()
    refused = refusal(wallet.send_e3, wire.encode(wire.E3, second | {"confirmP": first["confirmP"]}))
    wallet.take_e4(wallet.send_e3(wire.encode(wire.E3, second)))
    return refused


# Order and repetition

@attack("finish-of-an-unknown-enrollment", 568)
def unknown_enrollment(lab):
    wallet, unknown = lab.share("at_e2"), secrets.token_bytes(16)
    e3 = wire.encode(wire.E3, wallet.make_e3() | {"enrollmentId": unknown})
    return refusal(wallet.send_e3, e3, unknown)


@attack("finish-by-another-wallet", 568)
def finish_by_other(lab):
    victim, thief = lab.share("at_e2"), lab.share("with_code")
    e3 = wire.encode(wire.E3, victim.make_e3())
    return refusal(thief.transport.signed, thief.key, thief.id, victim.finish_path(), e3)


@attack("another-e3-on-a-bound-enrollment", 568)
def second_e3(lab):
    wallet = lab.bound()
    expect(wallet.send_e1(wallet.e1) == wallet.e2, "the same E1 got another E2")
    expect(wallet.send_e3(wallet.e3) == wallet.e4, "the same E3 got another E4")
    again = wire.encode(wire.E3, wallet.make_e3())  # other attestation, the same device key
    expect(again != wallet.e3, "the attack is no attack")
    refused = refusal(wallet.send_e3, again)
    expect(wallet.send_e3(wallet.e3) == wallet.e4, "the same E3 got another E4")
    return refused


@attack("another-device-key-on-a-bound-enrollment", 568)
def other_key_on_bound(lab):
    wallet = lab.bound()
    own, wallet.device = wallet.device, p256.KeyPair()
    refused = refusal(wallet.send_e3, wire.encode(wire.E3, wallet.make_e3()))
    wallet.device = own
    expect(len(wallet.exchange()["operations"]) == 2, "the first device does not get its card")
    return refused


@attack("another-device-key-of-an-enrolled-wallet", 533)
def other_device(lab):
    wallet = lab.active()
    code = wallet.digitize()["activationCode"]
    own, wallet.device = wallet.device, p256.KeyPair()
    e1 = wire.encode(wire.E1, wallet.make_e1(code))
    wallet.take_e2(e1, wallet.send_e1(e1))
    refused = refusal(wallet.send_e3, wire.encode(wire.E3, wallet.make_e3()))
    wallet.device = own
    wallet.take_e4(wallet.send_e3(wire.encode(wire.E3, wallet.make_e3())))
    expect(len(wallet.exchange()["operations"]) == 2, "the wallet's own device does not get its card")
    return refused


@attack("e1-over-24-kib", 413, 674)
def e1_too_large(lab):
    wallet = lab.share("with_code")
    e1 = wire.encode(wire.E1, wallet.make_e1(wallet.code))
    return refusal(wallet.send_e1, e1 + wire.field(100, bytes(24 * 1024)))


@attack("e3-over-24-kib", 413, 674)
def e3_too_large(lab):
    wallet = lab.share("at_e2")
    e3 = wire.encode(wire.E3, wallet.make_e3())
    return refusal(wallet.send_e3, e3 + wire.field(100, bytes(24 * 1024)))


@attack("e1-sent-to-finish", 672)
def wrong_message(lab):
    wallet = lab.share("at_e2")
    return refusal(wallet.send_e3, wallet.e1)


@attack("e3-sent-as-e1", 672)
def wrong_message_2(lab):
    wallet = lab.share("at_e2")
    e3 = wire.encode(wire.E3, wallet.make_e3())
    return refusal(wallet.transport.signed, wallet.key, wallet.id, ENROLLMENTS, e3)
