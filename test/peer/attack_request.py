"""Attacks inside of the channel: repetition, reqSeq, acks, claims (docs/protocol.md 6.2, 6.3)."""

import copy
import secrets

import wire
from attacks import attack, expect, inside, refusal, send_payload
from wallet import CLAIM, REPLENISH, UPDATE


def claim(wallet, code):
    return wallet.request(type=CLAIM, code=code.encode())


def send_values(wallet, **values):
    return send_payload(wallet, wire.encode(wire.EXCHANGE_REQUEST, wallet.exchange_request() | values))


def send_request(wallet, **values):
    return send_values(wallet, request={"reqSeq": wallet.next_request} | values)


# Repetition

@attack("exchange-replayed", 568)
def replayed(lab):
    """Message 1 sent again gets the same operations and does nothing twice."""
    wallet = lab.active()
    request = wallet.exchange_request(claim(wallet, wallet.digitize()["activationCode"]))
    side, body = wallet.make_exchange(wire.encode(wire.EXCHANGE_REQUEST, request))
    first, *others = [wallet.send_exchange(copy.copy(side), body) for _ in range(4)]
    for other in others:
        for name in ("result", "operations", "status"):
            expect(other[name] == first[name], f"a replay got other {name}")
    expect(len(first["operations"]) == 2, "the card was not delivered")
    for operation in first["operations"]:
        wallet.apply(operation)
    wallet.settle()
    again = wallet.send_exchange(copy.copy(side), body)
    expect(not again["operations"] and again["result"] == first["result"], "a late replay did something")
    expect(len(wallet.cards) == 2, "two cards were expected")
    return refusal(wallet.exchange, {"reqSeq": wallet.next_request + 1, "type": UPDATE, "language": b"fr"})


@attack("ack-lost-and-repeated", 568)
def repeated_ack(lab):
    """Operations come until they are acknowledged, and not after that, however often the ack comes."""
    wallet = lab.bound()
    first = wallet.exchange_request()
    operations = [wallet.send_exchange(*wallet.make_exchange(wire.encode(wire.EXCHANGE_REQUEST, first)))["operations"]
                  for _ in range(3)]
    expect(len(operations[0]) == 2 and operations.count(operations[0]) == 3, "a redelivered operation differs")
    wallet.exchange()
    acks = list(wallet.acks)
    expect(len(acks) == 2, "two operations were expected")
    for _ in range(3):
        wallet.acks = list(acks)
        expect(not wallet.exchange()["operations"], "an operation came after its ack")
    return refusal(send_request, wallet, reqSeq=3, type=UPDATE, language=b"fr")


@attack("reqseq-too-new", 568)
def too_new(lab):
    wallet = lab.share("active")
    return refusal(send_request, wallet, reqSeq=wallet.next_request + 1, type=UPDATE, language=b"fr")


@attack("reqseq-far-too-new", 568)
def far_too_new(lab):
    return refusal(send_request, lab.share("active"), reqSeq=2**64 - 1, type=UPDATE, language=b"fr")


# Acks and reports

@attack("ack-of-an-unknown-operation", 568)
def unknown_ack(lab):
    return refusal(send_values, lab.share("active"), acks=[{"opSeq": 1000000, "verdict": 1}])


@attack("ack-with-verdict-3", 672)
def verdict_3(lab):
    return refusal(send_values, lab.share("active"), acks=[{"opSeq": 1, "verdict": 3}])


@attack("ack-applied-with-a-reason", 672)
def reason_of_applied(lab):
    return refusal(send_values, lab.share("active"), acks=[{"opSeq": 1, "verdict": 1, "reason": 1}])


@attack("257-acks", 672, 674)
def many_acks(lab):
    return refusal(send_values, lab.share("active"), acks=[{"opSeq": 1, "verdict": 1}] * 257)


@attack("101-card-reports", 672, 674)
def many_cards(lab):
    wallet = lab.share("active")
    return refusal(send_values, wallet, cards=[{"tokenId": secrets.token_bytes(16)} for _ in range(101)])


@attack("card-report-with-an-atc-over-the-last-psn", 672)
def atc(lab):
    wallet = lab.share("active")
    return refusal(send_values, wallet, cards=[{"tokenId": next(iter(wallet.cards)), "lastAtc": 99 * 65536}])


