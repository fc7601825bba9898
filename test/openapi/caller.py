"""Calls florind by the operations of its own document: a credential, the values of the path, a body."""

import json
import pathlib
import re
import sys
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "peer"))

import http_signature  # noqa: E402
from contract import Contract  # noqa: E402
from transport import Transport  # noqa: E402


class Nobody:
    """No credential at all."""

    def headers(self, method, path, body):
        return {}


class Bearer:
    def __init__(self, token):
        self.token = token

    def headers(self, method, path, body):
        return {"Authorization": f"Bearer {self.token}"}


class Signer:
    """A wallet's signature, by `key` in the name of `wallet_id`."""

    def __init__(self, key, wallet_id):
        self.key, self.wallet_id = key, wallet_id

    def headers(self, method, path, body):
        return http_signature.headers(self.key, self.wallet_id, path, body, method=method)


class Answer:
    def __init__(self, operation, status, body):
        self.operation, self.status, self.body = operation, status, body

    def __str__(self):
        return f"{self.operation}: {self.status} {self.body[:300]!r}"

    @property
    def json(self):
        return json.loads(self.body)


class Caller:
    """Every answer is held to the document; one that it does not have is a Breach."""

    def __init__(self, backend):
        plain = Transport(backend.url, backend.ca)
        self.contract = Contract(json.loads(plain.send("/openapi.json", None, method="GET", content_type=None)))
        self.operations = {one.id: one for one in self.contract.operations}
        self.transport = Transport(backend.url, backend.ca, self.contract.check)

    def call(self, operation, credential, values=None, body=b"", headers=None, query=None):
        """`values` are those of the path; a body that is not bytes is JSON."""
        if isinstance(operation, str):
            operation = self.operations[operation]
        path = re.sub(r"{(\w+)}", lambda name: str(values[name[1]]), operation.path)
        raw = body if isinstance(body, bytes) else json.dumps(body, separators=(",", ":")).encode()
        media, _ = operation.body()
        head = credential.headers(operation.method, path, raw)
        if media:
            head["Content-Type"] = media
        target = path + ("?" + urllib.parse.urlencode(query) if query else "")
        status, _, answer = self.transport.call(operation.method, target, raw, head | (headers or {}))
        if status == 200:
            self.contract.accepted(operation, raw)
        return Answer(operation, status, answer)
