#!/usr/bin/env python3
"""No secret is found in the database, the logs and the vault after the whole flow (I6, I10): not raw, not in hex,
base64, base64url or BCD. The same search finds what is planted, and what may stand there."""

import json
import sqlite3
import ssl
import unittest
import urllib.request

from florin_cli import DEADLINE, INPUT, REFUSED, CliTest, florin, test_pan
from secret_search import Search, planted


def tlv_value(tag, data):
    """The value of a primitive two-digit tag in a flat TLV string, both in hex."""
    raw = bytes.fromhex(data)
    at = 0
    while at < len(raw):
        size = 2 if raw[at] & 0x1F == 0x1F else 1
        name, length = raw[at:at + size].hex(), raw[at + size]
        at += size + 1
        if name == tag:
            return raw[at:at + length].hex()
        at += length
    raise AssertionError(f"no {tag} in {data}")


def cells(database):
    """Every value of every table: what a dump shows, also where a value is spread over pages."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                yield from (value if isinstance(value, bytes) else str(value).encode() for value in row)


def custody_secrets(value, path="custody"):
    """name -> bytes of every key in custody.keys."""
    if isinstance(value, dict):
        parts = [(f"{path}.{name}", part) for name, part in value.items() if name not in ("id", "format", "program")]
    elif isinstance(value, list):
        parts = [(f"{path}[{place}]", part) for place, part in enumerate(value)]
    else:
        return {path: bytes.fromhex(value)} if isinstance(value, str) else {}
    return {name: secret for path_, part in parts for name, secret in custody_secrets(part, path_).items()}


class DumpScanTest(CliTest):
    """What the test did is kept: `secrets` that it knows, `shown` that programs wrote."""

    def setUp(self):
        super().setUp()
        self.secrets = {"operator token": self.backend.operator_token,
                        "acquirer token": self.backend.token.read_text().strip(),
                        "issuer token": (self.backend.data / "issuer.token").read_text().strip()}
        self.shown = []

    def serve_at_debug(self, form):
        self.backend.kill()
        config = self.backend.data / "florind.toml"
        if form == "typed":
            config.write_text(config.read_text().replace("[codes]", '[codes]\nform = "typed"'))
        self.backend.start("--log-level", "debug")

    def run_florin(self, *arguments, stdin="", status=0):
        done = florin(*arguments, stdin=stdin)
        self.assertEqual(done.returncode, status, f"{arguments}: {done.stderr}")
        self.shown += [done.stdout.encode(), done.stderr.encode()]
        return done

    def digitize_known(self, name):
        """Its output is the one place where a code may stand."""
        pan = test_pan()
        done = self.wallet("digitize", "--pan", "-", "--exp", "1235", stdin=pan + "\n")
        self.secrets |= {f"PAN of {name}": pan, f"code of {name}": done["activationCode"]}
        return done["activationCode"]

    def tap_known(self, name):
        saved = self.folder / "saved.json"
        self.run_florin("tap", "--vault", self.vault, "--amount", "12.50", "--currency", "EUR", "--trace",
                        "--save-request", saved)
        self.secrets[f"DPAN of {name}"] = tlv_value("5a", json.loads(saved.read_text())["emv"]).rstrip("f")
        self.run_florin("authorize", "--request", saved)
        self.run_florin("authorize", "--request", saved, "--idempotency-key", "another", status=REFUSED)

    def revoke(self):
        device = next(event["deviceId"] for event in map(json.loads, self.backend.log.read_text().splitlines())
                      if event.get("deviceId"))
        request = urllib.request.Request(f"{self.backend.url}/admin/v1/devices/{device}/revoke", method="POST",
                                         headers={"Authorization": f"Bearer {self.backend.operator_token}"})
        trust = ssl.create_default_context(cafile=self.backend.ca)
        with urllib.request.urlopen(request, context=trust, timeout=DEADLINE) as response:
            self.assertEqual(response.status, 200)
        return device

    def whole_flow(self, form):
        self.serve_at_debug(form)
        self.init()
        code = self.digitize_known("first card")
        wrong = ("A" if code[0] != "A" else "B") + code[1:]
        self.secrets["wrong code"] = wrong
        self.run_florin("wallet", "enroll", "--vault", self.vault, "--code", "-", stdin=wrong + "\n", status=REFUSED)
        self.run_florin("wallet", "continue", "--vault", self.vault, "--code", "-", stdin=code + "\n")
        self.run_florin("wallet", "digitize", "--vault", self.vault, "--pan", "-", "--exp", "1235",
                        stdin="9999001234567890\n", status=INPUT)
        second = self.digitize_known("second card")
        self.run_florin("wallet", "activate", "--vault", self.vault, "--code", "-", stdin=second + "\n")
        self.run_florin("wallet", "cards", "--vault", self.vault)
        for _ in range(2):
            self.tap_known("first card")
        self.run_florin("wallet", "sync", "--vault", self.vault)

    def places(self):
        """(name, content) of everything that a reader of files could get, but the key files."""
        database = self.backend.data / "florin.db"
        wal = database.with_name("florin.db-wal")
        self.assertGreater(wal.stat().st_size, 0)
        before = wal.read_bytes(), database.read_bytes()  # opening the database may move the one into the other
        yield from (("WAL", before[0]), ("database", before[1]))
        yield "rows", b"\n".join(cells(database))
        yield "log of florind", self.backend.log.read_bytes()
        yield "output of florin", b"\n".join(self.shown)
        for file in self.folder.glob("my.vault*"):
            if not file.name.endswith(".key"):
                yield file.name, file.read_bytes()

    def all_secrets(self):
        keys = custody_secrets(json.loads((self.backend.data / "custody.keys").read_text()))
        self.assertGreaterEqual(len(keys), 7)
        return self.secrets | keys

    def assert_nothing_is_found(self, device):
        self.backend.kill()  # as it is after a crash: the WAL is whole
        vault_key = {"key of the vault": (self.folder / "my.vault.key").read_bytes()}
        search = Search(self.all_secrets() | vault_key)
        seen = Search({"device": bytes.fromhex(device)})
        for name, content in self.places():
            with self.subTest(place=name):
                self.assertEqual(search.found_in(content), [])
                if name in ("WAL", "rows", "log of florind"):
                    self.assertNotEqual(seen.found_in(content), [], "the search does not see this place")

    def test_strong_codes(self):
        self.whole_flow("strong")
        device = self.revoke()
        self.run_florin("wallet", "sync", "--vault", self.vault)  # brings Wipe
        self.assert_nothing_is_found(device)

    def test_typed_codes(self):
        self.whole_flow("typed")
        self.assertRegex(self.secrets["code of first card"], r"\A[0-9A-Z]{10}\Z")
        self.assert_nothing_is_found(self.revoke())

    def test_search_finds_what_is_planted(self):
        secrets = self.all_secrets() | {"PAN": test_pan(), "long PAN": "9999001234567890128",
                                        "typed code": "7K2MPQ9XTR", "strong code": "ABCDEFGHIJKLMNOPQRSTUVWX27"}
        for name, secret in secrets.items():
            search = Search({name: secret})
            self.assertEqual(search.found_in(b"nothing of it"), [])
            for form, content in planted(secret):
                with self.subTest(secret=name, form=form):
                    self.assertNotEqual(search.found_in(b"\x00\x01" + content + b"\n"), [])


if __name__ == "__main__":
    unittest.main()
