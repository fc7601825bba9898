"""Combined data authentication as EMV Book 2 (5, 6) tells it: integers and SHA-1."""

import hashlib


def parse(data):
    """The TLV objects of one level: tag as hex, value."""
    objects, at = {}, 0
    while at < len(data):
        start = at
        at += 1
        if data[start] & 0x1F == 0x1F:
            while data[at] & 0x80:
                at += 1
            at += 1
        tag = data[start:at].hex()
        size = data[at]
        at += 1
        if size & 0x80:
            count = size & 0x7F
            size = int.from_bytes(data[at:at + count], "big")
            at += count
        objects[tag] = data[at:at + size]
        at += size
    return objects


def recover(signature, modulus, exponent, after):
    """The body of a block, whose hash is over it and `after`."""
    number = pow(*(int.from_bytes(part, "big") for part in (signature, exponent, modulus)))
    block = number.to_bytes(len(modulus), "big")
    if len(signature) != len(modulus) or block[0] != 0x6A or block[-1] != 0xBC:
        raise ValueError("not a signature of this key")
    body, digest = block[1:-21], block[-21:-1]
    if hashlib.sha1(body + after).digest() != digest:
        raise ValueError("a signature over other data")
    return body


def public_key(body, name_size, remainder):
    """The key in a certificate: name, expiry (2), serial (3), algorithms (2), two lengths, key."""
    size = body[1 + name_size + 7]
    return (body[1 + name_size + 9:] + bytes(len(remainder)))[:size - len(remainder)] + remainder


def card_key(records, static_data, authority):
    """From the authority's key to the card's. `records` are all objects of all records."""
    found = lambda tag: records.get(tag, b"")
    body = recover(found("90"), authority[0], authority[1], found("92") + found("9f32"))
    if body[0] != 2 or not records["5a"].hex().startswith(body[1:5].hex().rstrip("f")):
        raise ValueError("not the certificate of this card's issuer")
    issuer = public_key(body, 4, found("92"))
    body = recover(found("9f46"), issuer, found("9f32"), found("9f48") + found("9f47") + static_data)
    if body[0] != 4 or body[1:11].hex().rstrip("f") != records["5a"].hex().rstrip("f"):
        raise ValueError("not the certificate of this card")
    return public_key(body, 10, found("9f48")), found("9f47")


def opened(answer, key, unpredictable_number, pdol_data, cdol1_data):
    """The cryptogram that the card's signature holds, and its dynamic number."""
    objects = parse(parse(answer)["77"])
    body = recover(objects["9f4b"], key[0], key[1], unpredictable_number)
    if body[0] != 5 or body[1] != 1:
        raise ValueError("not dynamic data")
    data = body[3:3 + body[2]]
    number, rest = data[1:1 + data[0]], data[1 + data[0]:]
    if rest[:1] != objects["9f27"]:
        raise ValueError("another cryptogram information")
    unsigned = encode((tag, value) for tag, value in objects.items() if tag != "9f4b")
    if hashlib.sha1(pdol_data + cdol1_data + unsigned).digest() != rest[9:29]:
        raise ValueError("another transaction")
    return rest[1:9], number


def encode(objects):
    sized = lambda value: (b"" if len(value) < 128 else b"\x81") + bytes([len(value)]) + value
    return b"".join(bytes.fromhex(tag) + sized(value) for tag, value in objects)
