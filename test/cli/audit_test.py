#!/usr/bin/env python3
"""The audit log: whole, and after somebody changed it in the database."""

import os
import signal
import sqlite3
import unittest

from florin_cli import REFUSED, CliTest


class AuditTest(CliTest):
    def setUp(self):
        super().setUp()
        self.enrolled()
        token = self.folder / "operator.token"
        token.write_text(self.backend.operator_token + "\n")
        token.chmod(0o600)
        self.access = ["--backend", self.backend.url, "--ca", self.backend.ca, "--token-file", token]
        card = self.wallet("cards")["cards"][0]["digitalCardId"]
        for step in ("suspend", "resume", "suspend", "resume"):
            self.ok("ops", "card", step, "--digital-card-id", card, *self.access)
        self.restart()

    def restart(self):
        """A graceful end seals what was written."""
        self.assertEqual(self.backend.kill(signal.SIGTERM), 0)
        self.backend.start()

    def store(self):
        return self.backend.data / "florin.db"

    def change(self, *statements):
        """Writes into the database while florind is stopped."""
        self.backend.kill()
        with sqlite3.connect(self.store()) as db:
            for statement in statements:
                db.execute(statement)
        db.close()
        self.backend.start()

    def verify(self):
        return self.ok("audit", "verify", *self.access)

    def refused(self, says):
        self.fails(REFUSED, "audit", "verify", *self.access, says=says)

    def test_whole_log_is_accepted(self):
        whole = self.verify()
        self.assertEqual((whole["whole"], whole["chains"], whole["unsealed"], whole["unchained"]), (True, 1, 0, 0))
        self.assertGreaterEqual(whole["entries"], 4)
        self.assertGreaterEqual(whole["seals"], 1)

    def test_every_changed_field_is_found_and_its_entry_named(self):
        for number, field, changed in ((2, "action", "'card.resumee'"), (3, "actor", "'issuer  '"),
                                       (1, "facts", "'x'"), (2, "at_ms", "at_ms + 1"), (4, "subject", "'0'"),
                                       (3, "hash", "zeroblob(32)")):
            with self.subTest(field=field):
                with sqlite3.connect(self.store()) as db:
                    [before] = db.execute(f"SELECT {field} FROM audit WHERE number = {number}").fetchone(),
                db.close()
                self.change(f"UPDATE audit SET {field} = {changed} WHERE number = {number}")
                self.refused(f"entry {number} \\(")
                self.backend.kill()
                with sqlite3.connect(self.store()) as db:
                    db.execute(f"UPDATE audit SET {field} = ? WHERE number = {number}", before)
                db.close()
                self.backend.start()
        self.assertTrue(self.verify()["whole"])

    def test_missing_entries_are_found(self):
        self.change("DELETE FROM audit WHERE number = 2")
        self.refused("what stood before entry 3 .* is missing")

    def test_end_that_was_cut_off_is_found(self):
        self.change("DELETE FROM audit WHERE number > 2")
        self.refused("was sealed up to its entry . which is not there: its end was cut off".replace(" . ", " \\d+, "))

    def test_seal_of_somebody_else_is_found(self):
        self.change("DELETE FROM audit WHERE number > 2", "UPDATE audit_seals SET position = 2")
        self.refused("seal 2 of chain main is not signed")

    def test_log_goes_on_after_a_crash(self):
        self.backend.kill()
        self.backend.start()
        card = self.wallet("cards")["cards"][0]["digitalCardId"]
        self.ok("ops", "card", "suspend", "--digital-card-id", card, *self.access)
        whole = self.verify()
        self.assertEqual(whole["unsealed"], 1)


if __name__ == "__main__":
    os.umask(0o077)
    unittest.main()
