#!/usr/bin/env python3
"""Kills the process of the card at random instants of a tap, and starts it again.

    FLORIN_BIN=build/bin kill_taps.py --taps 1000 [--seed N]

We are the reader and the terminal; `florin card` is the card. Whatever cryptogram came out is authorized, and then once
more. At the end: no ATC came twice, none was accepted twice, no kill cost more than one key, and the wallet still pays.
"""

import argparse
import json
import os
import random
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid

from florin_cli import DEADLINE, FLORIN, Backend, florin, test_pan

SELECT = bytes.fromhex("00A4040009F000464C4F52494E0200")
OPTIONS = bytes.fromhex("80A80000088306E0480802762100")
GENERATE_AC, DONE = "80AE80", 0x9000
TERMINAL_DATA = {"9f02": "000000001250", "9f03": "000000000000", "9f1a": "0276", "95": "8000000000", "5f2a": "0978",
                 "9a": "260331", "9c": "00", "9f37": None}
NO_VERIFICATION = "3f0002"


def tlv(tag, value):
    data = bytes.fromhex(value) if isinstance(value, str) else value
    return bytes.fromhex(tag) + bytes([len(data)]) + data


def objects(data):
    found = {}
    while data:
        size = 2 if data[0] & 0x1F == 0x1F else 1
        found[data[:size].hex()] = data[size + 1:size + 1 + data[size]]
        data = data[size + 1 + data[size]:]
    return found


class Killed(Exception):
    pass


class Card:
    """A `florin card` in our reader, to be killed."""

    def __init__(self, vault, listener):
        self.process = subprocess.Popen(
            [FLORIN, "card", "--vault", vault, "--vpcd", f"127.0.0.1:{listener.getsockname()[1]}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.reader = None
        until = time.monotonic() + DEADLINE
        while self.reader is None:
            try:
                self.reader = listener.accept()[0]
            except TimeoutError:
                if self.process.poll() is not None or time.monotonic() > until:
                    raise AssertionError("the card did not start: " + self.process.stderr.read().decode()) from None
        self.reader.settimeout(DEADLINE)
        self.reader.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def kill(self):
        self.process.kill()
        self.process.wait(timeout=DEADLINE)
        self.process.stderr.close()
        self.reader.close()

    def send(self, command):
        self.reader.sendall(len(command).to_bytes(2, "big") + command)

    def take(self):
        try:
            answer = self.reader.recv(2, socket.MSG_WAITALL)
            answer += self.reader.recv(int.from_bytes(answer, "big"), socket.MSG_WAITALL)
        except ConnectionError:
            raise Killed from None
        if len(answer) < 4:
            raise Killed
        return answer[2:-2], int.from_bytes(answer[-2:], "big")

    def ask(self, command):
        self.send(command)
        return self.take()


class Run:
    def __init__(self, folder, seed):
        self.random = random.Random(seed)
        self.vault = os.path.join(folder, "my.vault")
        self.backend = Backend(folder)
        self.backend.start("--log-level", "warning")
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(1)
        self.context = ssl.create_default_context(cafile=str(self.backend.ca))
        self.token = self.backend.token.read_text().strip()
        self.approved, self.seen, self.lost = [], set(), 0

    def wallet(self, command, *arguments, stdin=""):
        done = florin("wallet", command, "--vault", self.vault, *arguments, "--json", stdin=stdin)
        assert done.returncode == 0, f"wallet {command}: {done.stderr}"
        return json.loads(done.stdout)

    def prepare(self):
        self.wallet("init", "--backend", self.backend.url, "--ca", self.backend.ca)
        code = self.wallet("digitize", "--pan", "-", "--exp", "1235", stdin=test_pan() + "\n")["activationCode"]
        self.card = self.wallet("enroll", "--code", "-", stdin=code + "\n")["cards"][0]
        self.left = self.card["paymentsLeft"]

    def authorize(self, emv):
        request = urllib.request.Request(
            f"{self.backend.url}/tsp/v1/authorizations", method="POST", data=json.dumps({"emv": emv.hex()}).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json",
                     "Idempotency-Key": str(uuid.uuid4())})
        with urllib.request.urlopen(request, timeout=DEADLINE, context=self.context) as answer:
            return json.load(answer)

    def book(self, emv, atc):
        assert atc not in self.seen, f"ATC {atc} came twice"
        self.seen.add(atc)
        first, again = self.authorize(emv), self.authorize(emv)
        assert first["reason"] == "approved", first
        assert again["reason"] == "atc_used", again
        self.approved.append(atc)

    def tap(self, kill_at):
        """One tap; the card is killed so many seconds after GENERATE AC was sent, or, below 0, before it."""
        card = Card(self.vault, self.listener)
        try:
            assert card.ask(SELECT)[1] == DONE
            options, status = card.ask(OPTIONS)
            assert status == DONE, f"{status:04x}"
            options = objects(objects(options)["77"])
            record = objects(objects(card.ask(bytes.fromhex("00B2011400"))[0])["70"])
            terminal = {**TERMINAL_DATA, "9f37": self.random.randbytes(4).hex()}
            data = bytes.fromhex("".join(terminal.values()) + NO_VERIFICATION)
            if kill_at < 0:
                card.kill()
                return
            card.send(bytes.fromhex(GENERATE_AC + "00") + bytes([len(data)]) + data + b"\0")
            time.sleep(kill_at)
            card.process.kill()
            answer, status = card.take()
            assert status == DONE, f"{status:04x}"
        except Killed:
            return
        finally:
            card.kill()
        made = objects(objects(answer)["77"])
        emv = b"".join(tlv(tag, value) for tag, value in (
            *terminal.items(), *((tag, record[tag]) for tag in ("5a", "5f24", "5f34")),
            *((tag, made[tag]) for tag in ("9f10", "9f26", "9f27", "9f36")), ("82", options["82"])))
        self.book(emv, int.from_bytes(made["9f36"], "big"))

    def check_stock(self):
        """Every kill costs one key at most, and what came out cost one."""
        left = self.wallet("cards")["cards"][0]["paymentsLeft"]
        spent = self.left - left
        assert 0 <= spent <= 1, f"one tap cost {spent} keys"
        return left, spent

    def run(self, taps):
        self.prepare()
        for number in range(taps):
            if self.left == 0:
                self.left = self.wallet("sync")["cards"][0]["paymentsLeft"]
                assert self.left > 0, "no new keys came"
            before = len(self.approved)
            self.tap(self.random.choice([-1, self.random.uniform(0, 0.002), self.random.uniform(0, 0.02)]))
            self.left, spent = self.check_stock()
            came = len(self.approved) - before
            assert came <= spent, "a cryptogram came and no key was spent"
            self.lost += spent - came
            if sys.stderr.isatty():
                print(f"\r{number + 1} of {taps}", end="", file=sys.stderr)
        assert self.approved == sorted(self.approved), "ATCs do not grow"
        self.wallet("sync")
        done = florin("tap", "--vault", self.vault, "--amount", "1.00", "--currency", "EUR", "--acquirer-token-file",
                      self.backend.token, "--json")
        assert done.returncode == 0, done.stderr
        print(f"\n{taps} taps killed: {len(self.approved)} cryptograms, each accepted once; "
              f"{self.lost} keys lost in kills; the wallet pays")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--taps", type=int, default=25)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    options = parser.parse_args()
    print(f"seed {options.seed}")
    folder = tempfile.mkdtemp(prefix="florin-kill-taps-")
    run = None
    try:
        run = Run(folder, options.seed)
        run.run(options.taps)
    finally:
        if run is not None:
            run.backend.kill()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    os.umask(0o077)
    main()
