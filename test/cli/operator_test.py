#!/usr/bin/env python3
"""The consoles of issuers and operators, and the wallet's lock, over the real programs."""

import json
import os
import signal
import sqlite3
import time
import unittest

from florin_cli import (INPUT, LOCAL_STATE, REFUSED, UNREACHABLE, USAGE, Backend, CliTest, Running, florin, test_pan)

NOBODY = "0" * 32


class ConsoleTest(CliTest):
    def setUp(self):
        super().setUp()
        self.operator_token = self.folder / "operator.token"
        self.operator_token.write_text(self.backend.operator_token + "\n")
        self.operator_token.chmod(0o600)
        self.enrolled()
        self.card = self.wallet("cards")["cards"][0]["digitalCardId"]

    def where(self, token=None):
        return ["--backend", self.backend.url, "--ca", self.backend.ca,
                "--token-file", token or self.backend.data / "issuer.token"]

    def issuer(self, step, *arguments):
        return self.ok("issuer", "card", step, "--digital-card-id", self.card, *self.where(), *arguments)

    def issuer_fails(self, status, step, *arguments, says=""):
        return self.fails(status, "issuer", "card", step, "--digital-card-id", self.card, *self.where(), *arguments,
                          says=says)

    def ops(self, *arguments):
        return self.ok("ops", *arguments, *self.where(self.operator_token))

    def ops_fails(self, status, *arguments, says=""):
        return self.fails(status, "ops", *arguments, *self.where(self.operator_token), says=says)

    def table(self, *arguments):
        """What a person reads: it fits 100 columns."""
        done = florin(*arguments, *self.where(self.operator_token))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertLessEqual(max(map(len, done.stdout.splitlines())), 100, done.stdout)
        return done.stdout

    def device(self):
        return self.ops("device", "find", "--digital-card-id", self.card)["deviceId"]

    def states(self):
        return [card["state"] for card in self.wallet("cards")["cards"]]

    def messages(self, received):
        return [message["code"] for message in received["messages"]]


