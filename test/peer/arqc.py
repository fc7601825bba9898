#!/usr/bin/env python3
"""Recomputes the cryptograms of payments, written from EMV Book 2 and docs/protocol.md alone.

    arqc.py --keys D/custody.keys --program K2 REQUEST...

REQUEST is what `florin tap --save-request` writes, oldest first. The issuer master key of the
program is the test key in `custody.keys`. Exit status 1 when a cryptogram is another one, or ATCs do not grow.
"""

import argparse
import json
import sys
import warnings

from cryptography.hazmat.primitives.ciphers import Cipher, modes

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    try:
        from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
    except ImportError:
        from cryptography.hazmat.primitives.ciphers.algorithms import TripleDES

# What the cryptogram covers, in this order.
COVERED = ("9f02", "9f03", "9f1a", "95", "5f2a", "9a", "9c", "9f37", "82", "9f36", "9f10")
SINGLE_USE, LIMITED_USE = 1, 2


def tdes(key, block, decrypt=False):
    key = key * 3 if len(key) == 8 else key + key[:8]
    cipher = Cipher(TripleDES(key), modes.ECB())
    context = cipher.decryptor() if decrypt else cipher.encryptor()
    return context.update(block) + context.finalize()


def odd_parity(key):
    return bytes(byte if bin(byte).count("1") % 2 else byte ^ 1 for byte in key)


def tlv(data):
    """The objects of a flat TLV list by tag, in hex."""
    objects = {}
    while data:
        size = 2 if data[0] & 0x1F == 0x1F else 1
        tag, length = data[:size].hex(), data[size]
        size += 1
        if length == 0x81:
            length, size = data[size], size + 1
        objects[tag] = data[size:size + length]
        data = data[size + length:]
    return objects


def card_key(issuer_key, dpan, psn):
    """Book 2, A1.4.1; DPANs of at most 16 digits."""
    assert len(dpan) <= 16, "option B is not needed for our test ranges"
    digits = bytes.fromhex((dpan + psn)[-16:].rjust(16, "0"))
    inverted = bytes(byte ^ 0xFF for byte in digits)
    return odd_parity(tdes(issuer_key, digits) + tdes(issuer_key, inverted))


def session_key(key, atc):
    """Book 2, A1.3.1."""
    halves = (atc + bytes([mark]) + bytes(5) for mark in (0xF0, 0x0F))
    return odd_parity(b"".join(tdes(key, half) for half in halves))


def limited_key(key, index):
    """Key index of seven digits YHHHHCC (docs/protocol.md)."""
    blocks = (bytes.fromhex((half + f"{index:07d}" + "8").ljust(16, "0")) for half in "12")
    return b"".join(tdes(key, block) for block in blocks)


def mac(key, data):
    """ISO/IEC 9797-1 algorithm 3, padding method 2 (Book 2, A1.2.1)."""
    data += b"\x80"
    data += bytes(-len(data) % 8)
    left, right = key[:8], key[8:]
    state = bytes(8)
    for at in range(0, len(data), 8):
        state = tdes(left, bytes(a ^ b for a, b in zip(state, data[at:at + 8])))
    return tdes(left, tdes(right, state, decrypt=True))


def cryptogram(issuer_key, objects):
    iad = objects["9f10"]
    key = card_key(issuer_key, objects["5a"].hex().rstrip("f"), objects["5f34"].hex())
    if iad[1] == SINGLE_USE:
        key = session_key(key, objects["9f36"])
    else:
        assert iad[1] == LIMITED_USE
        key = limited_key(key, int.from_bytes(iad[7:11], "big"))
    return mac(key, b"".join(objects[tag] for tag in COVERED))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keys", required=True)
    parser.add_argument("--program", required=True)
    parser.add_argument("requests", nargs="+", metavar="REQUEST")
    options = parser.parse_args()
    with open(options.keys, encoding="ascii") as file:
        keys = {key["program"]: bytes.fromhex(key["key"]) for key in json.load(file)["issuerMasterKeys"]}
    last, good = -1, True
    for name in options.requests:
        with open(name, encoding="ascii") as file:
            objects = tlv(bytes.fromhex(json.load(file)["emv"]))
        made, atc = objects["9f26"], int.from_bytes(objects["9f36"], "big")
        equal = cryptogram(keys[options.program], objects) == made
        grows = atc > last
        print(f"ATC {atc}: {made.hex()} {'equal' if equal else 'NOT EQUAL'}{'' if grows else ', ATC DOES NOT GROW'}")
        last, good = atc, good and equal and grows
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
