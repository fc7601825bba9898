#!/usr/bin/env python3
"""The life of a card by the two programs, with a push and without, and a vault put back."""

import base64
import os
import signal
import subprocess
import time
import unittest
import urllib.error
import urllib.request

from florin_cli import DEADLINE, FLORIN, INPUT, LOCAL_STATE, REFUSED, UNREACHABLE, USAGE, CliTest, Listener


class LifeCycleTest(CliTest):
    def setUp(self):
        super().setUp()
        self.enrolled()
        self.card = self.wallet("cards")["cards"][0]

    def issuer(self, step):
        """What the issuer does, by its console."""
        return self.ok("issuer", "card", step, "--digital-card-id", self.card["digitalCardId"],
                       "--backend", self.backend.url, "--ca", self.backend.ca,
                       "--token-file", self.backend.data / "issuer.token")

    def states(self):
        return [card["state"] for card in self.wallet("cards")["cards"]]

    def declines(self):
        """The card says no by itself: nothing reaches the acquirer."""
        done = subprocess.run([FLORIN, "tap", "--vault", str(self.vault), "--amount", "1.00", "--currency", "EUR"],
                              capture_output=True, text=True, timeout=DEADLINE)
        self.assert_failure(done, LOCAL_STATE, "is not active")


class CardholderTest(LifeCycleTest):
    def test_suspends_resumes_and_deletes(self):
        self.assertEqual(self.wallet("suspend")["cards"][0]["state"], "SUSPENDED")
        self.declines()
        self.assertEqual(self.wallet("suspend", "--card", self.card["panLastFour"])["messages"], [])
        self.assertEqual(self.wallet("resume", "--card", self.card["digitalCardId"])["cards"][0]["state"], "ACTIVE")
        self.assertEqual(self.tap()["outcome"], "approved")
        vault = ["--vault", self.vault]
        self.fails(INPUT, "wallet", "delete", *vault, says="for ever.*--yes")
        self.fails(USAGE, "wallet", "delete", *vault, "--card", "", "--yes", says="--card.*is empty")
        self.assertEqual(self.wallet("delete", "--yes", "--card", self.card["tokenizedCardId"])["cards"], [])
        self.fails(LOCAL_STATE, "wallet", "suspend", *vault, says="this wallet has no card")

    def test_replenishes_what_was_spent(self):
        full = self.card["paymentsLeft"]
        self.tap()
        self.assertEqual(self.wallet("replenish")["cards"][0]["paymentsLeft"], full - 1, "it has enough")
        self.assertEqual(self.wallet("replenish", "--force")["cards"][0]["paymentsLeft"], full)

    def test_wrong_card_and_lost_network_are_said(self):
        vault = ["--vault", self.vault]
        self.fails(INPUT, "wallet", "suspend", *vault, "--card", "0000", says="no such card")
        self.backend.kill()
        self.fails(UNREACHABLE, "wallet", "suspend", *vault)
        self.assertEqual(self.states(), ["ACTIVE"])


class IssuerTest(LifeCycleTest):
    def test_without_push_the_next_exchange_tells(self):
        self.assertEqual(self.issuer("suspend")["state"], "SUSPENDED")
        self.assertEqual(self.states(), ["ACTIVE"], "the push is lost: there is none")
        sync = self.wallet("sync")
        self.assertEqual([message["code"] for message in sync["messages"]], ["CBP.info.tokenSuspended"])
        self.declines()
        status = self.wallet("card-status")
        self.assertEqual((status["state"], status["suspendedBy"], status["delivered"]), ("SUSPENDED", ["issuer"], True))
        self.fails(REFUSED, "wallet", "resume", "--vault", self.vault, says="CARD_STATE_DOES_NOT_ALLOW")

    def test_vault_put_back_voids_its_keys(self):
        copy = self.vault.read_bytes()
        self.tap()
        self.tap()
        self.vault.write_bytes(copy)
        self.wallet("sync")
        self.assertEqual(self.tap()["outcome"], "approved", "the keys are new")