class IssuerTest(ConsoleTest):
    def test_suspends_resumes_and_deletes_a_card(self):
        self.assertEqual(self.issuer("show")["state"], "ACTIVE")
        suspended = self.issuer("suspend")
        self.assertEqual((suspended["state"], suspended["suspendedBy"], suspended["delivered"]),
                         ("SUSPENDED", ["issuer"], False))
        self.assertEqual(self.issuer("suspend"), suspended, "again is the same")
        self.assertEqual(self.messages(self.wallet("sync")), ["CBP.info.tokenSuspended"])
        self.assertTrue(self.issuer("show")["delivered"])
        self.assertEqual(self.issuer("resume")["state"], "ACTIVE")
        self.issuer_fails(INPUT, "delete", says="for ever.*--yes")
        self.assertEqual(self.issuer("delete", "--yes")["state"], "DELETED")
        self.issuer_fails(REFUSED, "resume", says="deleted, for ever.*card-deleted")

    def test_renews_a_card(self):
        self.assertFalse(self.issuer("renew", "--exp", "0934")["delivered"])
        self.assertEqual(self.messages(self.wallet("sync")), ["CBP.info.tokenRenewed"])
        card, = self.wallet("cards")["cards"]
        self.assertEqual((card["panExpiry"], card["paymentsLeft"]), ("0934", 10))
        self.issuer_fails(INPUT, "renew", "--exp", "0125", says="--exp.*wrong-expiry")
        self.ops("card", "renew", "--digital-card-id", self.card)

    def suspends_and_waits(self):
        """An `issuer card suspend --wait` whose wish the backend has heard."""
        waiting = Running("issuer", "card", "suspend", "--digital-card-id", self.card, "--wait", *self.where())
        self.addCleanup(waiting.close)
        while self.issuer("show")["state"] != "SUSPENDED":
            time.sleep(0.05)
        return waiting

    def test_wait_ends_when_the_device_has_acknowledged(self):
        waiting = self.suspends_and_waits()
        self.assertIsNone(waiting.process.poll(), "the device knows nothing yet")
        self.wallet("sync")
        self.assertTrue(waiting.take()["delivered"])
        self.assertTrue(self.issuer("suspend", "--wait")["delivered"], "it is there already")

    def test_wait_has_a_deadline_and_the_suspension_stands(self):
        done = self.issuer_fails(UNREACHABLE, "suspend", "--wait", "--deadline", "1",
                                 says="has not acknowledged within 1 s.*--deadline")
        self.assertNotIn("waiting", done.stderr, "progress is for terminals")
        self.assertEqual(self.issuer("show")["state"], "SUSPENDED")

    def test_wait_can_be_interrupted(self):
        status, _, err = self.suspends_and_waits().end()
        self.assertEqual(status, 130)
        self.assertRegex(err, "what was asked for stands")

    def test_who_may_not_is_told_what_to_do(self):
        card = ["issuer", "card", "suspend", "--digital-card-id"]
        self.fails(REFUSED, *card, NOBODY, *self.where(), says="no such card.*unknown-card")
        self.fails(INPUT, *card, "xyz", *self.where(), says="32 lowercase hex")
        self.fails(REFUSED, *card, self.card, *self.where(self.backend.token), says="does not take this token")
        self.fails(INPUT, *card, self.card, *self.where(self.folder / "none"), says="issuer.token")
        shared = self.folder / "shared.token"
        shared.write_text("x\n")
        shared.chmod(0o644)
        self.fails(INPUT, *card, self.card, *self.where(shared), says="cannot be used.*0600")
        self.fails(USAGE, *card, self.card, "--backend", self.backend.url,
                   says="--ca is required, or FLORIN_CA.*--help")
        self.fails(USAGE, "issuer", "card", "stop", says="no sub-command `stop`")
        self.fails(USAGE, *card, self.card, *self.where(), "--deadline", "0", says="--deadline")
        self.ops("card", "suspend", "--digital-card-id", self.card)
        self.issuer_fails(REFUSED, "resume", says="others have suspended it.*suspended-by-others")

    def test_backend_that_is_away_or_another_is_unreachable(self):
        other_folder = self.folder / "other"
        other_folder.mkdir()
        other = Backend(other_folder)
        where = ["--token-file", self.backend.data / "issuer.token", "--digital-card-id", self.card]
        self.fails(UNREACHABLE, "issuer", "card", "show", "--backend", self.backend.url, "--ca", other.ca, *where,
                   says="give --ca the tls/certificate.pem")
        self.fails(INPUT, "issuer", "card", "show", "--backend", "nowhere", "--ca", other.ca, *where,
                   says="--backend https://host:port")
        self.backend.kill()
        self.issuer_fails(UNREACHABLE, "show", says="that the backend runs")

    def test_environment_says_where_and_with_what_token(self):
        environment = {**os.environ, "FLORIN_BACKEND": self.backend.url, "FLORIN_CA": str(self.backend.ca),
                       "FLORIN_ISSUER_TOKEN_FILE": str(self.backend.data / "issuer.token"),
                       "FLORIN_OPERATOR_TOKEN_FILE": str(self.operator_token)}
        for console in ("issuer", "ops"):
            done = florin(console, "card", "show", "--digital-card-id", self.card, environment=environment)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn("ACTIVE", done.stdout)
        away = {**environment, "FLORIN_BACKEND": "https://127.0.0.1:1", "FLORIN_ISSUER_TOKEN_FILE": "/nowhere"}
        done = florin("issuer", "card", "show", "--digital-card-id", self.card, *self.where(), environment=away)
        self.assertEqual(done.returncode, 0, "an option goes before the environment")


