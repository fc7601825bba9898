#!/usr/bin/env python3
"""florin demo: for people, as JSON, twice, and interrupted at any instant."""

import fcntl
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

from florin_cli import DEADLINE, FLORIN, FLORIND, LOCAL_STATE, USAGE, florin


class DemoTest(unittest.TestCase):
    def setUp(self):
        # A TMPDIR of our own: what the demo leaves in it was left behind.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="florin-demo-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.environment = {**os.environ, "TMPDIR": str(self.folder)}

    def demo(self, *arguments):
        done = florin("demo", *arguments, environment=self.environment)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done

    def backends(self):
        """The florinds that serve from our folder."""
        found = []
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                words = (process / "cmdline").read_bytes()
            except OSError:
                continue
            if words.startswith(FLORIND.encode()) and str(self.folder).encode() in words:
                found.append(int(process.name))
        return found

    def assert_nothing_left(self):
        self.assertEqual(list(self.folder.iterdir()), [])
        self.assertEqual(self.backends(), [])

    def test_twice_for_people(self):
        for _ in range(2):
            done = self.demo()
            self.assertEqual(done.stderr, "")
            self.assertEqual(done.stdout.splitlines()[-1], "approved")
            self.assertNotIn("\x1b", done.stdout)
            for word in ("SPAKE2+", "GENERATE AC", "signature (CDA)", "9000", "payments left"):
                self.assertIn(word, done.stdout)
            self.assert_nothing_left()

    def test_every_program_is_approved(self):
        for program, command in (("K2", "GENERATE AC"), ("K3", "GET PROCESSING OPTIONS"), ("FLORIN", "GENERATE AC")):
            done = self.demo("--program", program)
            self.assertEqual(done.stdout.splitlines()[-1], "approved")
            self.assertIn(f"to program {program}", done.stdout)
            self.assertIn(command, done.stdout)
        self.assertEqual(florin("demo", "--program", "K9").returncode, USAGE)

    def test_json_is_one_object(self):
        done = self.demo("--json")
        self.assertEqual(done.stdout.count("\n"), 1)
        result = json.loads(done.stdout)
        self.assertEqual(result["enrollment"], "ENROLLMENT_COMPLETE")
        self.assertEqual(result["offlineAuthentication"], "done")
        self.assertEqual(result["card"]["state"], "ACTIVE")
        self.assertEqual(result["tap"]["outcome"], "approved")
        self.assertGreater(result["tap"]["atc"], 0)
        self.assertGreater(result["keys"]["left"], 0)
        self.assertGreater(result["timings_ms"]["total"], 0)
        self.assert_nothing_left()

    def test_kept_folder_is_named(self):
        done = self.demo("--keep")
        [kept] = self.folder.iterdir()
        self.assertIn(str(kept), done.stderr)
        self.assertEqual(self.backends(), [])

    def interrupt(self, delay, how, whole_group):
        process = subprocess.Popen([FLORIN, "demo"], env=self.environment, start_new_session=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            time.sleep(delay)
            if whole_group:  # as a terminal does for Ctrl-C
                os.killpg(process.pid, how)
            else:
                process.send_signal(how)
            process.communicate(timeout=DEADLINE)
        finally:
            process.kill()
        self.assert_nothing_left()
        return process.returncode

    def test_interrupted_at_any_instant_it_leaves_nothing(self):
        ends = [self.interrupt(delay, how, whole_group)
                for delay in (0.02, 0.1, 0.2, 0.4, 0.6)
                for how, whole_group in ((signal.SIGINT, True), (signal.SIGTERM, False))]
        # Too early: the signal's own default; too late: the demo was done.
        self.assertLessEqual(set(ends), {0, 130, -signal.SIGINT, -signal.SIGTERM})

    def test_killed_demo_takes_its_backend_along(self):
        process = subprocess.Popen([FLORIN, "demo"], env=self.environment, start_new_session=True,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + DEADLINE
        while not self.backends() and process.poll() is None and time.monotonic() < end:
            time.sleep(0.005)
        process.kill()
        process.wait()
        while self.backends() and time.monotonic() < end:
            time.sleep(0.005)
        self.assertEqual(self.backends(), [])

    def killed(self, *arguments):
        """A demo that was killed once it had a backend: its folder is left."""
        before = set(self.folder.iterdir())
        process = subprocess.Popen([FLORIN, "demo", *arguments], env=self.environment, start_new_session=True,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + DEADLINE
        made = "*/backend/florind.toml"
        while not list(self.folder.glob(made)) and process.poll() is None and time.monotonic() < end:
            time.sleep(0.002)
        process.kill()
        process.wait()
        [left] = set(self.folder.iterdir()) - before
        return left

    def test_next_demo_removes_what_a_killed_one_left(self):
        left = self.killed()
        self.assertTrue((left / "lock").is_file())
        self.demo()
        self.assert_nothing_left()

    def test_demo_leaves_alone_what_is_in_use_kept_or_not_its_own(self):
        self.demo("--keep")
        [kept] = self.folder.iterdir()
        in_use = self.folder / "florin-demo-in-use"
        strange = self.folder / "florin-demo-strange"
        linked = self.folder / "florin-demo-link"
        elsewhere = self.folder / "elsewhere"
        for folder in (in_use, strange, elsewhere):
            folder.mkdir()
        for folder in (in_use, elsewhere):
            (folder / "lock").touch()
        linked.symlink_to(elsewhere)
        with open(in_use / "lock", "rb+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.demo()
        self.assertEqual(set(self.folder.iterdir()), {kept, in_use, strange, linked, elsewhere})
        self.assertTrue((elsewhere / "lock").exists())

    def test_without_florind_it_says_so(self):
        alone = self.folder / "florin"
        shutil.copy2(FLORIN, alone)
        done = subprocess.run([alone, "demo"], env={**self.environment, "PATH": "/nonexistent"},
                              capture_output=True, text=True, timeout=DEADLINE)
        self.assertEqual(done.returncode, LOCAL_STATE)
        self.assertRegex(done.stderr, r"\Aflorin: florind is neither[^\n]+\n\Z")
        alone.unlink()
        self.assert_nothing_left()


if __name__ == "__main__":
    unittest.main()
