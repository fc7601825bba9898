#!/usr/bin/env python3
"""Issuers decide: green, yellow with a one-time password, red; and who is silent."""

import stat
import unittest

from florin_cli import INPUT, LOCAL_STATE, REFUSED, UNREACHABLE, CliTest, Running, florin, florind, test_pan
from terminal_test import Terminal

SECRET = "whsec_" + "A" * 43 + "=\n"


class DemoTest(unittest.TestCase):
    def demo(self, decision):
        return florin("demo", "--decision", decision, "--json")

    def test_tells_each_story(self):
        for decision, told in (("green", '"decision":"green"'), ("yellow", '"decision":"yellow"')):
            done = self.demo(decision)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(told, done.stdout)
            self.assertIn('"approved"', done.stdout)

    def test_red_has_the_error_code(self):
        done = self.demo("red")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('"decision":"red"', done.stdout)
        self.assertIn("PROVISIONING_NOT_ALLOWED", done.stdout)


class SampleIssuerTest(CliTest):
    """`florin issuer simulate` beside a backend that asks it."""

    def setUp(self):
        super().setUp()
        self.secret = self.folder / "issuer.secret"
        self.secret.write_text(SECRET)
        self.secret.chmod(stat.S_IRUSR | stat.S_IWUSR)
        self.init()

    def ask(self, url, *lines):
        """Has the backend ask at `url`, from its next start on."""
        path = self.backend.data / "florind.toml"
        text = path.read_text()
        entry = "\n".join(('decision = "ask"', "deadline_seconds = 4", *lines, "[issuer.webhook]",
                           f'url = "{url}"', f'secret_file = "{self.secret}"', ""))
        at = text.index("[[issuer]]") + len("[[issuer]]\n")
        end = min((found for found in (text.find("\n[", at), len(text)) if found >= 0))
        path.write_text(text[:end] + "\n" + entry + text[end:])
        self.backend.kill()
        self.backend.start()

    def simulate(self, decision):
        issuer = Running("issuer", "simulate", "--decision", decision, "--secret-file", self.secret, "--port", "0")
        self.addCleanup(issuer.close)
        self.ask(issuer.take()["listening"])
        return issuer

    def test_yellow_waits_for_the_otp(self):
        issuer = self.simulate("yellow")
        digitized = self.digitize()
        self.assertEqual(issuer.take()["decision"], "yellow")
        self.enroll(digitized["activationCode"])
        self.assertEqual(self.wallet("cards")["cards"][0]["state"], "INACTIVE")
        self.fails(LOCAL_STATE, "tap", "--vault", self.vault, "--amount", "1", "--currency", "EUR",
                   says="wallet verify")
        pending = self.wallet("verify")
        self.assertEqual(pending["pending"], "IDV_METHOD_NOT_SELECTED")
        self.fails(REFUSED, "wallet", "verify", "--vault", self.vault, "--method", "fax", says="UNKNOWN_IDV_METHOD")
        self.assertEqual(self.wallet("verify", "--method", "sms")["pending"], "OTP_NEEDED")
        otp = issuer.take()["otp"]
        wrong = str((int(otp) + 1) % 1_000_000).zfill(6)
        self.fails(REFUSED, "wallet", "verify", "--vault", self.vault, "--otp", "-", stdin=wrong + "\n",
                   says="4 tries")
        self.assertEqual(self.wallet("verify", "--otp", "-", stdin=otp + "\n")["pending"], "NONE")
        self.wallet("sync")
        self.assertEqual(self.wallet("cards")["cards"][0]["state"], "ACTIVE")
        self.assertTrue(self.tap())
        self.assertNotIn(otp, self.backend.log.read_text())

    def test_person_at_a_terminal_is_walked_through(self):
        issuer = self.simulate("yellow")
        terminal = Terminal("wallet", "digitize", "--vault", self.vault, "--pan", test_pan(), "--exp", "1235")
        terminal.read_until("Activation code")
        self.assertEqual(issuer.take()["decision"], "yellow")
        terminal.read_until("(not shown): ")
        first = issuer.take()["otp"]
        terminal.type(str((int(first) + 1) % 1_000_000).zfill(6) + "\n")
        terminal.read_until("4 tries left")
        terminal.read_until("(not shown): ", 2)
        terminal.type("\n")
        terminal.read_until("Another one is on its way")
        terminal.read_until("(not shown): ", 3)
        terminal.type(issuer.take()["otp"] + "\n")
        terminal.read_until("The issuer knows the cardholder now.")
        self.assertEqual(terminal.end(), 0)
        self.assertNotIn(first, terminal.seen)

    def test_issuer_activates_by_himself(self):
        self.simulate("yellow")
        digitized = self.digitize()
        self.enroll(digitized["activationCode"])
        self.ok("issuer", "card", "activate", "--digital-card-id", digitized["digitalCardId"],
                "--backend", self.backend.url, "--ca", self.backend.ca,
                "--token-file", self.backend.data / "issuer.token")
        self.wallet("sync")
        self.assertEqual(self.wallet("cards")["cards"][0]["state"], "ACTIVE")

    def test_red_is_refused(self):
        self.simulate("red")
        self.fails(REFUSED, "wallet", "digitize", "--vault", self.vault, "--pan", "-", "--exp", "1235",
                   stdin=test_pan() + "\n", says="PROVISIONING_NOT_ALLOWED")

    def test_silent_issuer(self):
        self.ask("http://127.0.0.1:1/")
        self.fails(UNREACHABLE, "wallet", "digitize", "--vault", self.vault, "--pan", "-", "--exp", "1235",
                   stdin=test_pan() + "\n", says="EXTERNAL_SYSTEM_UNAVAILABLE")

    def test_silent_issuer_who_said_green(self):
        self.ask("http://127.0.0.1:1/", 'when_silent = "green"')
        self.assertTrue(self.digitize()["activationCode"])
        self.assertIn("issuer.silent", self.backend.log.read_text())

    def test_what_is_wrong_in_the_file_is_said(self):
        path = self.backend.data / "florind.toml"
        text = path.read_text()
        for line, says in (('decision = "blue"', "decision"), ('decision = "ask"', "webhook"),
                           ("deadline_seconds = 2", "ask")):
            path.write_text(text.replace("[[issuer]]\n", f"[[issuer]]\n{line}\n"))
            checked = florind("serve", "--data-dir", self.backend.data, "--check-config")
            self.assertNotEqual(checked.returncode, 0, line)
            self.assertIn(says, checked.stderr)
        path.write_text(text)

    def test_secret_file_that_is_none(self):
        self.fails(INPUT, "issuer", "simulate", "--decision", "red", "--secret-file", self.folder / "none",
                   says="mode 0600")


if __name__ == "__main__":
    unittest.main()