@attack("device-time-after-9999", 672)
def far_future(lab):
    return refusal(send_values, lab.share("active"), deviceTimeMs=253402300800000)


# What a request may hold

W = secrets.token_bytes(32)
MALFORMED = {
    "type-4": dict(type=4),
    "type-absent": dict(),
    "claim-of-nothing": dict(type=CLAIM),
    "claim-of-a-code-and-w0-w1": dict(type=CLAIM, code=b"A" * 26, w0=W, w1=W),
    "claim-with-w0-only": dict(type=CLAIM, w0=W),
    "claim-with-w0-of-31-bytes": dict(type=CLAIM, w0=W[1:], w1=W),
    "claim-with-a-token": dict(type=CLAIM, code=b"A" * 26, tokenId=W[:16]),
    "claim-of-a-code-of-33-characters": dict(type=CLAIM, code=b"A" * 33),
    "replenish-without-a-token": dict(type=REPLENISH),
    "replenish-with-a-language": dict(type=REPLENISH, tokenId=W[:16], language=b"fr"),
    "replenish-with-force-2": dict(type=REPLENISH, tokenId=W[:16], force=2),
    "update-with-a-code": dict(type=UPDATE, language=b"fr", code=b"A" * 26),
    "update-with-force": dict(type=UPDATE, language=b"fr", force=1),
    "update-in-capitals": dict(type=UPDATE, language=b"FR"),
    "update-to-three-letters": dict(type=UPDATE, language=b"fra"),
}


def malformed(name, values):
    @attack(f"request-{name}", 672)
    def run(lab):
        return refusal(send_request, lab.share("active"), **values)


for name, values in MALFORMED.items():
    malformed(name, values)


@attack("replenish-of-an-unknown-card", 524)
def unknown_card(lab):
    wallet = lab.active()
    return inside(wallet.exchange(wallet.request(type=REPLENISH, tokenId=secrets.token_bytes(16))))


@attack("replenish-of-the-card-of-another-device", 524)
def card_of_another(lab):
    victim, wallet = lab.share("active"), lab.active()
    return inside(wallet.exchange(wallet.request(type=REPLENISH, tokenId=next(iter(victim.cards)))))


# Claims

@attack("claim-of-a-wrong-code-until-no-tries-are-left", 555)
def wrong_claims(lab):
    wallet = lab.active()
    wallet.digitize()
    for left in (4, 3, 2, 1, 0):
        request = claim(wallet, "A" * 26)
        for _ in range(2):  # the same reqSeq again gets the stored result and costs nothing
            result = wallet.exchange(request)["result"]
            expect((result["status"], result["triesLeft"]) == (554, left), f"{result} instead of 554, {left} left")
    return inside(wallet.exchange(claim(wallet, "A" * 26)))


@attack("claim-of-the-code-of-another-wallet", 554)
def stolen(lab):
    victim, wallet = lab.share("with_code"), lab.active()
    return inside(wallet.exchange(claim(wallet, victim.code)))


@attack("claim-of-a-code-twice", 554)
def claimed_twice(lab):
    wallet = lab.active()
    code = wallet.digitize()["activationCode"]
    expect(wallet.exchange(claim(wallet, code))["result"]["status"] == 0, "the claim was refused")
    refused = inside(wallet.exchange(claim(wallet, code)))
    wallet.settle()
    expect(len(wallet.cards) == 2, "two cards were expected")
    return refused


GUESSES = {
    "by-a-wrong-w0-and-w1": (554, dict(w0=W, w1=W)),
    "with-w0-over-n": (554, dict(w0=b"\xff" * 32, w1=W)),
    "with-w0-and-w1-zero": (554, dict(w0=bytes(32), w1=bytes(32))),
    "of-a-code-that-is-not-text": (672, dict(code=b"\xff" * 26)),
    "of-a-typed-code": (672, dict(code=b"TYPED12345")),
}


def guess(name, code, values):
    @attack(f"claim-{name}", code)
    def run(lab):
        wallet = lab.active()
        reply = wallet.exchange(wallet.request(type=CLAIM, **values))
        expect(code == 672 or reply["result"]["triesLeft"] == 4, "a guess cost no try")
        return inside(reply)


for name, (code, values) in GUESSES.items():
    guess(name, code, values)
