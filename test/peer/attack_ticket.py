"""Attacks on follow-ups: what a ticket does not allow, and that a refused one costs nothing (docs/protocol.md 6.1)."""

import copy
import secrets

import p256
import wire
from attacks import attack, expect, refusal, send_raw_exchange
from wallet import UPDATE


def payload(wallet):
    return wire.encode(wire.EXCHANGE_REQUEST, wallet.exchange_request())


def with_ticket(lab):
    """The shared device with a new ticket."""
    wallet = lab.share("active")
    wallet.ticket = None
    wallet.exchange()
    expect(wallet.ticket, "the reply to KKpsk0 brought no ticket")
    return wallet


def send(wallet, side, **changes):
    values = wallet.envelope(side.write(payload(wallet)), with_ticket=True) | changes
    return wallet.send_exchange(side, wire.encode(wire.ENVELOPE, values))


def ticket_attack(name, *codes):
    """Registers an attack on the shared device; KKpsk0 still works after it."""
    def register(function):
        @attack(f"ticket-{name}", *codes)
        def run(lab):
            wallet = with_ticket(lab)
            refused = function(lab, wallet)
            expect(wallet.exchange()["status"] == 0, "KKpsk0 does not work any more")
            return refused
        return function
    return register


def changed(wallet, ticket=None, psk=None):
    wallet.ticket = (ticket or wallet.ticket[0], psk or wallet.ticket[1])
    return refusal(send, wallet, wallet.follow_up())


@ticket_attack("with-a-wrong-psk", 568)
def wrong_psk(lab, wallet):
    return changed(wallet, psk=secrets.token_bytes(32))


@ticket_attack("with-the-psk-of-enrollment", 568)
def enrollment_psk(lab, wallet):
    return changed(wallet, psk=wallet.psk)


@ticket_attack("made-up", 568)
def made_up(lab, wallet):
    return changed(wallet, ticket=secrets.token_bytes(len(wallet.ticket[0])))


@ticket_attack("of-one-byte", 568)
def one_byte(lab, wallet):
    return changed(wallet, ticket=b"x")


@ticket_attack("of-512-bytes", 568)
def long(lab, wallet):
    return changed(wallet, ticket=wallet.ticket[0].ljust(512, b"\0"))


@ticket_attack("of-513-bytes", 672)
def too_long(lab, wallet):
    return changed(wallet, ticket=wallet.ticket[0].ljust(513, b"\0"))


@ticket_attack("cut-by-a-byte", 568)
def cut(lab, wallet):
    return changed(wallet, ticket=wallet.ticket[0][:-1])


def flip_attack(share):
    @ticket_attack(f"bit-flipped-at-{share}-percent", 568)
    def flip(lab, wallet):
        ticket = bytearray(wallet.ticket[0])
        ticket[(len(ticket) - 1) * share // 100] ^= 1
        return changed(wallet, ticket=bytes(ticket))


for share in range(0, 101, 10):
    flip_attack(share)


@ticket_attack("of-another-device", 568)
def of_another(lab, wallet):
    """The other device's ticket with its psk, under our name."""
    victim = lab.active()
    wallet.ticket = victim.ticket
    return refusal(send, wallet, wallet.follow_up())


@ticket_attack("under-another-device", 568)
def under_another(lab, wallet):
    """Our ticket with its psk, under the other device's name."""
    victim, thief = lab.active(), copy.copy(wallet)
    thief.device_id = victim.device_id
    refused = refusal(send, thief, thief.follow_up())
    expect(victim.exchange()["status"] == 0, "the other device was harmed")
    return refused


@ticket_attack("other-than-that-of-the-prologue", 568)
def other_in_prologue(lab, wallet):
    old = wallet.ticket[0]
    wallet.exchange()
    return refusal(send, wallet, wallet.follow_up(), ticket=old)


@ticket_attack("with-kk", 568)
def with_kk(lab, wallet):
    """A message of KKpsk0 that comes with a ticket is a follow-up, and so forged."""
    return refusal(send, wallet, wallet.handshake())


@ticket_attack("beside-a-key-id", 672)
def with_key_id(lab, wallet):
    return refusal(send, wallet, wallet.follow_up(), channelKeyId=wallet.channel_key_id)


@ticket_attack("with-an-ephemeral-off-the-curve", 568, 672)
def off_curve(lab, wallet):
    point = p256.decode(p256.KeyPair().public)
    noise = p256.encode((point[0], point[1] ^ 1)) + wallet.follow_up().write(payload(wallet))[65:]
    return refusal(send_raw_exchange, wallet, wire.encode(wire.ENVELOPE, wallet.envelope(noise, with_ticket=True)))


@attack("ticket-follow-ups-replayed", 568)
def replayed(lab):
    """A follow-up does what KKpsk0 does, its replay nothing new, and its ticket serves again."""
    wallet = lab.active()
    expect(wallet.exchange()["status"] == 0 and wallet.ticket, "no ticket")
    for language in (b"fr", b"de", b"it"):
        request = wallet.exchange_request(wallet.request(type=UPDATE, language=language))
        side, body = wallet.make_exchange(wire.encode(wire.EXCHANGE_REQUEST, request), with_ticket=True)
        replies = [wallet.send_exchange(copy.copy(side), body) for _ in range(3)]
        expect(all(reply["result"] == replies[0]["result"] for reply in replies), "a replay got another result")
        expect(not replies[0]["result"]["status"], "the update was refused")
    wallet.ticket = (wallet.ticket[0], secrets.token_bytes(32))
    return refusal(send, wallet, wallet.follow_up())
