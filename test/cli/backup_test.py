#!/usr/bin/env python3
"""florind backup, restore and confirm-restore."""

import contextlib
import shutil
import sqlite3
import stat
import subprocess
import unittest

from florin_cli import DEADLINE, INPUT, LOCAL_STATE, REFUSED, UNREACHABLE, CliTest, florind


class BackupTest(CliTest):
    def command(self, name, *arguments):
        return florind(name, "--data-dir", self.backend.data, *arguments)

    def backed_up(self):
        file = self.folder / "store.backup"
        made = self.command("backup", file)
        self.assertEqual(made.returncode, 0, made.stderr)
        return file

    def refused(self, status, says, name, *arguments):
        done = self.command(name, *arguments)
        self.assertEqual(done.returncode, status, done.stdout)
        self.assertIn(says, done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)

    def restored(self, file):
        self.backend.kill()
        done = self.command("restore", file)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.backend.start()
        return done.stdout

    def test_backup_is_private_and_whole_and_can_be_restored(self):
        self.enrolled()
        file = self.backed_up()
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
        self.assertEqual(self.tap()["outcome"], "approved")  # the backend serves on
        said = self.restored(file)
        self.assertIn("store epoch 1", said)
        self.assertEqual(self.wallet("sync")["cards"][0]["state"], "ACTIVE")

    def test_restore_and_its_confirmation_are_audited(self):
        self.restored(self.backed_up())
        done = self.command("confirm-restore")
        self.assertIn("is confirmed", done.stdout)
        with contextlib.closing(sqlite3.connect(f"file:{self.backend.data / 'florin.db'}?mode=ro", uri=True)) as store:
            entries = store.execute("SELECT actor, action, facts FROM audit ORDER BY number").fetchall()
        self.assertEqual(entries, [("operator", "store.restored", "epoch 1"),
                                   ("operator", "store.restore_confirmed", "epoch 1")])

    def test_what_was_there_is_kept(self):
        self.enrolled()
        file = self.backed_up()
        self.restored(file)
        [kept] = self.backend.data.glob("florin.db.before-*[0-9]")
        self.assertGreater(kept.stat().st_size, 0)
        self.assertIn("store epoch 2", self.restored(self.backed_up_again()))

    def backed_up_again(self):
        file = self.folder / "second.backup"
        self.assertEqual(self.command("backup", file).returncode, 0)
        return file

    def test_backup_may_be_put_back_twice(self):
        self.enrolled()
        file = self.backed_up()
        for epoch in ("store epoch 1", "store epoch 2", "store epoch 3"):
            self.assertIn(epoch, self.restored(file))
            self.wallet("sync")
            self.assertEqual(self.tap()["outcome"], "approved")

    def test_wallet_of_the_lost_days_comes_back(self):
        file = self.backed_up()
        self.enrolled()
        self.restored(file)
        self.fails(UNREACHABLE, "wallet", "sync", "--vault", self.vault, says="again")
        self.assertEqual(self.command("confirm-restore").returncode, 0)
        self.fails(REFUSED, "wallet", "sync", "--vault", self.vault, says="RE_ENROLLMENT_REQUIRED")
        self.assertEqual(len(self.wallet("cards")["cards"]), 1)
        self.assertEqual(self.wallet("delete", "--yes")["cards"], [])
        self.enroll(self.digitize()["activationCode"])
        self.assertEqual(self.tap()["outcome"], "approved")
        self.assertIn("wallet.registered", self.backend.log.read_text())

    def test_restore_that_waits_for_its_confirmation_is_told(self):
        self.restored(self.backed_up())
        self.backend.wait_for_log("store.restore_unconfirmed")

    def test_existing_file_is_not_overwritten(self):
        file = self.backed_up()
        before = file.read_bytes()
        self.refused(INPUT, "is there already", "backup", file)
        self.assertEqual(file.read_bytes(), before)

    def test_restore_wants_florind_stopped(self):
        self.refused(LOCAL_STATE, "end that one first", "restore", self.backed_up())

    def test_file_that_is_no_backup_is_refused_and_nothing_changes(self):
        file = self.backed_up()
        self.backend.kill()
        store = self.backend.data / "florin.db"
        before = store.read_bytes()
        damaged = bytearray(file.read_bytes())
        for at in range(4096, len(damaged), 512):
            damaged[at] ^= 0xFF
        for name, content in (("text", b"not a database, but long enough to look like one" * 100),
                              ("empty", b""), ("damaged", bytes(damaged))):
            with self.subTest(name):
                bad = self.folder / name
                bad.write_bytes(content)
                self.refused(LOCAL_STATE, "nothing was changed", "restore", bad)
                self.assertEqual(store.read_bytes(), before)
                self.assertFalse((self.backend.data / "florin.db.restored").exists())
        self.refused(INPUT, "is not there", "restore", self.folder / "none")

    def test_byte_that_changed_is_found_by_the_sum(self):
        file = self.backed_up()
        self.backend.kill()
        sums = file.with_name(file.name + ".sha256")
        subprocess.run(["sha256sum", "--check", "--quiet", sums.name], cwd=self.folder, check=True, timeout=DEADLINE)
        good = file.read_bytes()
        bad = bytearray(good)
        bad[bad.rindex(b"operator, made by init")] ^= 1
        file.write_bytes(bad)
        self.refused(LOCAL_STATE, "nothing was changed", "restore", file)
        file.write_bytes(good)
        sums.unlink()
        self.assertIn("Only the backup's form was checked", self.command("restore", file).stdout)

    def test_backup_of_another_custody_is_refused(self):
        file = self.backed_up()
        self.backend.kill()
        other = self.folder / "other"
        self.assertEqual(florind("init", "--data-dir", other, "--quiet").returncode, 0)
        shutil.copy(other / "custody.keys", self.backend.data / "custody.keys")
        self.refused(LOCAL_STATE, "put back the custody.keys", "restore", file)

    def test_backup_of_a_backend_that_never_served_is_refused(self):
        other = self.folder / "other"
        self.assertEqual(florind("init", "--data-dir", other, "--quiet").returncode, 0)
        file = self.folder / "other.backup"
        self.assertEqual(florind("backup", "--data-dir", other, file).returncode, 0)
        self.backend.kill()
        self.refused(LOCAL_STATE, "never served", "restore", file)

    def test_confirming_needs_a_store(self):
        done = self.command("confirm-restore")  # also while serving
        self.assertEqual(done.returncode, 0)
        self.assertIn("no restore to confirm", done.stdout)
        self.backend.kill()
        (self.backend.data / "florin.db").unlink()
        self.refused(LOCAL_STATE, "restore it from a backup", "confirm-restore")


if __name__ == "__main__":
    unittest.main()