class OperatorTest(ConsoleTest):
    def test_finds_and_shows_a_device(self):
        wallet = self.wallet("status")["walletId"]
        device = self.device()
        self.assertEqual(self.ops("device", "find", "--wallet", wallet)["deviceId"], device)
        self.issuer("suspend")
        shown = self.ops("device", "show", "--device", device)
        self.assertEqual(shown["device"]["state"], "active")
        self.assertEqual([card["digitalCardId"] for card in shown["cards"]], [self.card])
        self.assertEqual([(one["type"], one["state"]) for one in shown["operations"]], [("SuspendCard", "pending")])
        text = self.table("ops", "device", "show", "--device", device)
        for part in (wallet, "active", "last seen", "polls", self.card, "issuer", "not yet", "SuspendCard"):
            self.assertIn(part, text)
        self.ops_fails(REFUSED, "device", "find", "--wallet", NOBODY, says="has no device")
        self.ops_fails(INPUT, "device", "find", "--wallet", "x", says="--wallet is 32 lowercase hex")
        self.ops_fails(USAGE, "device", "find", says="see `florin ops device find --help`")
        self.ops_fails(REFUSED, "device", "show", "--device", NOBODY, says="no such device.*device find")

    def test_suspends_a_device_which_the_wallet_cannot_unlock(self):
        device = self.device()
        stopped = self.ops("device", "suspend", "--device", device, "--reason", "FRAUD_SUSPECTED")
        self.assertEqual((stopped["state"], stopped["suspendedBy"], stopped["lockReason"]),
                         ("suspended", ["operator"], "FRAUD_SUSPECTED"))
        self.fails(REFUSED, "wallet", "sync", "--vault", self.vault, says="FRAUD_SUSPECTED")
        self.assertEqual(self.states(), ["SUSPENDED"])
        self.fails(REFUSED, "wallet", "unlock", "--vault", self.vault, says="did not lock itself.*ask")
        self.ops_fails(INPUT, "device", "suspend", "--device", device, "--reason", "BORED", says="--help")
        self.assertEqual(self.ops("device", "resume", "--device", device)["state"], "active")
        self.assertEqual(self.wallet("sync")["cards"][0]["state"], "ACTIVE")

    def test_erases_a_device_from_afar(self):
        device = self.device()
        self.ops_fails(INPUT, "device", "wipe", "--device", device, says="gone for ever.*--yes")
        self.ops_fails(UNREACHABLE, "device", "wipe", "--device", device, "--reason", "STOLEN", "--yes", "--wait",
                       "--deadline", "1", says="is revoked, but has not said within 1 s")
        wiped = self.wallet("sync")
        self.assertEqual(wiped["cards"], [])
        self.assertIn("STOLEN", [message.get("lockReason") for message in wiped["messages"]])
        self.fails(LOCAL_STATE, "tap", "--vault", self.vault, "--amount", "1.00", "--currency", "EUR")
        self.assertEqual(self.ops("device", "show", "--device", device)["device"]["state"], "wiped")
        self.ops_fails(REFUSED, "device", "resume", "--device", device, says="wrong-state")

    def test_operations_outbox_and_audit(self):
        device = self.device()
        self.issuer("suspend")
        open_ones = self.ops("operations", "--device", device)["operations"]
        self.assertEqual([one["type"] for one in open_ones], ["SuspendCard"])
        self.assertEqual(self.ops("operations", "--device", device, "--parked")["operations"], [])
        everything = florin("ops", "operations", "--device", device, "--all", "--json",
                            *self.where(self.operator_token))
        types = [one["type"] for line in everything.stdout.splitlines() for one in json.loads(line)["operations"]]
        self.assertEqual(types[0], "InstallCard")
        self.assertEqual(types[-1], "SuspendCard")
        self.assertIn("SuspendCard", self.table("ops", "operations", "--device", device))
        number = open_ones[0]["opSeq"]
        self.ops_fails(REFUSED, "retry", "--device", device, "--operation", number, says="not parked.*--parked")
        self.ops_fails(REFUSED, "void", "--device", device, "--operation", 999, says="no such operation")
        self.ops_fails(REFUSED, "operations", "--device", NOBODY, says="unknown-device")
        self.ops_fails(USAGE, "operations", "--device", device, "--operation", 1)
        self.assertEqual(self.ops("outbox"), {"waiting": 0, "due": 0, "retried": 0, "payments": 0, "pushes": []})
        self.assertIn("0 pushes wait", self.table("ops", "outbox"))
        entry = self.ops("audit")["entries"][0]
        self.assertEqual((entry["actor"], entry["action"], entry["subject"]), ("issuer", "card.suspended", self.card))
        self.assertRegex(self.table("ops", "audit"), rf"issuer +card.suspended +{self.card}")
        self.assertEqual(self.ops("audit", "--before", 1), {"entries": []})

    def test_cards_are_found_and_their_story_is_told(self):
        found, = self.ops("search")["cards"]
        self.assertEqual((found["digitalCardId"], found["state"]), (self.card, "ACTIVE"))
        for known in (["--digital-card-id", self.card], ["--wallet", found["walletId"]],
                      ["--correlation", found["correlationId"]], ["--state", "ACTIVE"],
                      ["--issuer", found["issuer"], "--last-four", found["panLastFour"]]):
            self.assertEqual(self.ops("search", *known)["cards"], [found], known)
        self.assertEqual(self.ops("search", "--state", "DELETED")["cards"], [])
        self.assertRegex(self.table("ops", "search"), rf"{self.card} .* ACTIVE")
        self.assertIn("No such card.", self.table("ops", "search", "--wallet", NOBODY))
        self.ops_fails(USAGE, "search", "--last-four", "1234", says="--issuer")
        self.ops_fails(INPUT, "search", "--wallet", "x", says="--wallet is 32")
        self.ops_fails(INPUT, "search", "--state", "on&off", says="--state")
        self.ops_fails(INPUT, "search", "--state", "ON", says="malformed|look by")
        self.ops_fails(USAGE, "search", "--pan", "9999", says="--pan")
        story = self.ops("timeline", "--correlation", found["correlationId"])
        self.assertEqual([event["what"] for event in story["events"]],
                         ["asked", "decided", "code_issued", "claimed", "installed"])
        self.issuer("suspend")
        self.assertRegex(self.table("ops", "timeline", "--correlation", found["correlationId"]),
                         r"decided .* green(.|\n)*card.suspended +issuer")
        self.ops_fails(REFUSED, "timeline", "--correlation", NOBODY, says="unknown-digitization")
        self.ops_fails(INPUT, "timeline", "--correlation", "x", says="--correlation is 32")

    def test_whole_pan_is_searched_from_the_input(self):
        pan = test_pan()
        self.wallet("digitize", "--pan", "-", "--exp", "1235", stdin=pan + "\n")
        found, = self.ok("ops", "search", "--pan", "-", *self.where(self.operator_token), stdin=pan + "\n")["cards"]
        self.assertEqual(found["panLastFour"], pan[-4:])
        self.assertNotIn(pan, self.backend.log.read_text())
        self.fails(REFUSED, "ops", "search", "--pan", "-", *self.where(self.operator_token),
                   stdin="4111111111111111\n", says="unknown-bin")
        self.fails(INPUT, "ops", "search", "--pan", "-", *self.where(self.operator_token), stdin="12\n", says="--pan")

    def test_what_is_configured_is_shown(self):
        self.assertEqual({one["name"] for one in self.ops("programs")["programs"]}, {"K2", "K3", "FLORIN"})
        issuer, = self.ops("issuers")["issuers"]
        self.assertEqual((issuer["name"], issuer["decision"], issuer["notify"]), ("Florin Demo Bank", "green", []))
        self.assertIn("limited-use", self.table("ops", "programs"))
        self.assertIn("999900-999909 K2", self.table("ops", "issuers"))
        provider, = self.ops("wallet-providers")["walletProviders"]
        self.assertIn(provider["id"], self.table("ops", "wallet-providers"))

    def park(self, number):
        """What a device does that cannot apply an operation, told to the database."""
        self.backend.kill(signal.SIGTERM)
        with sqlite3.connect(self.backend.data / "florin.db") as db:
            db.execute("UPDATE operations SET state = 3, parked_reason = 11 WHERE op_seq = ?", (number,))
        db.close()
        self.backend.start()

    def test_parked_operation_is_seen_and_written_again(self):
        device = self.device()
        self.issuer("suspend")
        number = self.ops("operations", "--device", device)["operations"][0]["opSeq"]
        self.park(number)
        parked = self.ops("operations", "--device", device, "--parked")["operations"]
        self.assertEqual([(one["opSeq"], one["reason"]) for one in parked], [(number, 11)])
        self.assertRegex(self.table("ops", "device", "show", "--device", device), "SuspendCard .* parked .* corrupted")
        self.assertEqual(self.messages(self.wallet("sync")), [])
        retry = ["retry", "--device", device, "--operation", number]
        self.assertEqual(self.ops(*retry)["state"], "void")
        self.ops_fails(REFUSED, *retry, says="not-parked")
        self.assertEqual(self.messages(self.wallet("sync")), ["CBP.info.tokenSuspended"])

    def test_parked_operation_is_given_up(self):
        device = self.device()
        self.issuer("suspend")
        number = self.ops("operations", "--device", device)["operations"][0]["opSeq"]
        self.park(number)
        self.ops("void", "--device", device, "--operation", number)
        self.assertEqual(self.ops("operations", "--device", device)["operations"], [])

    def test_follows_what_changes(self):
        device = self.device()
        follow = Running("ops", "operations", "--device", device, "--follow",
                          *self.where(self.operator_token))
        self.addCleanup(follow.close)
        self.assertEqual(follow.take()["operations"], [])
        self.issuer("suspend")
        self.assertEqual([one["state"] for one in follow.take()["operations"]], ["pending"])
        self.wallet("sync")
        self.assertEqual(follow.take()["operations"], [])
        self.assertEqual(follow.end(), (0, "", ""))
        audit = Running("ops", "audit", "--follow", *self.where(self.operator_token))
        self.addCleanup(audit.close)
        self.assertEqual(audit.take()["action"], "card.suspended")
        self.issuer("resume")
        self.assertEqual(audit.take()["action"], "card.resumed")
        self.backend.restart()
        self.issuer("delete", "--yes")
        self.assertEqual(audit.take()["action"], "card.deleted", "a backend that comes back is followed on")

    def test_who_may_not_is_told_what_to_do(self):
        issuer = self.where()
        for command in (["outbox"], ["audit"], ["device", "show", "--device", NOBODY],
                        ["operations", "--device", NOBODY], ["card", "show", "--digital-card-id", NOBODY]):
            self.fails(REFUSED, "ops", *command, *issuer, says="does not take this token.*unauthorized")
        self.fails(INPUT, "ops", "outbox", *self.where(self.folder / "none"), says="operator token file")
        self.fails(INPUT, "ops", "device", "show", "--device", "x", *issuer, says="--device is 32 lowercase hex")
        self.backend.kill()
        for command in (["outbox"], ["audit"], ["audit", "--follow"]):
            self.ops_fails(UNREACHABLE, *command, says="that the backend runs")


