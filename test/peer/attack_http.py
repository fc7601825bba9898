"""Attacks below the protocol: JSON, HTTP, and slow senders (docs/protocol.md 1 and 2)."""

import json

from attacks import attack, expect, refusal
from transport import OCTETS, Refused, parse_refusal
from wallet import DIGITIZATIONS, EXCHANGE, WALLETS

JSON = "application/json"


def registration(lab):
    wallet = lab.share("with_code")
    return wallet, WALLETS, wallet.registration()


def digitization(lab):
    wallet = lab.share("with_code")
    return wallet, DIGITIZATIONS, wallet.digitization()


def first(values):
    return next(iter(values))


def text(values):
    return json.dumps(values)


def member(name, value):
    return f'{json.dumps(name)}:{value}'


# name -> the body, made from honest values
BODIES = {
    "name-twice": lambda v: text(v)[:-1] + "," + member(first(v), json.dumps(v[first(v)])) + "}",
    "name-twice-by-an-escape": lambda v: text(v)[:-1] + f',"\\u{ord(first(v)[0]):04x}{first(v)[1:]}":"x"}}',
    "unknown-name": lambda v: text(v | {"more": "x"}),
    "null": lambda v: text(v | {first(v): None}),
    "number-for-text": lambda v: text(v | {first(v): 5}),
    "list-for-text": lambda v: text(v | {first(v): [v[first(v)]]}),
    "object-for-text": lambda v: text(v | {first(v): {"a": "b"}}),
    "true-for-text": lambda v: text(v | {first(v): True}),
    "fraction": lambda v: text(v)[:-1] + ',"more":1.5}',
    "infinity": lambda v: text(v)[:-1] + ',"more":1e999}',
    "empty-text": lambda v: text(v | {first(v): ""}),
    "hex-in-capitals": lambda v: text(v | {first(v): v[first(v)].upper().replace("0", "A")}),
    "hex-too-long": lambda v: text(v | {first(v): v[first(v)] + "00"}),
    "lone-surrogate": lambda v: text(v)[:-2] + '\\ud800"}',
    "not-utf-8": lambda v: text(v).encode()[:-2] + b'\xff\xfe"}',
    "control-character": lambda v: text(v)[:-2] + '\1"}',
    "comment": lambda v: "/* */" + text(v),
    "trailing-comma": lambda v: text(v)[:-1] + ",}",
    "trailing-text": lambda v: text(v) + "x",
    "two-objects": lambda v: text(v) * 2,
    "list": lambda v: "[" + text(v) + "]",
    "only-null": lambda v: "null",
    "nothing": lambda v: "",
    "cut": lambda v: text(v)[:-1],
    "byte-order-mark": lambda v: "\ufeff" + text(v),
    "nested-10000-deep": lambda v: text(v)[:-1] + ',"more":' + "[" * 10000 + "]" * 10000 + "}",
    "2000-members": lambda v: text(v | {f"n{i}": "x" for i in range(2000)}),
}


def json_attack(prefix, make, name, change, *codes):
    @attack(f"{prefix}-{name}", *codes)
    def run(lab):
        wallet, path, values = make(lab)
        body = change(values)
        body = body.encode("utf-8") if isinstance(body, str) else body
        return refusal(wallet.transport.signed, wallet.key, wallet.id, path, body, JSON)


def missing(name):
    return lambda values: text({key: value for key, value in values.items() if key != name})


ROUTES = {"json-wallet": (registration, (672,), ("walletId", "walletPublicKey", "walletProviderId",
                                                 "walletApplicationId")),
          "json-card": (digitization, (1022, 1023), ("correlationId", "cardData", "language"))}
TOO_MANY = (674, 1022, 1023)
for prefix, (make, codes, names) in ROUTES.items():
    for name, change in BODIES.items():
        json_attack(prefix, make, name, change, *(TOO_MANY if name in ("nested-10000-deep", "2000-members") else codes))
    for name in names:
        json_attack(prefix, make, f"without-{name.lower()}", missing(name), *codes)
    json_attack(prefix, make, "over-64-kib", lambda v: text(v) + " " * 65536, 413)


# HTTP

def request_attack(name, *codes, method="POST", path=EXCHANGE, headers=None, body=b"x", content_type=OCTETS):
    @attack(f"http-{name}", *codes)
    def run(lab):
        return refusal(lab.transport.send, path, body, headers, method, content_type)


