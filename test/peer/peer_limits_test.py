"""Bad requests against a florind with small limits: the documented answer, one log line, nothing changed, nothing held.

The table is of docs/protocol.md 2.2.
"""

import http.client
import json
import os
import sqlite3
import time
import unittest

from served import ServedTest
from transport import DEADLINE, OCTETS, Refused
from wallet import DIGITIZATIONS, ENROLLMENTS, EXCHANGE, Wallet

SECRET = "9999001234567890"  # stands wherever the client can put text


def request(method="POST", path=EXCHANGE, host="wallet.example", kind=OCTETS, length=8, more="", body="12345678"):
    kind = f"Content-Type: {kind}\r\n" if kind else ""
    return f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{kind}Content-Length: {length}\r\n{more}\r\n{body}"


UNFINISHED = "POST /cps/v1/exchange HTTP/1.1\r\nHost: wallet.example\r\nX-Pan: " + SECRET

# name -> (HTTP status, code, what is sent)
REQUESTS = {
    "malformed body": (400, 672, request(body=SECRET, length=16)),
    "not a header": (400, 672, request(more=f"{SECRET}\r\n")),
    "two hosts": (400, 672, request(more="Host: wallet.example\r\n")),
    "unknown path": (404, 672, request(path=f"/cps/v1/{SECRET}")),
    "unknown path of the gateway": (404, 1022, request(path=f"/gateway/v1/{SECRET}")),
    "another method": (405, 672, request("PUT", more=f"X-Pan: {SECRET}\r\n")),
    "an invented method": (405, 672, request("PAN" + SECRET)),
    "another method of the gateway": (405, 1022, request("DELETE", DIGITIZATIONS)),
    "slow head": (408, 671, UNFINISHED),
    "slow body": (408, 671, request(length=100, body=SECRET)),
    "slow body of the gateway": (408, 1027, request(path=DIGITIZATIONS, kind="application/json", length=100,
                                                    body=SECRET)),
    "body over the limit": (413, 674, request(length=70000, body=SECRET)),
    "E1 over the limit": (413, 674, request(path=ENROLLMENTS, length=24 * 1024 + 1, body=SECRET)),
    "card over the limit": (413, 1022, request(path=DIGITIZATIONS, kind="application/json", length=65537,
                                               body=SECRET)),
    "chunks over the limit": (413, 674, f"POST {EXCHANGE} HTTP/1.1\r\nHost: wallet.example\r\nContent-Type: {OCTETS}"
                                        "\r\nTransfer-Encoding: chunked\r\n\r\n20000\r\n" + SECRET * 8192 + "\r\n"),
    "another content type": (415, 672, request(kind="text/plain", body=SECRET, length=16)),
    "no content type": (415, 672, request(kind=None, body=SECRET, length=16)),
    "JSON for an E1": (415, 672, request(path=ENROLLMENTS, kind="application/json", body=SECRET, length=16)),
    "octets for a card": (415, 1022, request(path=DIGITIZATIONS, body=SECRET, length=16)),
    "another host": (421, 672, request(host=f"pan{SECRET}.example")),
    "headers over the limit": (431, 674, request(more=f"X-Pan: {SECRET * 1100}\r\n")),
    "one endless header": (431, 674, UNFINISHED + SECRET * 1100),
}


class RefusedRequests(ServedTest):
    def send(self, text):
        """(status, headers, body) of the one answer; then the server ends or we do."""
        with self.transport.raw() as connection:
            connection.sendall(text.encode())
            response = http.client.HTTPResponse(connection, method="POST")
            response.begin()
            return response.status, response.headers, json.loads(response.read())

    def logged(self, correlation_id):
        """The lines about a request. They are written before its answer."""
        lines = [json.loads(line) for line in self.backend.log.read_text().splitlines() if correlation_id in line]
        return [line for line in lines if line["event"] == "http.request"]

    def open_files(self):
        return len(os.listdir(f"/proc/{self.backend.process.pid}/fd"))

    def assert_nothing_is_held(self, before):
        until = time.monotonic() + DEADLINE
        while self.open_files() > before and time.monotonic() < until:
            time.sleep(0.05)
        self.assertLessEqual(self.open_files(), before)

    def state(self):
        with sqlite3.connect(f"file:{self.backend.data}/florin.db?mode=ro", uri=True) as database:
            return "\n".join(database.iterdump())

    def assert_refused(self, answer, status, code):
        got, headers, body = answer
        self.assertEqual((got, body["code"]), (status, code))
        self.assertLessEqual(set(body), {"code", "retryAfterMs", "serverTimeMs", "correlationId"})
        self.assertEqual("retryAfterMs" in body, code in (671, 1027))
        lines = self.logged(body["correlationId"])
        self.assertEqual([line["status"] for line in lines], [status])
        return headers