class ListenTest(LifeCycleTest):
    def setUp(self):
        super().setUp()
        self.secret = self.backend.data / "webhook.secret"
        self.secret.write_text("whsec_" + base64.b64encode(bytes(range(32))).decode() + "\n")
        self.secret.chmod(0o600)

    def listen(self, *options):
        listener = Listener(self.vault, self.secret, *options)
        self.addCleanup(listener.close)
        self.assertEqual(listener.take()["messages"], [], "nothing waited")
        self.backend.kill(signal.SIGTERM)
        path = self.backend.data / "florind.toml"
        path.write_text(path.read_text() + f'\n[push.webhook]\nurl = "{listener.url}"\n'
                        'secret_file = "webhook.secret"\n')
        self.backend.start()
        return listener

    def test_issuers_suspension_arrives_by_push(self):
        listener = self.listen()
        began = time.monotonic()
        self.issuer("suspend")
        accepted = time.monotonic()
        received = listener.take()
        print(f"suspended at the backend after {1000 * (accepted - began):.0f} ms, on the device after "
              f"{1000 * (time.monotonic() - began):.0f} ms, of starting `florin issuer card suspend`")
        self.assertEqual([message["code"] for message in received["messages"]], ["CBP.info.tokenSuspended"])
        self.assertEqual(received["cards"][0]["state"], "SUSPENDED")
        self.assertEqual(listener.end(), (0, "", ""))
        self.declines()

    def test_once_ends_after_the_first_push(self):
        listener = self.listen("--once")
        self.issuer("suspend")
        listener.take()
        self.assertEqual(listener.process.wait(timeout=DEADLINE), 0)
        self.assertEqual(self.states(), ["SUSPENDED"])

    def test_ends_when_the_wallet_is_wiped(self):
        listener = self.listen()
        token = self.folder / "operator.token"
        token.write_text(self.backend.operator_token + "\n")
        token.chmod(0o600)
        access = ["--backend", self.backend.url, "--ca", self.backend.ca, "--token-file", token]
        device = self.ok("ops", "device", "find", "--digital-card-id", self.card["digitalCardId"], *access)
        self.ok("ops", "device", "revoke", "--device", device["deviceId"], "--yes", *access)
        self.assertEqual(listener.take()["cards"], [])
        self.assertEqual(listener.process.wait(timeout=DEADLINE), 0)
        self.assertEqual(self.wallet("status")["enrollment"], "ENROLLMENT_NEEDED")
        self.init()
        self.assertEqual(len(self.enroll(self.digitize()["activationCode"])["cards"]), 1)

    def test_forged_and_misaddressed_pushes_change_nothing(self):
        listener = self.listen()
        self.issuer("suspend")
        listener.take()
        def status(path, method="POST", body=b"{}"):
            request = urllib.request.Request(listener.url.replace("/push", path), method=method, data=body)
            try:
                with urllib.request.urlopen(request, timeout=DEADLINE) as answer:
                    return answer.status
            except urllib.error.HTTPError as refused:
                return refused.code
        self.assertEqual(status("/push"), 401)
        self.assertEqual(status("/other"), 404)
        self.assertEqual(status("/push", "PUT"), 405)
        self.assertEqual(status("/push", body=b"x" * 200_000), 413)
        exit_code, rest, warnings = listener.end(signal.SIGTERM)
        self.assertEqual((exit_code, rest), (0, ""))
        self.assertIn("a push was refused: its signature or its time is wrong", warnings)

    def test_what_cannot_listen_says_why(self):
        arguments = ["wallet", "listen", "--vault", self.vault]
        self.fails(INPUT, *arguments, "--secret-file", self.folder / "none", says="none cannot be read")
        self.fails(2, *arguments, "--secret-file", self.secret, "--port", "x", says="--port is a number")
        self.secret.write_text("short\n")
        self.fails(INPUT, *arguments, "--secret-file", self.secret, says="whsec_")
        self.secret.chmod(0o644)
        self.fails(INPUT, *arguments, "--secret-file", self.secret, says="cannot be read")


if __name__ == "__main__":
    os.umask(0o077)
    unittest.main()
