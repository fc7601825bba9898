"""Canonical Protocol Buffers, only what docs/protocol.md uses: numbers, byte strings and messages in them.

A schema is a list of (name, number, kind); a kind is INT, OPTIONAL_INT, BYTES, a schema, or [schema] when it repeats.
"""

INT, BYTES = "int", "bytes"
OPTIONAL_INT = "optional int"  # may be there and zero; None when absent

E1 = [("version", 1, INT), ("suite", 2, INT), ("walletId", 3, BYTES), ("codeRef", 4, BYTES),
      ("clientNonce", 5, BYTES), ("shareP", 6, BYTES)]
E2 = [("enrollmentId", 1, BYTES), ("shareV", 2, BYTES), ("confirmV", 3, BYTES), ("triesLeft", 4, INT)]
E3 = [("enrollmentId", 1, BYTES), ("confirmP", 2, BYTES), ("sealed", 3, BYTES)]
E4 = [("sealed", 1, BYTES)]
DEVICE_FACTS = [("devicePublicKey", 1, BYTES), ("transportPublicKey", 2, BYTES), ("attestation", 3, BYTES),
                ("pushToken", 4, BYTES), ("language", 5, BYTES), ("deviceInfo", 6, BYTES)]
SIGNED_KEY = [("id", 1, BYTES), ("point", 2, BYTES), ("signature", 3, BYTES)]
BACKEND_FACTS = [("deviceId", 1, BYTES), ("channelKey", 2, SIGNED_KEY), ("transportKey", 3, SIGNED_KEY),
                 ("pskId", 4, BYTES), ("serverTimeMs", 5, INT)]
ENVELOPE = [("version", 1, INT), ("deviceId", 2, BYTES), ("channelKeyId", 3, BYTES), ("noise", 4, BYTES),
            ("ticket", 5, BYTES)]
DEVICE_REQUEST = [("reqSeq", 1, INT), ("type", 2, INT), ("code", 3, BYTES), ("tokenId", 4, BYTES), ("force", 5, INT),
                  ("pushToken", 6, BYTES), ("language", 7, BYTES), ("w0", 8, BYTES), ("w1", 9, BYTES)]
ACK = [("opSeq", 1, INT), ("verdict", 2, INT), ("reason", 3, INT)]
CARD_REPORT = [("tokenId", 1, BYTES), ("lastAtc", 2, INT), ("keysLeft", 3, INT)]
EXCHANGE_REQUEST = [("deviceTimeMs", 1, INT), ("vaultGeneration", 2, INT), ("request", 3, DEVICE_REQUEST),
                    ("acks", 4, [ACK]), ("cards", 5, [CARD_REPORT]), ("challenge", 6, BYTES)]
REQUEST_RESULT = [("reqSeq", 1, INT), ("status", 2, INT), ("triesLeft", 3, OPTIONAL_INT), ("tokenId", 4, BYTES)]
OPERATION = [("opSeq", 1, INT), ("cardSeq", 2, INT), ("tokenId", 3, BYTES), ("type", 4, INT), ("payload", 5, BYTES)]
EXCHANGE_REPLY = [("status", 1, INT), ("serverTimeMs", 2, INT), ("result", 3, REQUEST_RESULT),
                  ("operations", 4, [OPERATION]), ("more", 5, INT), ("ticket", 6, BYTES),
                  ("challenge", 7, BYTES), ("nextReqSeq", 8, INT), ("lockReason", 9, INT)]
INSTALL_CARD = [("digitalCardId", 1, BYTES), ("profile", 2, BYTES), ("target", 3, INT), ("product", 4, BYTES),
                ("scheme", 5, BYTES), ("panLastFour", 6, BYTES), ("dpanLastFour", 7, BYTES), ("panExpiry", 8, BYTES),
                ("lowWater", 9, INT)]
WRAPPED_KEY = [("kind", 1, INT), ("number", 2, INT), ("wrapped", 3, BYTES), ("uses", 4, INT), ("expiresMs", 5, INT),
               ("refreshMs", 6, INT)]
INSTALL_KEYS = [("transportKeyId", 1, BYTES), ("transportPublicKey", 2, BYTES), ("keys", 3, [WRAPPED_KEY]),
                ("voidBelow", 4, INT)]
SET_CARD_STATE = [("target", 1, INT)]
UPDATE_POLICY = [("lowWater", 1, INT)]


def varint(number):
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def field(number, value):
    """One field: an int as wire type 0, bytes as wire type 2; also what canonical form forbids."""
    if isinstance(value, bytes):
        return varint(number << 3 | 2) + varint(len(value)) + value
    return varint(number << 3) + varint(value)


def fields(schema, values):
    """The encoded fields of a message, one by one, for those who want to shuffle them."""
    unknown = set(values) - {name for name, _, _ in schema}
    assert not unknown, unknown
    out = []
    for name, number, kind in schema:
        value = values.get(name)
        if isinstance(kind, list) and isinstance(kind[0], list):
            out += [field(number, encode(kind[0], each)) for each in value or ()]
        elif isinstance(kind, list) and value is not None:
            out.append(field(number, encode(kind, value)))
        elif value or (kind == OPTIONAL_INT and value is not None):
            out.append(field(number, value))
    return out


def encode(schema, values):
    return b"".join(fields(schema, values))


def decode(schema, data):
    """A dict with every name of the schema; fields unknown to it are skipped at the end. Strict otherwise."""
    values, pairs = {}, _pairs(data)
    for name, number, kind in schema:
        repeated = isinstance(kind, list) and isinstance(kind[0], list)
        values[name] = [] if repeated else {INT: 0, BYTES: b""}.get(kind if isinstance(kind, str) else None)
        while pairs and pairs[0][0] == number:
            value = pairs.pop(0)[1]
            if isinstance(value, int) != (kind in (INT, OPTIONAL_INT)):
                raise ValueError("wrong wire type")
            if repeated:
                values[name].append(decode(kind[0], value))
            else:
                values[name] = decode(kind, value) if isinstance(kind, list) else value
    known = {number for _, number, _ in schema}
    unknown = [pair for pair in pairs if pair[0] not in known]
    if encode(schema, values) + b"".join(field(*pair) for pair in unknown) != data:
        raise ValueError("not canonical")
    return values


def _pairs(data):
    pairs, at = [], 0
    while at < len(data):
        tag, at = _varint(data, at)
        value, at = _varint(data, at)
        if tag & 7 == 2:
            value, at = data[at:at + value], at + value
        elif tag & 7 != 0:
            raise ValueError("a wire type that is not used")
        pairs.append((tag >> 3, value))
    return pairs


def _varint(data, at):
    number = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise ValueError("a number that does not end")
        number |= (data[at] & 127) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 128:
            return number, at