class LimitsTest(RefusedRequests):
    configuration = {"server": {"hosts": '["wallet.example"]'},
                     "limits": {"header_seconds": 1, "body_seconds": 1, "idle_seconds": 1}}

    def test_each_is_refused_logged_and_forgotten(self):
        wallet = Wallet(self.transport)
        wallet.register()
        self.assert_nothing_is_held(self.open_files())
        before, files = self.state(), self.open_files()
        for name, (status, code, text) in REQUESTS.items():
            with self.subTest(name):
                headers = self.assert_refused(self.send(text), status, code)
                if status == 405:
                    self.assertEqual(headers["Allow"], "POST")
        self.assert_nothing_is_held(files)
        self.assertEqual(self.state(), before)
        self.assertNotIn(SECRET, self.backend.log.read_text())
        wallet.enroll(wallet.digitize()["activationCode"])

    def test_a_sender_of_a_byte_now_and_then_is_ended(self):
        files = self.open_files()
        for text in (UNFINISHED, request(length=100, body="")):
            with self.transport.raw() as connection:
                connection.sendall(text.encode())
                connection.settimeout(0.2)
                first, until = b"", time.monotonic() + DEADLINE
                while not first and time.monotonic() < until:
                    try:
                        connection.sendall(b"x")
                        first = connection.recv(12)
                    except TimeoutError:
                        continue
                self.assertEqual(first, b"HTTP/1.1 408")
        self.assert_nothing_is_held(files)

    def test_many_slow_senders_are_all_ended(self):
        files = self.open_files()
        slow = [self.transport.raw() for _ in range(50)]
        for connection in slow:
            connection.sendall(UNFINISHED.encode())
        for connection in slow:
            self.assertTrue(connection.recv(65536).startswith(b"HTTP/1.1 408"))
        self.assertGreater(self.open_files(), 0)
        for connection in slow:
            connection.close()
        self.assert_nothing_is_held(files)


class RateTest(RefusedRequests):
    configuration = {"limits": {"requests_per_second_per_address": 1}}

    def test_an_address_that_asks_too_often_is_told_when_to_come_back(self):
        before, files = self.state(), self.open_files()
        answers = [self.send(request(path=path, host="localhost", kind=kind)) for path, kind in
                   ((EXCHANGE, OCTETS), (DIGITIZATIONS, "application/json")) * 10]
        refused = [answer for answer in answers if answer[0] == 429]
        self.assertGreater(len(refused), 1)
        for answer in refused:
            code = answer[2]["code"]
            self.assertIn(code, (671, 1027))
            self.assertEqual(self.assert_refused(answer, 429, code)["Retry-After"], "1")
        self.assertEqual({answer[2]["code"] for answer in refused}, {671, 1027})
        self.assert_nothing_is_held(files)
        self.assertEqual(self.state(), before)


class WalletRateTest(ServedTest):
    configuration = {"limits": {"requests_per_minute_per_wallet": 10}}

    def test_a_wallet_that_asks_too_often_is_told_when_to_come_back_and_no_other_is(self):
        wallet, another = Wallet(self.transport), Wallet(self.transport)
        for each in (wallet, another):
            each.register()
        with self.assertRaises(Refused) as refused:
            for _ in range(15):
                wallet.digitize()
        self.assertEqual((refused.exception.status, refused.exception.code), (429, 1027))
        self.assertIn(refused.exception.answer["retryAfterMs"], range(1_000, 6_001, 1_000))
        another.enroll(another.digitize()["activationCode"])

    def test_exchanges_are_of_the_wallets_share(self):
        wallet = Wallet(self.transport)
        wallet.register()
        with self.assertRaises(Refused) as refused:
            wallet.enroll(wallet.digitize()["activationCode"])
            for _ in range(15):
                wallet.exchange()
        self.assertEqual((refused.exception.status, refused.exception.code), (429, 671))


class LockoutTest(ServedTest):
    configuration = {"limits": {"failures_per_address": 5}}

    def guess(self, number):
        with self.assertRaises(Refused) as refused:
            self.transport.send("/admin/v1/tokens", None, {"Authorization": f"Bearer guess-{number}"}, method="GET",
                                content_type=None)
        return refused.exception.status

    def test_an_address_that_guesses_waits_and_who_was_right_before_does_not(self):
        known, new = Wallet(self.transport), Wallet(self.transport)
        known.register()
        known.digitize()
        self.assertEqual([self.guess(number) for number in range(5)], [401] * 5)
        self.assertEqual(self.guess(5), 429)
        known.digitize()
        self.transport.send("/healthz", None, method="GET", content_type=None)
        until = time.monotonic() + DEADLINE
        while time.monotonic() < until:
            try:
                new.register()
                break
            except Refused as refused:
                self.assertEqual((refused.status, refused.code), (429, 671))
                time.sleep(refused.answer["retryAfterMs"] / 1000)
        new.digitize()


class ConnectionsTest(RefusedRequests):
    configuration = {"limits": {"connections_per_address": 3}}

    def test_an_address_has_no_more_connections_than_it_may(self):
        held = [self.transport.raw() for _ in range(3)]
        with self.assertRaises(OSError):
            self.transport.raw()
        for connection in held:
            connection.close()
        until = time.monotonic() + DEADLINE
        while time.monotonic() < until:
            try:
                self.transport.raw().close()
                return
            except OSError:
                time.sleep(0.05)
        self.fail("the places were not given back")


if __name__ == "__main__":
    unittest.main()