request_attack("get", 405, method="GET", body=None)
request_attack("put", 405, method="PUT")
request_attack("delete", 405, method="DELETE")
request_attack("unknown-method", 400, 405, method="FLORIN")
request_attack("unknown-path", 404, path="/cps/v1/nothing")
request_attack("path-with-a-slash-more", 404, path=EXCHANGE + "/")
request_attack("path-in-capitals", 404, path="/CPS/V1/EXCHANGE")
request_attack("path-upwards", 404, path="/cps/v1/wallets/../exchange")
request_attack("path-by-an-escape", 404, path="/cps/v1/%65xchange")
request_attack("other-content-type", 415, content_type="text/plain")
request_attack("no-content-type", 415, content_type=None)
request_attack("json-for-an-exchange", 415, content_type=JSON)
request_attack("exchange-of-nothing", 672, body=b"")
request_attack("exchange-over-its-limit", 413, body=bytes(65535 + 1025))
request_attack("headers-over-their-limit", 431, headers={"X-Padding": "a" * 70000})


def raw_attack(name, head, *codes):
    """Bytes on the connection. A refusal, or the connection's end."""
    @attack(f"http-{name}", *codes)
    def run(lab):
        with lab.transport.raw() as connection:
            connection.sendall(head.replace("HOST", f"{lab.transport.host}:{lab.transport.port}").encode())
            return response(connection)


def response(connection):
    """The response on a raw connection, as a Refused; a connection that ends without one is refused with 0."""
    data = b""
    while True:
        try:
            more = connection.recv(65536)
        except OSError:
            more = b""
        data += more
        head, _, body = data.partition(b"\r\n\r\n")
        if not more or (body.endswith(b"}") and body):
            break
    status = int(head.split()[1]) if head else 0
    expect(status != 200, "it was answered")
    return Refused(status, parse_refusal(body) if head else {"correlationId": "0" * 32})


LINE = f"POST {EXCHANGE} HTTP/1.1\r\n"
raw_attack("no-host", LINE + f"Content-Type: {OCTETS}\r\nContent-Length: 1\r\n\r\nx", 400)
raw_attack("two-hosts", LINE + "Host: HOST\r\nHost: other\r\nContent-Length: 1\r\n\r\nx", 400)
raw_attack("two-lengths", LINE + "Host: HOST\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", 0, 400)
raw_attack("length-and-chunks", LINE + "Host: HOST\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
           0, 400)
raw_attack("smuggled-request", LINE + "Host: HOST\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" +
           "GET /healthz HTTP/1.1\r\nHost: HOST\r\n\r\n", 0, 400)
raw_attack("smuggled-in-a-folded-header", LINE + f"Host: HOST\r\nContent-Type: {OCTETS}\r\n" +
           "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", 0, 400)
raw_attack("negative-length", LINE + "Host: HOST\r\nContent-Length: -1\r\n\r\n", 0, 400)
raw_attack("huge-length", LINE + "Host: HOST\r\nContent-Length: 99999999999999999999\r\n\r\n", 0, 400, 413)
raw_attack("broken-chunk", LINE + f"Host: HOST\r\nContent-Type: {OCTETS}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
           0, 400)
raw_attack("http-2-preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 0, 400, 505)
raw_attack("not-http", "\0" * 100, 0, 400)


@attack("http-a-byte-per-second", 0, 408)
def slow(lab):
    """The body comes so slowly that it never ends."""
    with lab.transport.raw() as connection:
        head = LINE + f"Host: {lab.transport.host}:{lab.transport.port}\r\n"
        connection.sendall((head + f"Content-Type: {OCTETS}\r\nContent-Length: 1000\r\n\r\n").encode())
        connection.settimeout(1)
        for _ in range(120):
            try:
                connection.sendall(b"x")
                first_bytes = connection.recv(1)
                break
            except TimeoutError:
                continue
            except OSError:
                return Refused(0, {"correlationId": "0" * 32})
        else:
            expect(False, "it may go on for ever")
        connection.settimeout(10)
        return response(Prefixed(first_bytes, connection)) if first_bytes else Refused(0, {"correlationId": "0" * 32})


class Prefixed:
    """A connection of which some bytes were read."""

    def __init__(self, data, connection):
        self.data, self.connection = data, connection

    def recv(self, size):
        data, self.data = self.data, b""
        return data or self.connection.recv(size)
