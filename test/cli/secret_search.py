"""Finds a secret in bytes, whatever it was encoded in."""

import base64
import itertools

SHORTEST = 4  # bytes; what is shorter stands everywhere by chance


def base64_forms(data, encode):
    """What is the same of base64 text in which `data` begins at any of the three alignments."""
    for before in range(3):
        text = encode(bytes(before) + data).decode().rstrip("=")
        begin = (0, 2, 3)[before]
        end = len(text) - (1 if (before + len(data)) % 3 else 0)
        yield f"at {before}", text[begin:end].encode()


def packed_digits(digits):
    """The bytes of BCD in which `digits` begin at a byte or in its second half."""
    for half in (0, 1):
        whole = digits[half:]
        yield f"at half {half}", bytes.fromhex(whole[:len(whole) // 2 * 2])


def byte_forms(data):
    yield "raw", data
    yield "hex", data.hex().encode()
    yield "HEX", data.hex().upper().encode()
    for name, encode in (("base64", base64.b64encode), ("base64url", base64.urlsafe_b64encode)):
        for place, form in base64_forms(data, encode):
            yield f"{name} {place}", form


def forms(secret):
    """Every (name, bytes) that would show `secret`: text, or bytes of a key."""
    if isinstance(secret, bytes):
        yield from byte_forms(secret)
        return
    yield from byte_forms(secret.encode())
    if secret.isdigit():
        for place, packed in packed_digits(secret):
            for name, form in byte_forms(packed):
                yield f"BCD {place}, {name}", form


class Search:
    """Looks for named secrets in all their forms."""

    def __init__(self, secrets):
        """`secrets`: name -> text or bytes."""
        self.forms = [(f"{name} ({form})", needle) for name, secret in secrets.items()
                      for form, needle in forms(secret)]
        for what, needle in self.forms:
            assert len(needle) >= SHORTEST, f"{what} is too short to be looked for"

    def found_in(self, content):
        return [what for what, needle in self.forms if needle in content]


def planted(secret):
    """(name, bytes) that hold `secret` in every encoding: made another way than `forms`, to try the search on."""
    data = secret if isinstance(secret, bytes) else secret.encode()
    yield "raw", b"before" + data + b"after"
    yield "hex", b"".join(b"%02x" % byte for byte in data)
    yield "HEX", b"".join(b"%02X" % byte for byte in data)
    for before, after in itertools.product(range(4), range(4)):
        whole = b"<" * before + data + b">" * after
        yield f"base64 {before} {after}", base64.b64encode(whole)
        yield f"base64url {before} {after}", base64.b64encode(whole, b"-_")
    if isinstance(secret, str) and secret.isdigit():
        for before, after in itertools.product(("", "0", "57", "123"), ("", "f", "d3", "d35")):
            nibbles = [int(digit, 16) for digit in before + secret + after]
            nibbles += [0] * (len(nibbles) % 2)
            packed = bytes(16 * high + low for high, low in zip(nibbles[::2], nibbles[1::2]))
            yield f"BCD {before}-{after}", packed
            yield f"BCD {before}-{after} in base64", base64.b64encode(packed)
            yield f"BCD {before}-{after} in HEX", packed.hex().upper().encode()
