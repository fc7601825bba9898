#!/usr/bin/env python3
"""A wallet that shares no code with Florin: written from docs/protocol.md, to show that the document is enough.

  peer.py --backend https://HOST:PORT --ca FILE                enrolls, gets a card and its keys, claims a second one
  peer.py --backend ... --ca FILE --attack all|NAME[,NAME]     also breaks the rules; 0 only when all was refused
  peer.py --backend ... --ca FILE --document FILE              also holds every answer to the OpenAPI document
  peer.py --backend ... --ca FILE --secrets FILE               also writes the PANs and codes it used, a line each
  peer.py --list                                               names the attacks
"""

import argparse
import json
import pathlib
import sys

import attacks
import transport
import wallet as wallets
from wallet import Wallet, check


def step(name, what=""):
    print(f"{name:<9}{what}", flush=True)


def honest_flow(connection):
    """From nothing to two cards; gives the wallet."""
    wallet = Wallet(connection)
    wallet.register()
    step("wse", f"wallet {wallet.id.hex()} at {wallet.backend_id.decode()}")
    first = wallet.digitize()
    step("digitize", f"card {first['digitalCardId']} {first['decision']}, {first['product']} {first['panLastFour']}")
    e1, e2, e3, e4 = wallet.enroll(first["activationCode"])
    step("enroll", f"E1 {len(e1)}, E2 {len(e2)}, E3 {len(e3)}, E4 {len(e4)} bytes; device {wallet.device_id.hex()}")
    reply = wallet.exchange()
    step("exchange", f"{len(reply['operations'])} operations, ticket {'yes' if wallet.ticket else 'no'}")
    check(reply["status"] == 0 and reply["operations"], "nothing was delivered")
    wallet.settle()
    step("acked", describe(wallet))
    second = wallet.digitize()
    request = wallet.request(type=wallets.CLAIM, code=second["activationCode"].encode())
    reply = wallet.exchange(request, with_ticket=wallet.ticket is not None)
    check(reply["result"] and reply["result"]["status"] == 0, "the second code was not claimed")
    wallet.settle()
    step("claim", describe(wallet))
    check(len(wallet.cards) == 2, "two cards were expected")
    for card in wallet.cards.values():
        check(card.keys, "a card has no keys")
    return wallet


def describe(wallet):
    cards = (f"{card.installed['product'].decode()} {card.installed['panLastFour'].decode()} "
             f"with {len(card.keys)} keys" for card in wallet.cards.values())
    return "; ".join(cards)


def observer(document):
    """Who holds answers to a document; it needs jsonschema, which the rest does not."""
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "openapi"))
    from contract import Contract
    return Contract(json.loads(pathlib.Path(document).read_text(encoding="utf-8"))).check


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--backend")
    parser.add_argument("--ca")
    parser.add_argument("--attack", default="")
    parser.add_argument("--document")
    parser.add_argument("--secrets", type=pathlib.Path)
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    attacks.load()
    if options.list:
        print("\n".join(attacks.ATTACKS))
        return 0
    if not options.backend or not options.ca:
        parser.error("--backend and --ca are needed")
    names = list(attacks.ATTACKS) if options.attack == "all" else [name for name in options.attack.split(",") if name]
    if unknown := set(names) - set(attacks.ATTACKS):
        parser.error(f"no such attack: {', '.join(sorted(unknown))}")
    connection = transport.Transport(options.backend, options.ca, options.document and observer(options.document))
    honest_flow(connection)
    refused = True
    if names:
        refused = attacks.run(connection, names)
        honest_flow(connection)
    if options.secrets:
        options.secrets.write_text("\n".join(wallets.SECRETS), encoding="ascii")
    return 0 if refused else 1


if __name__ == "__main__":
    sys.exit(main())
