"""HTTP/1.1 over TLS 1.3, and what a backend refuses with (docs/protocol.md 2, 2.2)."""

import http.client
import json
import socket
import ssl
import urllib.parse

import http_signature

OCTETS = "application/octet-stream"
DEADLINE = 60  # seconds: a backend that hangs fails the test


class Refused(Exception):
    """A refusal; `answer` is its JSON object, {} when there was none."""

    def __init__(self, status, answer):
        self.status, self.answer = status, answer
        self.code = answer.get("code", 0)
        super().__init__(f"HTTP {status}, code {self.code}")


class Transport:
    """`observe` is told of every answer: (method, path, status, headers, body)."""

    def __init__(self, url, ca, observe=None):
        self.observe = observe
        address = urllib.parse.urlsplit(url)
        self.host, self.port = address.hostname, address.port or 443
        self.context = ssl.create_default_context(cafile=ca)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_3

    def raw(self):
        """A bare TLS connection."""
        plain = socket.create_connection((self.host, self.port), timeout=DEADLINE)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self.context.wrap_socket(plain, server_hostname=self.host)

    def call(self, method, path, body=None, headers=None):
        """(status, headers, body) of whatever is answered."""
        connection = http.client.HTTPSConnection(self.host, self.port, timeout=DEADLINE, context=self.context)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            answer = response.read()
        finally:
            connection.close()
        if self.observe:
            self.observe(method, path, response.status, response.headers, answer)
        return response.status, response.headers, answer

    def send(self, path, body, headers=None, method="POST", content_type=OCTETS):
        """The body of a success. Raises Refused."""
        head = {"Content-Type": content_type} if content_type else {}
        status, _, answer = self.call(method, path, body, head | (headers or {}))
        if status != 200:
            raise Refused(status, parse_refusal(answer))
        return answer

    def signed(self, key, wallet_id, path, body, content_type=OCTETS, **signature):
        return self.send(path, body, http_signature.headers(key, wallet_id, path, body, **signature),
                         content_type=content_type)


def parse_refusal(body):
    try:
        answer = json.loads(body)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
