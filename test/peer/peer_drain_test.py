#!/usr/bin/env python3
"""SIGTERM under load: every request of which the server read something is answered, and the server ends in order."""

import http.client
import json
import signal
import sqlite3
import threading
import time
import unittest

import http_signature
from served import ServedTest
from transport import DEADLINE
from wallet import DIGITIZATIONS, Wallet

CLIENTS, CARDS_PER_WALLET, LOAD = 6, 12, 60
JSON = "application/json"


class Client(threading.Thread):
    """Digitizes on one kept connection after the other until none can be made."""

    def __init__(self, transport):
        super().__init__()
        self.transport = transport
        self.answered, self.failures = 0, []

    def run(self):
        try:
            while self.digitize_some():
                pass
        except (AssertionError, OSError, http.client.HTTPException) as failure:
            self.failures.append(repr(failure))

    def digitize_some(self):
        """One wallet's cards. False: the server takes no more connections."""
        wallet = Wallet(self.transport)
        try:
            wallet.register()  # on a connection of its own
        except OSError:
            return False
        connection = http.client.HTTPSConnection(self.transport.host, self.transport.port, timeout=DEADLINE,
                                                 context=self.transport.context)
        try:
            connection.connect()
        except OSError:
            return False
        for _ in range(CARDS_PER_WALLET):
            body = json.dumps(wallet.digitization()).encode()
            headers = http_signature.headers(wallet.key, wallet.id, DIGITIZATIONS, body)
            try:
                connection.request("POST", DIGITIZATIONS, body, headers | {"Content-Type": JSON})
                response = connection.getresponse()
            except (http.client.RemoteDisconnected, BrokenPipeError):
                break  # nothing came: it was ended before, and must not have been stored
            assert response.status == 200, response.read()
            json.loads(response.read())
            self.answered += 1
            if response.will_close:
                break
        connection.close()
        return True


class DrainTest(ServedTest):
    def test_nothing_that_was_begun_is_lost(self):
        clients = [Client(self.transport) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        until = time.monotonic() + DEADLINE
        while sum(client.answered for client in clients) < LOAD and time.monotonic() < until:
            time.sleep(0.01)
        status = self.backend.kill(signal.SIGTERM)
        for client in clients:
            client.join(DEADLINE)
        self.assertEqual(status, 0)
        self.assertEqual([client.failures for client in clients], [[]] * CLIENTS)
        with sqlite3.connect(f"file:{self.backend.data}/florin.db?mode=ro", uri=True) as database:
            (stored,) = database.execute("SELECT count(*) FROM digital_cards").fetchone()
        answered = sum(client.answered for client in clients)
        self.assertGreaterEqual(answered, LOAD)
        self.assertEqual(stored, answered)


if __name__ == "__main__":
    unittest.main()
