#!/usr/bin/env python3
"""florind's own bad input, and its end."""

import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import unittest

from florin_cli import DEADLINE, FLORIND, LOCAL_STATE, USAGE, Backend


class BackendTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="florin-cli-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def fails(self, status, *arguments, says):
        done = subprocess.run([FLORIND, *map(str, arguments)], capture_output=True, text=True, timeout=DEADLINE)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.assertRegex(done.stderr.splitlines()[-1], says)
        return done

    def test_data_directory_that_exists_is_left_alone(self):
        data = self.folder / "data"
        data.mkdir()
        (data / "mine").write_text("mine")
        self.fails(LOCAL_STATE, "init", "--data-dir", data, says="exists")
        self.assertEqual([path.name for path in data.iterdir()], ["mine"])

    def test_data_directory_that_cannot_be_made(self):
        for data in (self.folder / "no" / "data", "/proc/florin-data"):
            self.fails(LOCAL_STATE, "init", "--data-dir", data, says="writable")

    def test_data_directory_that_is_not_there(self):
        self.fails(LOCAL_STATE, "serve", "--data-dir", self.folder / "none", "--listen", "127.0.0.1:0",
                   says="florind init")

    def test_unknown_sub_command(self):
        self.fails(USAGE, "frobnicate", says=".")

    def test_busy_port(self):
        backend = Backend(self.folder)
        with socket.create_server(("127.0.0.1", 0)) as busy:
            address = f"127.0.0.1:{busy.getsockname()[1]}"
            self.fails(LOCAL_STATE, "serve", "--data-dir", backend.data, "--listen", address, says="in use")

    def test_init_prints_the_operator_token_once_and_quiet_prints_nothing(self):
        for quiet in (False, True):
            data = self.folder / f"data{quiet}"
            done = subprocess.run([FLORIND, "init", "--data-dir", data, *(["--quiet"] if quiet else [])],
                                  capture_output=True, text=True, timeout=DEADLINE, check=True)
            self.assertEqual("token" in done.stdout, not quiet)

    def test_terminated_backend_ends_with_status_0(self):
        backend = Backend(self.folder)
        backend.start()
        self.addCleanup(backend.kill)
        self.assertEqual(backend.kill(signal.SIGTERM), 0)


if __name__ == "__main__":
    unittest.main()
