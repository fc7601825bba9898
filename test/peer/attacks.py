"""The list of attacks, what they attack, and the runner. The attacks stand in attack_*.py."""

import re

import wire
from transport import Refused
from wallet import EXCHANGE, Wallet

ATTACKS = {}  # name -> (function, the codes that may be answered)

# docs/protocol.md 9.
STATUS = {523: 404, 524: 404, 527: 404, 533: 409, 554: 403, 555: 403, 559: 403, 561: 409, 568: 409, 572: 400,
          581: 403, 582: 400, 584: 429, 588: 503, 597: 403, 598: 403, 599: 403, 602: 403, 603: 403, 670: 500,
          671: 503, 672: 400, 673: 401, 674: 413}

# docs/protocol.md 2.2: HTTP status -> CPS code, code of the gateway; what the server refuses before a route sees it.
SERVER = {400: (672, 1022), 404: (672, 1022), 405: (672, 1022), 408: (671, 1027), 413: (674, 1022), 415: (672, 1022),
          421: (672, 1022), 429: (671, 1027), 431: (674, 1022), 500: (670, 1027), 503: (671, 1027)}


class Broken(Exception):
    """The backend did not refuse, or something changed."""


def attack(name, *codes):
    """Registers a function of the Lab that gives a Refused."""
    def register(function):
        assert name not in ATTACKS, name
        ATTACKS[name] = (function, codes)
        return function
    return register


def refusal(call, *arguments, **named):
    try:
        call(*arguments, **named)
    except Refused as refused:
        return refused
    raise Broken("it was answered")


class Inside:
    """A refusal inside of the channel: the status of a request's result or of a whole reply."""

    def __init__(self, code):
        self.code = code


def inside(reply):
    """The refusal of the request in a reply."""
    status = reply["status"] or (reply["result"] or {"status": 0})["status"]
    expect(status != 0, "it was answered")
    return Inside(status)


def expect(condition, what):
    if not condition:
        raise Broken(what)


class Lab:
    """Wallets to attack. A shared one must be as it was when all attacks are over: close() looks."""

    def __init__(self, transport):
        self.transport = transport
        self.shared = {}

    def registered(self):
        wallet = Wallet(self.transport)
        wallet.register()
        return wallet

    def with_code(self):
        wallet = self.registered()
        wallet.code = wallet.digitize()["activationCode"]
        return wallet

    def at_e2(self):
        """A wallet with E1 and E2 behind it."""
        wallet = self.with_code()
        wallet.e1 = wire.encode(wire.E1, wallet.make_e1(wallet.code))
        wallet.e2 = wallet.send_e1(wallet.e1)
        wallet.tries_left = wallet.take_e2(wallet.e1, wallet.e2)["triesLeft"]
        return wallet

    def bound(self):
        """A wallet that sent E3."""
        wallet = self.at_e2()
        wallet.e3 = wire.encode(wire.E3, wallet.make_e3())
        wallet.e4 = wallet.send_e3(wallet.e3)
        wallet.take_e4(wallet.e4)
        return wallet

    def active(self):
        """A wallet with a card, everything acknowledged."""
        wallet = self.bound()
        wallet.exchange()
        wallet.settle()
        return wallet

    def share(self, kind):
        """The shared wallet of a kind: "with_code", "at_e2" or "active". Attacks leave it as it is."""
        if kind not in self.shared:
            self.shared[kind] = getattr(self, kind)()
        return self.shared[kind]

    def close(self):
        """Goes on honestly with each shared wallet. Gives the kinds."""
        for kind, wallet in self.shared.items():
            getattr(self, "go_on_" + kind)(wallet)
            yield kind

    def go_on_with_code(self, wallet):
        e1 = wire.encode(wire.E1, wallet.make_e1(wallet.code))
        answer = wallet.take_e2(e1, wallet.send_e1(e1))
        expect(wallet.code_is_right, "the code is not right any more")
        expect(answer["triesLeft"] == 4, f"an attack spent tries: {answer['triesLeft']} left instead of 4")
        wallet.take_e4(wallet.send_e3(wire.encode(wire.E3, wallet.make_e3())))
        self.go_on_active(wallet, news=2)

    def go_on_at_e2(self, wallet):
        wallet.take_e2(wallet.e1, wallet.send_e1(wallet.e1))
        wallet.take_e4(wallet.send_e3(wire.encode(wire.E3, wallet.make_e3())))
        self.go_on_active(wallet, news=2)

    def go_on_active(self, wallet, news=0):
        reply = wallet.exchange()
        expect(reply["status"] == 0, f"status {reply['status']}")
        expect(len(reply["operations"]) == news, f"{len(reply['operations'])} operations instead of {news}")
        wallet.settle()
        code = wallet.digitize()["activationCode"].encode()
        reply = wallet.exchange(wallet.request(type=1, code=code))
        expect(reply["result"] and not reply["result"]["status"], "the next card was refused")
        wallet.settle()


def send_payload(wallet, payload, **changes):
    """An exchange with any payload; `changes` are of the envelope."""
    handshake = wallet.handshake()
    values = wallet.envelope(handshake.write(payload)) | changes
    return wallet.send_exchange(handshake, wire.encode(wire.ENVELOPE, values))


def send_raw_exchange(wallet, body):
    return wallet.transport.send(EXCHANGE, body)


def judge(refused, codes):
    """Holds a refusal to docs/protocol.md 2.2 and 9."""
    if isinstance(refused, Inside):
        expect(refused.code in codes, f"{refused.code} inside of the channel instead of {codes}")
        return
    answer = refused.answer
    if refused.code in codes:
        expect(STATUS.get(refused.code, refused.status) == refused.status, f"{refused.code} with HTTP {refused.status}")
    else:  # the server of HTTP refused it, before any route was asked
        expect(refused.status in codes and refused.code in SERVER.get(refused.status, ()),
               f"HTTP {refused.status}, code {refused.code} instead of {codes}")
    known = {"code", "retryAfterMs", "triesLeft", "serverTimeMs", "correlationId", "verdict"}
    expect(set(answer) <= known, f"unknown members {set(answer) - known}")
    expect(isinstance(answer.get("serverTimeMs"), int), "no serverTimeMs")
    expect(re.fullmatch("[0-9a-f]{32}", answer.get("correlationId", "")), "no correlationId")


def load():
    """Imports the attacks, so that they register."""
    import attack_card  # noqa: F401
    import attack_encoding  # noqa: F401
    import attack_enrollment  # noqa: F401
    import attack_exchange  # noqa: F401
    import attack_http  # noqa: F401
    import attack_request  # noqa: F401
    import attack_json  # noqa: F401
    import attack_signature  # noqa: F401
    import attack_ticket  # noqa: F401


def run(transport, names):
    """Runs attacks by name; prints a line for each. True when all were refused and nothing changed."""
    lab, well = Lab(transport), True
    for name in names:
        function, codes = ATTACKS[name]
        try:
            refused = function(lab)
            judge(refused, codes)
            print(f"refused  {name}  {refused.code}", flush=True)
        except (Broken, Refused, AssertionError, ValueError, OSError) as error:
            well = False
            lab.shared.clear()  # what broke must not break the next ones
            print(f"BROKEN   {name}  {type(error).__name__}: {error}", flush=True)
    try:
        for kind in lab.close():
            print(f"intact   the wallet that was attacked {kind.replace('_', ' ')}", flush=True)
    except (Broken, Refused, AssertionError, ValueError, OSError) as error:
        well = False
        print(f"BROKEN   a shared wallet: {type(error).__name__}: {error}", flush=True)
    return well
