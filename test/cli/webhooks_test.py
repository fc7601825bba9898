#!/usr/bin/env python3
"""What issuers are told of their cards: by a sample issuer beside a backend, and what operators see of it."""

import signal
import sqlite3
import time
import unittest

from decision_test import SECRET
from florin_cli import INPUT, REFUSED, USAGE, Running, florin, test_pan
from operator_test import NOBODY, ConsoleTest

PATIENCE = 30  # seconds for what a worker does by itself


class WebhooksTest(ConsoleTest):
    def setUp(self):
        self.issuer_process = None
        super().setUp()

    def enrolled(self):
        """A backend that tells its issuer everything from the first card on."""
        self.secret = self.folder / "issuer.secret"
        self.secret.write_text(SECRET)
        self.secret.chmod(0o600)
        self.issuer_process = self.start_issuer("0")
        self.url = self.issuer_process.take()["listening"]
        path = self.backend.data / "florind.toml"
        entry = (f'[issuer.webhook]\nurl = "{self.url}"\nsecret_file = "{self.secret}"\n'
                 'notify = ["card.state_changed", "transaction"]\n')
        path.write_text(path.read_text().replace('name = "Florin Demo Bank"\n', 'name = "Florin Demo Bank"\n' + entry))
        self.backend.restart()
        super().enrolled()

    def start_issuer(self, port):
        issuer = Running("issuer", "simulate", "--secret-file", self.secret, "--port", port)
        self.addCleanup(issuer.close)
        return issuer

    def told(self, **expected):
        notice = self.issuer_process.take()
        self.assertEqual({name: notice[name] for name in expected}, expected, notice)
        return notice

    def webhooks(self, *arguments):
        return self.ops("webhooks", *arguments)

    def wait_for(self, condition, what):
        end = time.monotonic() + PATIENCE
        while not condition():
            self.assertLess(time.monotonic(), end, what)
            time.sleep(0.2)

    def told_of_enrollment(self):
        self.told(type="card.state_changed", number=1, change="digitized", by="wallet", state="PROVISIONING",
                  digitalCardId=self.card)
        return self.told(number=2, change="provisioned", by="system", state="ACTIVE", suspendedBy=[])

    def test_issuer_hears_of_everything_in_order(self):
        provisioned = self.told_of_enrollment()
        self.assertEqual(len(provisioned["panLastFour"]), 4)
        self.assertEqual(self.tap()["outcome"], "approved")
        payment = self.told(type="transaction", number=3, outcome="approved", reason="approved", amountMinorUnits=1250,
                            currency=978, reversed=False, atc=1)
        self.assertEqual(payment["correlationId"], provisioned["correlationId"])
        self.issuer("suspend")
        self.told(number=4, change="suspended", by="issuer", state="SUSPENDED", suspendedBy=["issuer"])
        self.issuer("suspend")
        self.ops("card", "suspend", "--digital-card-id", self.card)
        self.told(number=5, change="suspended", by="operator", suspendedBy=["issuer", "operator"])
        self.ops("card", "resume", "--digital-card-id", self.card)
        self.issuer("resume")
        self.told(number=6, change="resumed", by="operator", state="SUSPENDED", suspendedBy=["issuer"])
        self.told(number=7, change="resumed", by="issuer", state="ACTIVE")
        self.issuer("renew")
        self.told(number=8, change="renewed", by="issuer", state="ACTIVE")
        self.issuer("delete", "--yes")
        self.told(number=9, change="deleted", by="issuer", state="DELETED")
        totals, = self.webhooks()["issuers"]
        self.assertEqual((totals["waiting"], totals["parked"], totals["dropped"]), (0, 0, 0))

    def test_what_an_issuer_missed_waits_and_comes_in_order(self):
        self.told_of_enrollment()
        self.assertEqual(self.issuer_process.end()[0], 0)
        self.issuer("suspend")
        self.issuer("resume")
        self.wait_for(lambda: self.webhooks()["webhooks"][0]["attempts"] > 0, "one is tried")
        first, second = self.webhooks()["webhooks"]
        self.assertEqual((first["state"], first["number"], first["lastStatus"]), ("next", 3, 0))
        self.assertEqual((second["state"], second["number"], second["attempts"]), ("behind", 4, 0))
        self.assertRegex(self.table("ops", "webhooks"), f"{first['id']} .* silent")
        self.ops_fails(REFUSED, "webhooks", "--retry", first["id"], says="webhook-waits")
        self.backend.restart()  # a kill: what it had claimed comes again when its lease is over
        with sqlite3.connect(self.backend.data / "florin.db") as db:
            db.execute("UPDATE notices SET due_ms = 0")
        db.close()
        self.issuer_process = self.start_issuer(self.url.split(":")[2].split("/")[0])
        self.issuer_process.take()
        self.told(number=3, id=first["id"], change="suspended")
        self.told(number=4, id=second["id"], change="resumed", state="ACTIVE")

    def test_given_up_one_is_seen_and_sent_again(self):
        self.told_of_enrollment()
        self.backend.kill(signal.SIGTERM)
        with sqlite3.connect(self.backend.data / "florin.db") as db:
            issuer, card = db.execute("SELECT issuer, digital_card_id FROM notice_numbers").fetchone()
            body = f'{{"type":"transaction","number":3,"digitalCardId":"{card.hex()}"}}'
            now = int(time.time() * 1000)
            db.execute("INSERT INTO notices VALUES (?, ?, 3, ?, 2, 3, ?, 150, 503, ?, ?, ?)",
                       (issuer, card, bytes(15) + b"\x07", body, now, now, now))
            db.execute("UPDATE notice_totals SET held = 1")
        db.close()
        self.backend.start()
        parked, = self.webhooks("--parked")["webhooks"]
        self.assertEqual((parked["state"], parked["attempts"], parked["lastStatus"]), ("parked", 150, 503))
        self.assertEqual(self.webhooks()["issuers"][0]["parked"], 1)
        self.assertEqual(self.webhooks("--retry", parked["id"])["state"], "next")
        self.told(type="transaction", number=3)
        self.wait_for(lambda: self.webhooks()["webhooks"] == [], "its row goes")
        self.ops_fails(REFUSED, "webhooks", "--retry", parked["id"], says="unknown-webhook")
        self.ops_fails(USAGE, "webhooks", "--retry", "x", says="32|id as")
        self.assertEqual(self.ops("audit")["entries"][0]["action"], "webhook.retried")

    def test_log_and_notices_have_no_card_number(self):
        pan = test_pan()
        self.told_of_enrollment()
        self.wallet("digitize", "--pan", "-", "--exp", "1235", stdin=pan + "\n")
        digitized = self.told(change="digitized")
        self.assertNotIn(pan, str(digitized))
        self.assertEqual(digitized["panLastFour"], pan[-4:])
        self.assertNotIn(pan, self.backend.log.read_text())

    def test_person_reads_the_notices(self):
        self.told_of_enrollment()
        self.assertEqual(self.issuer_process.end()[0], 0)
        self.fails(INPUT, "issuer", "simulate", "--secret-file", self.folder / "none", says="mode 0600")
        self.assertIn("No issuer" if not self.webhooks()["issuers"] else "0 wait",
                      florin("ops", "webhooks", *self.where(self.operator_token)).stdout)


if __name__ == "__main__":
    unittest.main()
