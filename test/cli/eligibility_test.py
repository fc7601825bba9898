#!/usr/bin/env python3
"""Before a card comes: terms, cards that issuers push, and their signed word (JWT) by another implementation."""

import base64
import hashlib
import json
import stat
import subprocess
import time
import unittest

from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from florin_cli import INPUT, REFUSED, USAGE, CliTest, florin, florind, test_pan
from terminal_test import Terminal

TERMS = "<h1>Terms</h1><p>You pay for what you buy.</p>\n"


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class IssuerKeys:
    """An issuer's keys: it signs decisions as RFC 7515 and RFC 7518 say."""

    def __init__(self):
        self.keys = {"rsa": rsa.generate_private_key(65537, 2048), "ec": ec.generate_private_key(ec.SECP256R1())}

    def public(self, name):
        return self.keys[name].public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    def sign(self, algorithm, text):
        if algorithm == "RS256":
            return self.keys["rsa"].sign(text, padding.PKCS1v15(), hashes.SHA256())
        if algorithm == "PS256":
            return self.keys["rsa"].sign(text, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
        if algorithm == "ES256":
            r, s = decode_dss_signature(self.keys["ec"].sign(text, ec.ECDSA(hashes.SHA256())))
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")
        if algorithm == "HS256":  # the mistake of taking a public key for a secret one
            mac = hmac.HMAC(self.public("rsa"), hashes.SHA256())
            mac.update(text)
            return mac.finalize()
        assert algorithm == "none"
        return b""

    def token(self, algorithm, issuer, nonce, pan, **changes):
        claims = {"iss": issuer, "iat": int(time.time()), "exp": int(time.time()) + 300,
                  "sub": hashlib.sha256(nonce.encode()).hexdigest(),
                  "card": hashlib.sha256(f"{nonce}.{pan}.1235".encode()).hexdigest(), **changes}
        header = {"alg": algorithm, "typ": "JWT", "kid": "ec" if algorithm == "ES256" else "rsa"}
        text = ".".join(b64(json.dumps(part).encode()) for part in (header, claims))
        return text + "." + b64(self.sign(algorithm, text.encode()))


class EligibilityTest(CliTest):
    def setUp(self):
        super().setUp()
        self.init()

    def change(self, edit):
        """Edits the configuration and restarts the backend."""
        edit(self.backend.data)
        self.backend.restart()

    def issuer_id(self):
        text = (self.backend.data / "florind.toml").read_text()
        return text[text.index("[[issuer]]"):].split('"')[1]

    def offer_terms(self):
        def edit(data):
            (data / "programs" / "terms.html").write_text(TERMS)
            with open(data / "programs" / "K2.toml", "a", encoding="ascii") as program:
                program.write('\n[[terms]]\nlanguage = "en"\nfile = "terms.html"\n')
        self.change(edit)

    def add_keys(self, keys):
        def edit(data):
            path = data / "florind.toml"
            text = path.read_text()
            entry = ""
            for name in keys.keys:
                (data / f"{name}.pem").write_bytes(keys.public(name))
                entry += f'[[issuer.key]]\nid = "{name}"\nfile = "{name}.pem"\n\n'
            at = text.index("[[issuer.bin]]")
            path.write_text(text[:at] + entry + text[at:])
        self.change(edit)

    def private(self, name, text):
        path = self.folder / name
        path.write_text(text)
        path.chmod(stat.S_IRUSR | stat.S_IWUSR)
        return path

    def test_terms_are_shown_and_must_be_accepted(self):
        self.offer_terms()
        arguments = ("wallet", "digitize", "--vault", self.vault, "--pan", "-", "--exp", "1235")
        shown = florin(*arguments, stdin=test_pan() + "\n")
        self.assert_failure(shown, INPUT, "--accept-terms")
        self.assertIn("You pay for what you buy.", shown.stdout)
        self.assertNotIn("<p>", shown.stdout)
        self.assertTrue(self.ok(*arguments, "--accept-terms", stdin=test_pan() + "\n")["activationCode"])

    def test_program_for_some_kinds_of_devices(self):
        def edit(data):
            with open(data / "programs" / "K2.toml", "a", encoding="ascii") as program:
                program.write('\n[eligibility]\ndevice_types = ["WATCH"]\n')
        self.change(edit)
        digitize = ("wallet", "digitize", "--vault", self.vault, "--pan", "-", "--exp", "1235")
        self.assert_failure(florin(*digitize, stdin=test_pan() + "\n"), REFUSED, "DEVICE_NOT_ELIGIBLE")
        update = ("wallet", "init", "--update", "--vault", self.vault, "--backend",
                  f"https://127.0.0.1:{self.backend.port}", "--ca", self.backend.ca)
        self.assert_failure(florin(*update, "--device-type", "watch"), USAGE, "A-Z and _")
        self.ok(*update, "--device-type", "WATCH")
        self.ok(*update)  # which is kept
        self.assertTrue(self.ok(*digitize, stdin=test_pan() + "\n")["activationCode"])

    def test_person_at_a_terminal_accepts_or_not(self):
        self.offer_terms()
        for answer, says, status in (("no", "nothing was digitized", INPUT), ("yes", "Activation code", 0)):
            terminal = Terminal("wallet", "digitize", "--vault", self.vault, "--pan", test_pan(), "--exp", "1235")
            terminal.read_until("Accept? Type yes: ")
            self.assertIn("You pay for what you buy.", terminal.seen)
            terminal.type(answer + "\n")
            terminal.read_until(says)
            self.assertEqual(terminal.end(), status)

    def test_person_types_the_card_number_unseen(self):
        pan = test_pan()
        terminal = Terminal("wallet", "digitize", "--vault", self.vault, "--pan", "-", "--exp", "1235")
        terminal.read_until("Type pan (not shown): ")
        terminal.type(pan + "\n")
        terminal.read_until("Activation code")
        self.assertEqual(terminal.end(), 0)
        self.assertNotIn(pan, terminal.seen)

    def test_issuer_pushes_a_card_once(self):
        console = ("--backend", self.backend.url, "--ca", self.backend.ca, "--token-file",
                   self.backend.data / "issuer.token")
        pan = test_pan()
        session = self.ok("issuer", "push", "--pan", "-", "--exp", "1235", "--approved", *console,
                          stdin=pan + "\n")["pushSessionId"]
        digitized = self.wallet("digitize", "--push-session", "-", stdin=session + "\n")
        self.enroll(digitized["activationCode"])
        self.assertTrue(self.tap())
        self.fails(REFUSED, "wallet", "digitize", "--vault", self.vault, "--push-session", "-",
                   stdin=session + "\n", says="INVALID_PUSH_SESSION_ID")
        self.fails(USAGE, "wallet", "digitize", "--vault", self.vault, says="--push-session")
        self.fails(REFUSED, "issuer", "push", "--pan", "-", "--exp", "1235", *console,
                   stdin="4111111111111111\n", says="not-your-card")
        log = self.backend.log.read_text()
        self.assertNotIn(session, log)
        self.assertNotIn(pan, log)

    def digitize_with(self, keys, algorithm, nonce, **changes):
        pan = test_pan()
        token = self.private("decision.jwt", keys.token(algorithm, self.issuer_id(), nonce, pan, **changes) + "\n")
        return florin("wallet", "digitize", "--vault", self.vault, "--pan", "-", "--exp", "1235", "--nonce", nonce,
                      "--authentication-token-file", token, "--json", stdin=pan + "\n")

    def test_issuers_word_is_taken_once(self):
        keys = IssuerKeys()
        self.add_keys(keys)
        for algorithm in ("RS256", "PS256", "ES256"):
            done = self.digitize_with(keys, algorithm, "nonce-" + algorithm)
            self.assertEqual(done.returncode, 0, done.stderr)
            again = self.digitize_with(keys, algorithm, "nonce-" + algorithm)
            self.assertEqual(again.returncode, REFUSED)
            self.assertIn("INCORRECT_AUTHENTICATION_TOKEN", again.stderr)

    def test_what_is_not_the_issuers_word(self):
        keys = IssuerKeys()
        self.add_keys(keys)
        now = int(time.time())
        for number, (algorithm, changes) in enumerate((
                ("none", {}), ("HS256", {}), ("RS256", {"iss": "00" * 16}), ("ES256", {"exp": now - 3600}),
                ("ES256", {"iat": now + 3600, "exp": now + 7200}), ("ES256", {"aud": "another backend"}),
                ("ES256", {"exp": now + 10 * 24 * 3600}), ("RS256", {"sub": "0" * 64}), ("PS256", {"exp": 2 ** 64}),
                ("ES256", {"iat": str(now)}), ("ES256", {"card": "0" * 64}))):
            done = self.digitize_with(keys, algorithm, f"nonce-{number}", **changes)
            self.assertEqual(done.returncode, REFUSED, f"{algorithm} {changes} {done.stdout}")
            self.assertIn("INCORRECT_AUTHENTICATION_TOKEN", done.stderr)
        self.assertEqual(self.wallet("cards")["cards"], [])

    def test_what_is_wrong_in_the_files_is_said(self):
        self.backend.kill()
        data = self.backend.data
        path = data / "florind.toml"
        text = path.read_text()
        (data / "small.pem").write_bytes(subprocess.run(
            ["openssl", "pkey", "-pubout"], check=True, capture_output=True, input=subprocess.run(
                ["openssl", "genrsa", "1024"], check=True, capture_output=True).stdout).stdout)
        for name, says in (("none.pem", "cannot be read"), ("small.pem", "RSA of 2048 to 4096 bits")):
            path.write_text(text.replace("[[issuer.bin]]",
                                         f'[[issuer.key]]\nid = "a"\nfile = "{name}"\n\n[[issuer.bin]]', 1))
            checked = florind("serve", "--data-dir", data, "--check-config")
            self.assertNotEqual(checked.returncode, 0)
            self.assertIn(says, checked.stderr)
            self.assertIn("issuer[0].key[0].file", checked.stderr)
        path.write_text(text)


if __name__ == "__main__":
    unittest.main()