class LockTest(ConsoleTest):
    def test_wallet_locks_and_unlocks_itself(self):
        locked = self.wallet("lock", "--reason", "LOST")
        self.assertEqual((locked["locked"], locked["lockReason"]), (True, "LOST"))
        self.assertEqual([card["state"] for card in locked["cards"]], ["SUSPENDED"])
        self.assertEqual(self.wallet("lock"), locked, "again is the same")
        self.fails(LOCAL_STATE, "tap", "--vault", self.vault, "--amount", "1.00", "--currency", "EUR")
        self.fails(REFUSED, "wallet", "sync", "--vault", self.vault, says="wallet unlock.*LOST")
        self.ops_fails(REFUSED, "device", "resume", "--device", self.device(), says="suspended-by-others")
        unlocked = self.wallet("unlock")
        self.assertEqual([card["state"] for card in unlocked["cards"]], ["ACTIVE"])
        self.assertEqual(self.tap()["outcome"], "approved")
        self.assertEqual([entry["action"] + " " + entry["actor"] for entry in self.ops("audit")["entries"]],
                         ["device.resumed wallet", "device.suspended wallet"])

    def test_lock_of_both_ends_with_both(self):
        device = self.device()
        self.wallet("lock")
        self.ops("device", "suspend", "--device", device, "--reason", "STOLEN")
        self.fails(REFUSED, "wallet", "unlock", "--vault", self.vault, says="own lock is off.*operator.*ask")
        self.assertEqual(self.states(), ["SUSPENDED"])
        self.ops("device", "resume", "--device", device)
        self.assertEqual(self.wallet("sync")["cards"][0]["state"], "ACTIVE")

    def test_what_cannot_be_locked_says_why(self):
        vault = ["--vault", self.vault]
        self.fails(USAGE, "wallet", "lock", *vault, "--reason", "OLD_VAULT", says="LOST, STOLEN or FRAUD_SUSPECTED")
        other = self.folder / "other.vault"
        self.ok("wallet", "init", "--vault", other, "--backend", self.backend.url, "--ca", self.backend.ca)
        self.fails(REFUSED, "wallet", "lock", "--vault", other, says="only an enrolled wallet.*wallet status")
        self.backend.kill()
        self.fails(UNREACHABLE, "wallet", "lock", *vault)
        self.assertEqual(self.states(), ["ACTIVE"])


if __name__ == "__main__":
    os.umask(0o077)
    unittest.main()
